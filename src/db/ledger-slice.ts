import type { LedgerKind } from '../domain/ledger-kind';
import type { Queryable } from './database';

/** A signed decision or a change, with its place in the ledger, if it has one yet. */
export interface SlicedRow {
  readonly id: string;
  readonly kind: LedgerKind;
  /** Canonical JSON. */
  readonly record: string;
  /** Decisions only. */
  readonly facts: string | null;
  readonly keyId: string | null;
  readonly signature: Buffer | null;
  readonly chain: string | null;
  readonly seq: number | null;
  readonly day: string | null;
  readonly hash: Buffer | null;
  /** Of the entry before it; null: it is the first of its chain, or not chained. */
  readonly previousHash: Buffer | null;
}

/** These rows in the order of the ledger, those that are not chained yet last. */
export async function readSliced(db: Queryable, ids: readonly string[]): Promise<SlicedRow[]> {
  const { rows } = await db.query<SlicedRow>(
    `select r.*, l.chain, l.seq::float8 as seq, l.day, l.hash,
       coalesce(b.hash, (select head_hash from ledger_root
         where chain = l.chain and last_seq = l.seq - 1)) as "previousHash"
     from (select id, 'decision' as kind, record, facts, key_id as "keyId", signature
           from decision where id = any($1) and signature is not null
         union all
           select id, 'audit', record, null, null, null from audit_entry where id = any($1)) r
     left join ledger_entry l on l.subject_id = r.id
     left join ledger_entry b on b.chain = l.chain and b.seq = l.seq - 1
     order by l.chain, l.seq, r.id`,
    [ids],
  );
  return rows;
}

/** Where these rows stand, without the rows themselves: in the order of the ledger. */
export async function listSlicedPlaces(
  db: Queryable,
  ids: readonly string[],
): Promise<{ id: string; chain: string | null; day: string | null }[]> {
  const { rows } = await db.query<{ id: string; chain: string | null; day: string | null }>(
    `select r.id, l.chain, l.day from unnest($1::uuid[]) r(id)
     left join ledger_entry l on l.subject_id = r.id order by l.chain, l.seq, r.id`,
    [ids],
  );
  return rows;
}
