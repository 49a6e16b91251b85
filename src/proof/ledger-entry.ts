import { hash } from 'node:crypto';
import { LEDGER_KINDS, type LedgerKind } from '../domain/ledger-kind';

/** Chain of what belongs to no creditor. */
export const INSTALLATION_CHAIN = 'installation';

/** `creditor:<id>`, or the installation's. */
export function chainOf(creditorId: string | null): string {
  return creditorId === null ? INSTALLATION_CHAIN : `creditor:${creditorId}`;
}

/** What an entry's hash is made of, its predecessor's apart. */
export interface EntryContent {
  /** Place in its chain, from 1. */
  readonly seq: number;
  readonly kind: LedgerKind;
  /** Canonical JSON, exactly as signed. */
  readonly record: string;
  /** Key and signature over `record`; null: it has none of its own. */
  readonly signed: { readonly keyId: string; readonly signature: Buffer } | null;
}

/** What stands before the first entry of a chain: no two chains share an entry's hash. */
export function genesisHash(chain: string): Buffer {
  return hash('sha256', `santun ledger\n${chain}`, 'buffer');
}

/**
 * SHA-256 over: hash of the entry before (32 bytes), place (8 bytes, big-endian), kind (1 byte: 1
 * decision, 2 audit), SHA-256 of the record (32 bytes), then, of a signed record, the key's id (16
 * ASCII characters) and the signature (64 bytes). Every part has its length, so no two contents
 * give the same bytes.
 */
export function entryHash(previousHash: Buffer, entry: EntryContent): Buffer {
  const place = Buffer.alloc(9);
  place.writeBigUInt64BE(BigInt(entry.seq));
  place.writeUInt8(LEDGER_KINDS.indexOf(entry.kind) + 1, 8);
  const parts = [previousHash, place, hash('sha256', entry.record, 'buffer')];
  if (entry.signed !== null) {
    parts.push(Buffer.from(entry.signed.keyId, 'latin1'), entry.signed.signature);
  }
  return hash('sha256', Buffer.concat(parts), 'buffer');
}
