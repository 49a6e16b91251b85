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
    // a root knows where its day ends: entries are looked for only behind the last one
    `select c.chain, coalesce(e.seq, r.last_seq, 0)::float8 as seq, coalesce(e.hash, r.head_hash) as hash,
       coalesce(e.day, r.day) as day, r.day as "closedDay"
     from unnest($1::text[]) c(chain)
     left join lateral (select day, last_seq, head_hash from ledger_root
       where chain = c.chain order by day desc limit 1) r on true
     left join lateral (select seq, hash, day from ledger_entry
       where chain = c.chain and day > coalesce(r.day, '-infinity')
       order by seq desc limit 1) e on true`,
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

export async function insertEntries(
  tx: Transaction,
  entries: readonly NewLedgerEntry[],
): Promise<void> {
  await tx.query(
    `insert into ledger_entry (chain, seq, kind, subject_id, day, hash, signature_valid)
     select * from unnest($1::text[], $2::bigint[], $3::text[], $4::uuid[], $5::date[], $6::bytea[], $7::boolean[])`,
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
