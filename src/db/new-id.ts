import { randomBytes } from 'node:crypto';

/** A UUID version 7 (RFC 9562, 5.7): grows with `at`, as the ids that the database makes do. */
export function newId(at: Date): string {
  return idOf(at.getTime(), randomBytes(16));
}

/**
 * The first id of the millisecond of `at`: what was given its id from then on is greater or equal.
 * SQL: `first_id_at`.
 */
export function firstIdAt(at: Date): string {
  return idOf(Math.max(0, at.getTime()), Buffer.alloc(16));
}

function idOf(ms: number, bytes: Buffer): string {
  bytes.writeUIntBE(ms, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
