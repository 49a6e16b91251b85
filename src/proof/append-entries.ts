import type { LedgerKind } from '../domain/ledger-kind';
import { chainOf, entryHash, genesisHash } from './ledger-entry';

/** A record to be chained. */
export interface Recorded {
  readonly id: string;
  readonly kind: LedgerKind;
  readonly creditorId: string | null;
  readonly at: Date;
  readonly record: string;
  readonly signed: { readonly keyId: string; readonly signature: Buffer } | null;
  /** Null: an audit entry has no signature of its own. */
  readonly signatureValid: boolean | null;
}

/** Where a chain ends; `hash` null: it has no entry yet. */
export interface Head {
  readonly chain: string;
  readonly seq: number;
  readonly hash: Buffer | null;
  readonly day: string | null;
  /** Last day that a signed root has closed. */
  readonly closedDay: string | null;
}

/** An entry to be written. */
export interface AppendedEntry {
  readonly chain: string;
  readonly seq: number;
  readonly kind: LedgerKind;
  readonly subjectId: string;
  readonly day: string;
  readonly hash: Buffer;
  readonly signatureValid: boolean | null;
}

/** UTC day of an instant, `yyyy-mm-dd`. */
export function utcDay(at: Date): string {
  return at.toISOString().slice(0, 10);
}

/**
 * Puts records behind the heads of their chains, in their order. An entry's day is that of its
 * record, but never before that of the entry ahead, so that a day is one run of places; never one
 * that is closed already; and never in the future.
 * @param heads one of each chain that a record belongs to
 */
export function appendEntries(
  records: readonly Recorded[],
  heads: readonly Head[],
  now: Date,
): AppendedEntry[] {
  const tips = new Map(heads.map((head) => [head.chain, tipOf(head)]));
  return records.map((record) => {
    const chain = chainOf(record.creditorId);
    const tip = tips.get(chain);
    if (tip === undefined) throw new Error(`no head of chain ${chain}`);
    tip.seq += 1;
    tip.hash = entryHash(tip.hash, { ...record, seq: tip.seq });
    tip.day = latest(tip.day, earliest(utcDay(record.at), utcDay(now)));
    const { seq, hash, day } = tip;
    const { kind, id: subjectId, signatureValid } = record;
    return { chain, seq, kind, subjectId, day, hash, signatureValid };
  });
}

/** The end of a chain while entries are put behind it; `day`: the first that the next one may have. */
interface Tip {
  seq: number;
  hash: Buffer;
  day: string;
}

function tipOf(head: Head): Tip {
  const afterClosed = head.closedDay === null ? '' : nextDay(head.closedDay);
  return {
    seq: head.seq,
    hash: head.hash ?? genesisHash(head.chain),
    day: latest(head.day ?? '', afterClosed),
  };
}

function nextDay(day: string): string {
  return utcDay(new Date(Date.parse(day) + 86_400_000));
}

function latest(a: string, b: string): string {
  return a > b ? a : b;
}

function earliest(a: string, b: string): string {
  return a < b ? a : b;
}
