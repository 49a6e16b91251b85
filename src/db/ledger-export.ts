import type { LedgerKind } from '../domain/ledger-kind';
import type { Queryable } from './database';
import { ITS_DECISION } from './ledger';
import { firstIdAt } from './new-id';

/** An entry with the row that it chains, for whoever checks them against each other. */
export interface ExportedEntry {
  readonly seq: number;
  readonly kind: LedgerKind;
  readonly subjectId: string;
  readonly hash: Buffer;
  /** Canonical JSON as it stands now; null: the row is gone. */
  readonly record: string | null;
  /** Decisions only, and only when asked for. */
  readonly facts: string | null;
  readonly factsSha256: string | null;
  readonly keyId: string | null;
  readonly signature: Buffer | null;
  /** The row's own columns, by the names of the record's members. */
  readonly columns: Readonly<Record<string, string | Date | null>>;
}

/** Chains of one creditor, or of all and the installation's own. */
export async function listChains(db: Queryable, creditorId: string | null): Promise<string[]> {
  const { rows } = await db.query<{ chain: string }>(
    `select 'creditor:' || id as chain from creditor where $1::uuid is null or id = $1
     union all select 'installation' where $1::uuid is null
     order by chain`,
    [creditorId],
  );
  return rows.map(({ chain }) => chain);
}

/** Codes of the creditors of these chains, by chain. */
export async function readChainCodes(
  db: Queryable,
  chains: readonly string[],
): Promise<{ chain: string; code: string }[]> {
  const { rows } = await db.query<{ chain: string; code: string }>(
    `select 'creditor:' || id as chain, code from creditor where 'creditor:' || id = any($1) order by 1`,
    [chains],
  );
  return rows;
}

/**
 * The first place whose day is `day` (`yyyy-mm-dd`) or later; `last + 1` when there is none. Days
 * never go back along a chain, so it is found by halving.
 */
export async function firstSeqFrom(
  db: Queryable,
  chain: string,
  day: string,
  among: { readonly first: number; readonly last: number },
): Promise<number> {
  let low = among.first;
  let high = among.last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { rows } = await db.query<{ seq: number; reached: boolean }>(
      `select seq::float8 as seq, day >= $3::date as reached from ledger_entry
       where chain = $1 and seq >= $2 order by seq limit 1`,
      [chain, middle, day],
    );
    const found = rows[0];
    if (found === undefined || found.reached) high = middle;
    else low = found.seq + 1;
  }
  return low;
}

/** The first place of a chain in the ledger from a day on: behind the last root before it. */
export async function firstSeqBehind(
  db: Queryable,
  chain: string,
  day: string | null,
): Promise<number> {
  const { rows } = await db.query<{ seq: number }>(
    `select (last_seq + 1)::float8 as seq from ledger_root where chain = $1 and day < $2::date
     order by day desc limit 1`,
    [chain, day],
  );
  return rows[0]?.seq ?? 1;
}

/** Hash of the entry at a place, also when its month was detached but its day's root ends there; null: it has none. */
export async function hashAt(db: Queryable, chain: string, seq: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ hash: Buffer }>(
    `select hash from ledger_entry where chain = $1 and seq = $2
     union all select head_hash from ledger_root where chain = $1 and last_seq = $2 limit 1`,
    [chain, seq],
  );
  return rows[0]?.hash ?? null;
}

interface Row extends Omit<ExportedEntry, 'columns'> {
  readonly at: Date | null;
  readonly creditorId: string | null;
  readonly stage: string | null;
  readonly verdict: string | null;
  readonly deniedBy: string | null;
  readonly nextAllowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly campaignId: string | null;
  readonly accountId: string | null;
  readonly debtorId: string | null;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
  readonly who: string | null;
}

/** Entries behind a place up to another, in their order, with the rows that they chain. */
export async function readEntries(
  db: Queryable,
  range: { readonly chain: string; readonly afterSeq: number; readonly lastSeq: number },
  options: { readonly limit: number; readonly facts: boolean },
): Promise<ExportedEntry[]> {
  const { rows } = await db.query<Row>(
    `select e.seq::float8 as seq, e.kind, e.subject_id as "subjectId", e.hash,
       coalesce(d.record, a.record) as record, case when $5 then d.facts end as facts,
       encode(sha256(convert_to(d.facts, 'UTF8')), 'hex') as "factsSha256",
       d.key_id as "keyId", d.signature, coalesce(d.at, a.at) as at,
       coalesce(d.creditor_id, a.creditor_id) as "creditorId", d.stage, d.verdict,
       d.denied_by as "deniedBy", d.next_allowed_at as "nextAllowedAt", d.expires_at as "expiresAt",
       d.campaign_id as "campaignId", d.account_id as "accountId", d.debtor_id as "debtorId",
       d.phone_id as "phoneId", d.attempt_id as "attemptId", a.actor as who
     from (select seq, kind, subject_id, hash from ledger_entry
           where chain = $1 and seq > $2 and seq <= $3 order by seq limit $4) e
     ${ITS_DECISION('e')}
     left join audit_entry a on e.kind = 'audit' and a.id = e.subject_id
     order by e.seq`,
    [range.chain, range.afterSeq, range.lastSeq, options.limit, options.facts],
  );
  return rows.map(withColumns);
}

function withColumns(row: Row): ExportedEntry {
  const { seq, kind, subjectId, hash, record, facts, factsSha256, keyId, signature } = row;
  const { at, creditorId, who, stage, verdict, deniedBy, nextAllowedAt, expiresAt } = row;
  const { campaignId, accountId, debtorId, phoneId, attemptId } = row;
  const always = { id: subjectId, at, creditorId };
  const columns =
    kind === 'audit'
      ? { ...always, who }
      : {
          ...{ ...always, stage, verdict, deniedBy, nextAllowedAt, expiresAt, factsSha256 },
          ...{ campaignId, accountId, debtorId, phoneId, attemptId },
        };
  return { seq, kind, subjectId, hash, record, facts, factsSha256, keyId, signature, columns };
}

const PAGE = 20_000;

interface UnchainedSpan {
  readonly from: Date;
  readonly until: Date;
  readonly creditorId: string | null;
}

/**
 * Signed decisions and changes of a span of time that are in no chain and do not wait for one: their
 * entries were deleted, or they were written around the ledger. Of the span is what its id says, and what its
 * instant says, for whoever writes a row around the ledger chooses both. Reads page by page.
 */
export async function* readUnchained(
  db: Queryable,
  span: UnchainedSpan,
): AsyncGenerator<{ kind: LedgerKind; id: string }, void, undefined> {
  for (const kind of ['decision', 'audit'] as const) {
    let after = firstIdAt(span.from);
    for (;;) {
      const { rows } = await db.query<{ id: string; unchained: boolean; last: boolean }>(
        unchainedPage(kind),
        [after, firstIdAt(span.until), span.creditorId, PAGE],
      );
      for (const row of rows) if (row.unchained) yield { kind, id: row.id };
      const last = rows.find((row) => row.last);
      if (last === undefined) break;
      after = last.id;
    }
    yield* readStrangelyNamed(db, kind, span);
  }
}

/** The least id there is. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The same of rows whose instant lies in the span, and whose id does not. */
async function* readStrangelyNamed(
  db: Queryable,
  kind: LedgerKind,
  span: UnchainedSpan,
): AsyncGenerator<{ kind: LedgerKind; id: string }, void, undefined> {
  let after = NO_ID;
  for (;;) {
    const { rows } = await db.query<{ id: string }>(
      `select r.id from ${TABLES[kind].name} r
       where r.at >= $1 and r.at < $2 and (r.id <= $3 or r.id >= $4) and r.id > $5
         and ($6::uuid is null or r.creditor_id = $6) ${TABLES[kind].signed}
         and not exists (select 1 from ledger_entry where subject_id = r.id)
         and not exists (select 1 from ledger_queue where subject_id = r.id)
       order by r.id limit $7`,
      [
        ...[span.from, span.until, firstIdAt(span.from), firstIdAt(span.until), after],
        ...[span.creditorId, PAGE],
      ],
    );
    for (const { id } of rows) yield { kind, id };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.id;
  }
}

/** What an earlier release decided is not signed, and in no chain. */
const TABLES = {
  decision: { name: 'decision', signed: 'and signature is not null' },
  audit: { name: 'audit_entry', signed: '' },
} as const;

function unchainedPage(kind: LedgerKind): string {
  const { name, signed } = TABLES[kind];
  return `with page as (select id from ${name}
      where id > $1 and id < $2 and ($3::uuid is null or creditor_id = $3) ${signed}
      order by id limit $4),
    looked as (select id, not exists (select 1 from ledger_entry where subject_id = page.id)
        and not exists (select 1 from ledger_queue where subject_id = page.id) as unchained,
        id = (select id from page order by id desc limit 1) as last
      from page)
    select * from looked where unchained or last order by id`;
}
