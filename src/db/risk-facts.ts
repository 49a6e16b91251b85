import { answerDecay, paydayDrift } from '../domain/risk-score';
import type { RiskFacts } from '../domain/risk-scorecard';
import { booksDate } from './books-date';
import type { Queryable } from './database';
import { idsOfLatestDays, idsSince } from './new-id';
import { objectsToProfiling } from './profiling-objection';

/** A person towards one creditor, with what was kept of them last. */
export interface RiskPair {
  readonly debtorId: string;
  readonly creditorId: string;
  readonly facts: RiskFacts;
  /** Null: never scored, or not since the months before the last scored day. */
  readonly last: LastScore | null;
}

export interface LastScore {
  readonly day: string;
  readonly scorecard: string;
  readonly facts: RiskFacts;
  readonly band: string | null;
}

interface FactRow {
  readonly debtorId: string;
  readonly creditorId: string;
  readonly daysPastDue: number;
  readonly brokenPromises: number;
  readonly keptPromises: number;
  readonly paidOn: string[];
  readonly daysSincePayment: number | null;
  readonly callsLately: number;
  readonly answeredLately: number;
  readonly callsBefore: number;
  readonly answeredBefore: number;
  readonly planLateDays: number | null;
  readonly last: LastScore | null;
}

const PROMISE_DAYS = 180;
const PAYMENT_DAYS = 365;
const LATELY_DAYS = 30;
const CALL_DAYS = 90;

/**
 * The next people, in the order of their ids, each once a creditor to whom they owe something open. Who
 * objects to profiling is left out. Nothing of another creditor is looked at, not even a payday.
 * @param asked.lastFrom the first day on which what was kept last may have been written
 */
export async function readRiskPairs(
  db: Queryable,
  asked: {
    readonly day: string;
    readonly afterId: string | null;
    readonly people: number;
    readonly lastFrom: string;
  },
): Promise<{
  readonly pairs: RiskPair[];
  readonly people: number;
  readonly lastId: string | null;
}> {
  const people = await db.query<{ id: string }>(
    `select d.id from debtor d where ($1::uuid is null or d.id > $1)
       and exists (select from account a where a.debtor_id = d.id and a.status = 'open')
     order by d.id limit $2`,
    [asked.afterId, asked.people],
  );
  const ids = people.rows.map(({ id }) => id);
  const calls = idsOfLatestDays(CALL_DAYS);
  const lately = idsSince(new Date(Date.now() - LATELY_DAYS * 86_400_000));
  const { rows } = await db.query<FactRow>(FACTS, [
    ...[ids, asked.day, calls.from, calls.to, lately.from, asked.lastFrom],
  ]);
  return { pairs: rows.map(pairOf), people: ids.length, lastId: ids.at(-1) ?? null };
}

const FACTS = `with pair as (
    select a.debtor_id, a.creditor_id, array_agg(a.id) as account_ids,
      max($2::date - a.due_date) filter (where a.status = 'open') as days_past_due
    from account a where a.debtor_id = any($1::uuid[]) and not ${objectsToProfiling('a.debtor_id')}
    group by 1, 2 having count(*) filter (where a.status = 'open') > 0),
  -- for all at once: of a month that just began nothing is known to the planner, which would read it anew for each
  last as (
    select distinct on (s.debtor_id, s.creditor_id) s.debtor_id, s.creditor_id,
      jsonb_build_object('day', s.day::text, 'scorecard', s.scorecard, 'facts', s.facts, 'band', s.band) as last
    from risk_score s where s.debtor_id = any($1::uuid[]) and s.day >= $6 and s.day < $2
    order by s.debtor_id, s.creditor_id, s.day desc)
  select w.debtor_id as "debtorId", w.creditor_id as "creditorId", w.days_past_due as "daysPastDue",
    p.broken as "brokenPromises", p.kept as "keptPromises", y.paid_on as "paidOn", y.since as "daysSincePayment",
    t.lately as "callsLately", t.answered_lately as "answeredLately", t.before as "callsBefore",
    t.answered_before as "answeredBefore", g.late as "planLateDays", l.last
  from pair w
  cross join lateral (
    select count(*) filter (where p.state = 'broken')::int as broken, count(*) filter (where p.state = 'kept')::int as kept
    from promise p where p.debtor_id = w.debtor_id and p.creditor_id = w.creditor_id
      and p.due_date > $2::date - ${String(PROMISE_DAYS)}) p
  cross join lateral (
    select coalesce(array_agg(d.day::text order by d.day), '{}') as paid_on, $2::date - max(d.day) as since
    from (select ${booksDate('y.paid_at')} as day from payment y
      where y.account_id = any(w.account_ids) and y.creditor_id = w.creditor_id and y.reversed_at is null) d
    where d.day > $2::date - ${String(PAYMENT_DAYS)}) y
  cross join lateral (
    select count(*) filter (where t.id >= $5)::int as lately,
      count(*) filter (where t.id >= $5 and t.answered_at is not null)::int as answered_lately,
      count(*) filter (where t.id < $5)::int as before,
      count(*) filter (where t.id < $5 and t.answered_at is not null)::int as answered_before
    from attempt t where t.debtor_id = w.debtor_id and t.creditor_id = w.creditor_id and t.direction = 'out'
      and t.counted and t.state = 'ended' and t.id >= $3 and t.id < $4) t
  cross join lateral (
    select $2::date - min(p.due_date) filter (where p.state in ('approved', 'open', 'partially_kept', 'broken')) as late
    from agreement g join promise p on p.agreement_id = g.id
    where g.account_id = any(w.account_ids) and g.kind = 'plan' and g.state = 'active') g
  left join last l on l.debtor_id = w.debtor_id and l.creditor_id = w.creditor_id
  order by w.debtor_id, w.creditor_id`;

function pairOf(row: FactRow): RiskPair {
  const before = { calls: row.callsBefore, answered: row.answeredBefore };
  const lately = { calls: row.callsLately, answered: row.answeredLately };
  return {
    debtorId: row.debtorId,
    creditorId: row.creditorId,
    last: row.last,
    facts: {
      daysPastDue: row.daysPastDue,
      brokenPromises: row.brokenPromises,
      keptPromises: row.keptPromises,
      payments: row.paidOn.length,
      daysSincePayment: row.daysSincePayment,
      paydayDriftDays: paydayDrift(row.paidOn),
      answerDecay: answerDecay(before, lately),
      planLateDays: row.planLateDays,
    },
  };
}
