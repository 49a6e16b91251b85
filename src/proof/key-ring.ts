import type { KeyObject } from 'node:crypto';
import { keyIdOf, publicKeyOf, verifySignature } from './sign';

export type SignatureCheck = 'valid' | 'invalid' | 'unknown_key';

export interface KeyUse {
  readonly id: string;
  /** Given by whoever verifies, not by the file. */
  readonly pinned: boolean;
  /** Signatures that held, or that a signed root vouches for. */
  readonly signatures: number;
}

/** The keys that a verification trusts, and how often it met each. */
export class KeyRing {
  private readonly keys = new Map<string, KeyObject>();
  private readonly uses = new Map<string, number>();
  private readonly pinned: boolean;

  /** @param pinned raw public keys; null: whatever the file brings is used, and named in the end */
  constructor(pinned: readonly Buffer[] | null) {
    this.pinned = pinned !== null;
    for (const raw of pinned ?? []) this.keys.set(keyIdOf(raw), publicKeyOf(raw));
  }

  /** A key that the file brings. @returns false when its name is not its own */
  offer(id: string, raw: Buffer): boolean {
    if (keyIdOf(raw) !== id) return false;
    if (!this.pinned) this.keys.set(id, publicKeyOf(raw));
    return true;
  }

  check(keyId: string, text: string, signature: Buffer): SignatureCheck {
    const key = this.keys.get(keyId);
    if (key === undefined) return 'unknown_key';
    if (!verifySignature(key, text, signature)) return 'invalid';
    this.count(keyId);
    return 'valid';
  }

  /** For a signature that a signed root vouches for: is the key one of ours? */
  vouched(keyId: string): SignatureCheck {
    if (!this.keys.has(keyId)) return 'unknown_key';
    this.count(keyId);
    return 'valid';
  }

  used(): KeyUse[] {
    return [...this.uses].map(([id, signatures]) => ({ id, pinned: this.pinned, signatures }));
  }

  private count(keyId: string): void {
    this.uses.set(keyId, (this.uses.get(keyId) ?? 0) + 1);
  }
}
