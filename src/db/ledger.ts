import { ADVISORY_LOCK } from './advisory-lock';
import type { LedgerKind } from '../domain/ledger-kind';
import type { Queryable, Transaction } from './database';

/** A row that is committed for good and not chained yet. */
export interface WaitingRow {
  /** `xid8` of the transaction that wrote it, as text. */
  readonly writtenBy: string;
  readonly id: string;
  readonly kind: LedgerKind;
  readonly creditorId: string | null;
  readonly at: Date;
  /** Canonical JSON as it was written; null: the row is gone, although nothing may delete it. */
  readonly record: string | null;
  readonly signature: Buffer | null;
  readonly keyId: string | null;
}

/**
 * Rows of transactions below the oldest running one are all committed or gone: none can appear
 * before them. A visible row of a transaction that has not begun yet came with a restore from
 * another server, and is settled as well.
 */
const SETTLED = `(xid < pg_snapshot_xmin(pg_current_snapshot()) or xid >= pg_snapshot_xmax(pg_current_snapshot()))`;

/**
 * Joins the decision `d` that an entry or a waiting row speaks of: each by its own id, so that only
 * its month is looked at, whatever the planner thinks of their number.
 */
export const ITS_DECISION = (row: string): string => `left join lateral (
    select * from decision where ${row}.kind = 'decision' and id = ${row}.subject_id limit 1) d on true`;

/** @returns whether this transaction is the one that may write to the ledger, until it ends */
export async function lockLedger(tx: Transaction): Promise<boolean> {
  const { rows } = await tx.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock($1) as locked',
    [ADVISORY_LOCK.ledger],
  );
  return rows[0]?.locked === true;
}

/** The next settled rows, in the order of the transactions that wrote them. */
export async function readWaiting(tx: Transaction, limit: number): Promise<WaitingRow[]> {
  const { rows } = await tx.query<WaitingRow>(
    `select q.xid::text as "writtenBy", q.subject_id as id, q.kind,
       coalesce(d.creditor_id, a.creditor_id) as "creditorId", coalesce(d.at, a.at, now()) as at,
       coalesce(d.record, a.record) as record, d.signature, d.key_id as "keyId"
     from (select xid, subject_id, kind from ledger_queue where ${SETTLED}
           order by xid, subject_id limit $1) q
     ${ITS_DECISION('q')}
     left join audit_entry a on q.kind = 'audit' and a.id = q.subject_id
     order by q.xid, q.subject_id`,
    [limit],
  );
  return rows;
}

/** Where a chain ends. */
export interface ChainHead {
  readonly chain: string;
  /** 0: it has no entry yet, and `hash` and `day` are null. */
  readonly seq: number;
  readonly hash: Buffer | null;
  /** UTC day of the last entry. */
  readonly day: string | null;
  /** Last day that a root has closed. */
  readonly closedDay: string | null;
}

export async function readHeads(db: Queryable, chains: readonly string[]): Promise<ChainHead[]> {
  const { rows } = await db.query<ChainHead>(
    `select c.chain, coalesce(h.seq, 0)::float8 as seq, h.hash, h.day,
       (select max(day) from ledger_root where chain = c.chain) as "closedDay"
     from unnest($1::text[]) c(chain) left join ledger_head h on h.chain = c.chain`,
    [chains],
  );
  return rows;
}

export interface NewLedgerEntry {
  readonly chain: string;
  readonly seq: number;
  readonly kind: LedgerKind;
  readonly subjectId: string;
  /** `yyyy-mm-dd`, UTC. */
  readonly day: string;
  readonly hash: Buffer;
  readonly signatureValid: boolean | null;
}

/**
 * Puts entries behind the ends of their chains.
 * @throws Error when a chain does not end where they begin: nothing is to be written then
 */
export async function insertEntries(
  tx: Transaction,
  entries: readonly NewLedgerEntry[],
): Promise<void> {
  const { rows } = await tx.query<{ chains: number; moved: number }>(
    `with fresh as materialized (
       select * from unnest($1::text[], $2::bigint[], $3::text[], $4::uuid[], $5::date[], $6::bytea[],
         $7::boolean[]) e(chain, seq, kind, subject_id, day, hash, signature_valid)),
     written as (
       insert into ledger_entry (chain, seq, kind, subject_id, day, hash, signature_valid)
       select * from fresh),
     ends as materialized (
       select chain, min(seq) as first, max(seq) as last, min(day) as first_day, max(day) as day,
         (array_agg(hash order by seq desc))[1] as hash
       from fresh group by chain),
     moved as (
       update ledger_head h set seq = e.last, hash = e.hash, day = e.day
       from ends e where h.chain = e.chain and h.seq = e.first - 1 returning 1),
     begun as (
       insert into ledger_head (chain, first_day, seq, hash, day)
       select chain, first_day, last, hash, day from ends where first = 1 returning 1)
     select (select count(*)::int from ends) as chains,
       ((select count(*) from moved) + (select count(*) from begun))::int as moved`,
    [
      entries.map((entry) => entry.chain),
      entries.map((entry) => entry.seq),
      entries.map((entry) => entry.kind),
      entries.map((entry) => entry.subjectId),
      entries.map((entry) => entry.day),
      entries.map((entry) => entry.hash),
      entries.map((entry) => entry.signatureValid),
    ],
  );
  if (rows[0]?.chains !== rows[0]?.moved) throw new Error('a chain ends elsewhere');
}

/** Takes exactly these rows out of what waits. */
export async function removeWaiting(
  tx: Transaction,
  waiting: readonly WaitingRow[],
): Promise<void> {
  await tx.query(
    `delete from ledger_queue q using unnest($1::xid8[], $2::uuid[]) w(xid, id)
     where q.xid = w.xid and q.subject_id = w.id`,
    [waiting.map((row) => row.writtenBy), waiting.map((row) => row.id)],
  );
}

export interface Backlog {
  /** Counted up to 100,000. */
  readonly waiting: number;
  /** When the oldest was decided; null: none waits. */
  readonly oldestAt: Date | null;
}

/** What is decided or changed and not chained yet. */
export async function readBacklog(db: Queryable): Promise<Backlog> {
  const { rows } = await db.query<Backlog>(
    `select (select count(*)::int from (select 1 from ledger_queue limit 100000) w) as waiting,
       (select coalesce(d.at, a.at)
        from (select subject_id, kind from ledger_queue order by xid, subject_id limit 1) q
        ${ITS_DECISION('q')}
        left join audit_entry a on q.kind = 'audit' and a.id = q.subject_id) as "oldestAt"`,
  );
  return rows[0] ?? { waiting: 0, oldestAt: null };
}
