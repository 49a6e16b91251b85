import type { Queryable, Transaction } from './database';
import type { PlanMove } from './moment-load';

/** A moment that was chosen for an account, with what it rested on. */
export interface MomentChoice {
  readonly accountId: string;
  readonly debtorId: string;
  readonly creditorId: string;
  readonly basis: 'model' | 'control' | 'objection' | 'no_data';
  /** Instants, ISO 8601. */
  readonly earliest: string;
  readonly chosen: string;
  readonly chance: number | null;
  readonly score: number | null;
  readonly parts: Readonly<Record<string, number>> | null;
  readonly question: unknown;
  readonly segment: string;
  readonly learntSeq: string;
}

/**
 * Moves accounts to the moments chosen for them, unless somebody moved them meanwhile or is at work
 * on them: then they are chosen for when they are due. A moment that is the earliest moves nothing.
 * Keeps each choice. @returns a plan for each that was kept
 */
export async function applyChoices(
  tx: Transaction,
  choices: readonly MomentChoice[],
): Promise<PlanMove[]> {
  if (choices.length === 0) return [];
  const { rows } = await tx.query<PlanMove>(
    `with asked as materialized (
       select (c->>'accountId')::uuid as account_id, (c->>'earliest')::timestamptz as earliest,
         (c->>'chosen')::timestamptz as chosen, c from jsonb_array_elements($1::jsonb) c),
     free as materialized (
       select a.id, a.creditor_id, case when k.chosen = k.earliest then a.next_attempt_at
           else k.chosen end as planned_for,
         (select p.planned_for from best_time_plan p where p.account_id = a.id) as planned_before
       from account a join asked k on k.account_id = a.id
       where a.status = 'open' and a.blocked_reason is null
         and date_trunc('milliseconds', a.next_attempt_at) = k.earliest
       order by a.id for no key update of a skip locked),
     moved as (
       update account a set next_attempt_at = f.planned_for, updated_at = now()
       from free f where a.id = f.id and a.next_attempt_at <> f.planned_for),
     kept as (
       insert into best_time_choice (creditor_id, account_id, debtor_id, basis, earliest, chosen,
         chance, score, parts, question, segment, learnt_seq)
       select (c->>'creditorId')::uuid, account_id, (c->>'debtorId')::uuid, c->>'basis', earliest,
         chosen, (c->>'chance')::real, (c->>'score')::real, nullif(c->'parts', 'null'),
         c->'question', c->>'segment', (c->>'learntSeq')::bigint
       from asked join free on free.id = account_id
       returning id, account_id),
     planned as (
       insert into best_time_plan (account_id, planned_for, choice_id)
       select f.id, f.planned_for, kept.id from kept join free f on f.id = kept.account_id
       on conflict (account_id) do update
         set planned_for = excluded.planned_for, choice_id = excluded.choice_id)
     select creditor_id as "creditorId", planned_before as "from", planned_for as "to" from free`,
    [JSON.stringify(choices)],
  );
  return rows;
}

/** The person named the moment: it is not moved, whatever the model says. @returns a plan for each */
export async function keepAsPlanned(
  tx: Transaction,
  accountIds: readonly string[],
): Promise<PlanMove[]> {
  const { rows } = await tx.query<PlanMove>(
    `with named as materialized (
       select a.id, a.creditor_id, a.next_attempt_at as planned_for, p.planned_for as planned_before
       from account a left join best_time_plan p on p.account_id = a.id
       where a.id = any($1::uuid[]) and a.next_attempt_at is not null),
     planned as (
       insert into best_time_plan (account_id, planned_for) select id, planned_for from named
       on conflict (account_id) do update set planned_for = excluded.planned_for, choice_id = null)
     select creditor_id as "creditorId", planned_before as "from", planned_for as "to" from named`,
    [accountIds],
  );
  return rows;
}

export interface KeptChoice extends MomentChoice {
  readonly id: string;
  readonly at: Date;
}

const COLUMNS = `id, at, account_id as "accountId", debtor_id as "debtorId",
  creditor_id as "creditorId", basis, earliest, chosen, chance, score, parts, question, segment,
  learnt_seq::text as "learntSeq"`;

export async function findChoice(db: Queryable, id: string): Promise<KeptChoice | null> {
  const { rows } = await db.query<KeptChoice>(
    `select ${COLUMNS} from best_time_choice where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The latest first. */
export async function listChoices(
  db: Queryable,
  accountId: string,
  limit: number,
): Promise<KeptChoice[]> {
  const { rows } = await db.query<KeptChoice>(
    `select ${COLUMNS} from best_time_choice where account_id = $1 order by id desc limit $2`,
    [accountId, limit],
  );
  return rows;
}

/** How the moment of an attempt was chosen. */
export interface AttemptMoment {
  /** Did the person object to profiling when the attempt was reserved? Then the order was neutral. */
  readonly objectsToProfiling: boolean;
  /** What it rested on; null: no moment was chosen, the account was due as it was. */
  readonly basis: MomentChoice['basis'] | null;
  /** The choice before the attempt; null: none. */
  readonly choiceId: string | null;
  /** Why the account was the next, as the scheduler kept it; null: somebody asked for the call. */
  readonly choice: object | null;
}

/** Null: there is no such attempt. */
export async function readAttemptMoment(
  db: Queryable,
  attemptId: string,
): Promise<AttemptMoment | null> {
  const { rows } = await db.query<AttemptMoment>(
    `select objected.objects as "objectsToProfiling", chosen.id as "choiceId", t.choice,
       case when objected.objects then 'objection' else chosen.basis end as basis
     from (select * from attempt where id = $1) t
     cross join lateral (select coalesce((select o.objects from profiling_objection o
       where o.debtor_id = t.debtor_id and o.recorded_at <= t.created_at
       order by o.id desc limit 1), false) as objects) objected
     left join lateral (
       select k.id, k.basis from best_time_choice k
       where k.account_id = t.account_id and k.id < t.id order by k.id desc limit 1) chosen on true`,
    [attemptId],
  );
  return rows[0] ?? null;
}
