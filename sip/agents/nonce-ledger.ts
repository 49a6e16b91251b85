import { NONCE_LIFETIME_MS } from './digest';

/**
 * Remembers how often each live nonce was used (RFC 7616, 3.3 `nc`): a request that was
 * overheard cannot be played again. Entries die with their nonce, so the ledger stays small.
 */
export class NonceLedger {
  private readonly used = new Map<string, { nc: number; untilMs: number }>();

  /** Takes note of a use; false when this count was used before. */
  accept(nonce: string, nc: number, nowMs: number): boolean {
    for (const [key, entry] of this.used) {
      // insertion order is age order: the first live one ends the search
      if (entry.untilMs > nowMs) break;
      this.used.delete(key);
    }
    const known = this.used.get(nonce);
    if (known !== undefined && nc <= known.nc) return false;
    if (known === undefined) this.used.set(nonce, { nc, untilMs: nowMs + NONCE_LIFETIME_MS });
    else known.nc = nc;
    return true;
  }
}
