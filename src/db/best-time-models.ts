import type { AttemptResult } from '../domain/attempt-result';
import type { OutcomeCode } from '../domain/outcome-code';
import { ADVISORY_LOCK } from './advisory-lock';
import type { Queryable, Transaction } from './database';

/** A model of a creditor's portfolio (segment '') or of a segment of it, packed. */
export interface GroupRow {
  readonly creditorId: string;
  readonly segment: string;
  readonly state: Uint8Array;
}
export interface PersonRow {
  readonly debtorId: string;
  readonly state: Uint8Array;
}
/** With what is told of it in SQL: the score of each number that was dialed. */
export interface PersonModelRow extends PersonRow {
  readonly numbers: Readonly<Record<string, number>>;
}

/** A dial that has its outcome and was not learnt from yet. */
export interface Lesson {
  readonly taskId: string;
  readonly attemptId: string;
  readonly accountId: string;
  readonly direction: 'out' | 'in';
  /** Of a call that came in the campaign that dialed the account last, else any of the creditor's. */
  readonly campaignId: string;
  /** Null: the person called from a number that is none of theirs. */
  readonly phoneId: string | null;
  readonly purpose: 'collect' | 'locate';
  readonly result: AttemptResult;
  readonly code: OutcomeCode;
  /** When it was dialed, or the person who called was answered; null: nothing was sent. */
  readonly at: Date | null;
}

/** What was learnt from one dial: a row of the history that the models are the fold of. */
export interface Evidence {
  readonly attemptId: string;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly debtorId: string;
  readonly segment: string;
  readonly wallMinute: number;
  readonly kind: 'nobody' | 'somebody' | 'right_party';
  readonly number: number;
  readonly bins: readonly number[];
}

/** One process at a time learns: the order of learning is part of what is learnt. */
export async function lockLearning(tx: Transaction, wait: boolean): Promise<boolean> {
  const lock = wait
    ? 'select true as locked from (select pg_advisory_xact_lock($1)) l'
    : 'select pg_try_advisory_xact_lock($1) as locked';
  const { rows } = await tx.query<{ locked: boolean }>(lock, [ADVISORY_LOCK.bestTime]);
  return rows[0]?.locked === true;
}

/** The oldest lessons; they are gone with the transaction's end. */
export async function takeLessons(tx: Transaction, limit: number): Promise<Lesson[]> {
  const { rows } = await tx.query<Lesson>(
    `with taken as (
       delete from best_time_task where id in (select id from best_time_task order by id limit $1)
       returning id, attempt_id)
     select k.id::text as "taskId", t.id as "attemptId", t.account_id as "accountId",
       t.direction, by.campaign_id as "campaignId", t.phone_id as "phoneId", t.purpose, t.result,
       o.code, case t.direction when 'out' then t.dialed_at else t.answered_at end as at
     from taken k
     cross join lateral (select * from attempt where id = k.attempt_id limit 1) t
     cross join lateral (select code from outcome where attempt_id = k.attempt_id limit 1) o
     cross join lateral (select coalesce(t.campaign_id,
       (select campaign_id from attempt x where x.account_id = t.account_id
          and x.campaign_id is not null order by x.id desc limit 1),
       (select id from campaign where creditor_id = t.creditor_id order by id desc limit 1))
       as campaign_id) by
     where by.campaign_id is not null
     order by k.id`,
    [limit],
  );
  return rows;
}

/** The portfolios of the creditors, and these segments of theirs. */
export async function readGroups(
  db: Queryable,
  wanted: readonly { readonly creditorId: string; readonly segment: string }[],
): Promise<GroupRow[]> {
  const { rows } = await db.query<GroupRow>(
    `select g.creditor_id as "creditorId", g.segment, g.state from best_time_group g
     where g.creditor_id = any($1::uuid[]) and (g.segment = '' or g.segment = any($2::text[]))`,
    [
      [...new Set(wanted.map(({ creditorId }) => creditorId))],
      [...new Set(wanted.map(({ segment }) => segment))],
    ],
  );
  return rows;
}

/** The portfolio of a campaign's creditor; null: nothing was learnt from it yet. */
export async function readPortfolioState(
  db: Queryable,
  campaignId: string,
): Promise<Uint8Array | null> {
  const { rows } = await db.query<{ state: Buffer }>(
    `select g.state from campaign c join best_time_group g on g.creditor_id = c.creditor_id
     where c.id = $1 and g.segment = ''`,
    [campaignId],
  );
  return rows[0]?.state ?? null;
}

export async function readPersons(
  db: Queryable,
  debtorIds: readonly string[],
): Promise<PersonRow[]> {
  const { rows } = await db.query<PersonRow>(
    `select debtor_id as "debtorId", state from best_time_person where debtor_id = any($1::uuid[])`,
    [debtorIds],
  );
  return rows;
}

export async function saveModels(
  tx: Transaction,
  models: { readonly persons: readonly PersonModelRow[]; readonly groups: readonly GroupRow[] },
): Promise<void> {
  await tx.query(
    `insert into best_time_person (debtor_id, state, numbers)
     select * from unnest($1::uuid[], $2::bytea[], $3::jsonb[])
     on conflict (debtor_id) do update
       set state = excluded.state, numbers = excluded.numbers, updated_at = now()`,
    [
      models.persons.map(({ debtorId }) => debtorId),
      models.persons.map(({ state }) => Buffer.from(state)),
      models.persons.map(({ numbers }) => JSON.stringify(numbers)),
    ],
  );
  await tx.query(
    `insert into best_time_group (creditor_id, segment, state)
     select * from unnest($1::uuid[], $2::text[], $3::bytea[])
     on conflict (creditor_id, segment) do update set state = excluded.state, updated_at = now()`,
    [
      models.groups.map(({ creditorId }) => creditorId),
      models.groups.map(({ segment }) => segment),
      models.groups.map(({ state }) => Buffer.from(state)),
    ],
  );
}

/** In this order: it is the order of learning. */
export async function addEvidence(tx: Transaction, rows: readonly Evidence[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `with learnt as (
       insert into best_time_evidence (attempt_id, creditor_id, campaign_id, debtor_id, segment,
         wall_minute, kind, number, bins)
       select (e.row->>'attemptId')::uuid, (e.row->>'creditorId')::uuid, (e.row->>'campaignId')::uuid,
       (e.row->>'debtorId')::uuid, e.row->>'segment', (e.row->>'wallMinute')::int, e.row->>'kind',
       (e.row->>'number')::smallint,
       array(select b::smallint from jsonb_array_elements_text(e.row->'bins') with ordinality x(b, n) order by n)
       from jsonb_array_elements($1::jsonb) with ordinality e(row, place) order by e.place
       returning seq)
     update best_time_learnt set seq = (select max(seq) from learnt)`,
    [JSON.stringify(rows)],
  );
}

/** How far the models have learnt: the last row of the history; '0': nothing. */
export async function readLearntSeq(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ seq: string }>('select seq::text from best_time_learnt', []);
  return rows[0]?.seq ?? '0';
}

/** The history in the order of learning, after a place in it. @param upTo the last one; null: all */
export async function readEvidence(
  db: Queryable,
  page: { readonly after: string; readonly upTo: string | null; readonly limit: number },
): Promise<(Evidence & { readonly seq: string })[]> {
  const { rows } = await db.query<Evidence & { seq: string }>(
    `select e.seq::text, attempt_id as "attemptId", creditor_id as "creditorId",
       campaign_id as "campaignId", debtor_id as "debtorId", segment, wall_minute as "wallMinute",
       kind, number, bins
     from best_time_evidence e where e.seq > $1 and ($2::bigint is null or e.seq <= $2)
     order by e.seq limit $3`,
    [page.after, page.upTo, page.limit],
  );
  return rows;
}

/** Puts other models in the place of all that there are. */
export async function replaceModels(
  tx: Transaction,
  models: Parameters<typeof saveModels>[1],
): Promise<void> {
  await tx.query('delete from best_time_person');
  await tx.query('delete from best_time_group');
  await saveModels(tx, models);
}
