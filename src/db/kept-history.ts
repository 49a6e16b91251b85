import { objectsToProfiling } from './profiling-objection';

/**
 * Whether something was kept is asked so many days after it was made at the latest, and never before all
 * that falls due until then is decided: what breaks early must not be counted before what is kept.
 */
const HORIZON_DAYS = 90;
/** A late payment makes up for a missed one, and news of a payment may be late. */
const SETTLING_DAYS = 14;
const LOOKED_BACK = `interval '2 years'`;
/** Of what was put off, so much must have come, percent. */
const DEFERRED_KEPT_PERCENT = 90;

/**
 * SQL of what a creditor ($1, null: any) has agreed with people, and whether they kept it: kind, cause, bucket,
 * strain_percent and broken_promises as they stood then, the chance that was foretold, `over_at` (when
 * it can be judged) and `kept`. Agreements that came of an offer, and promises for themselves that were
 * made in a talk. Nobody who objects to profiling is among them, and nothing of who anybody is.
 *
 * A plan, another date and a settlement are kept unless they broke; a deferment, when what was put off
 * came within two weeks of its end; a promise, as it was judged.
 */
export const KEPT_HISTORY = `
  select o.kind, s.facts->>'rootCause' as cause, s.facts->>'bucket' as bucket, o.strain_percent,
    coalesce((s.facts#>>'{history,brokenPromises}')::int, (s.facts#>>'{history,broken}')::int) as broken_promises,
    o.keeping_chance, e.over_at,
    case a.kind when 'deferment' then coalesce((select sum(y.amount_minor) from payment y
        where y.account_id = a.account_id and y.reversed_at is null
          and y.paid_at > a.accepted_at and y.paid_at <= e.over_at), 0) * 100
        >= (a.terms->>'amountMinor')::bigint * ${String(DEFERRED_KEPT_PERCENT)}
      else a.broken_at is null or a.broken_at > e.over_at end as kept
  from agreement a join offer o on o.id = a.offer_id join option_set s on s.id = o.option_set_id
  cross join lateral (select interval '${String(SETTLING_DAYS)} days' + case a.kind
      when 'deferment' then ((a.terms->>'until')::date + 1)::timestamp at time zone a.zone
      else (select max(p.grace_until) from promise p where p.agreement_id = a.id
        and p.due_date <= (a.accepted_at at time zone a.zone)::date + ${String(HORIZON_DAYS)}) end as over_at) e
  where ($1::uuid is null or a.creditor_id = $1) and a.accepted_at > now() - ${LOOKED_BACK} and e.over_at <= now()
    and (a.state in ('active', 'completed', 'broken') or a.broken_at is not null)
    and not ${objectsToProfiling('a.debtor_id')}
  union all
  select k.kind, coalesce(u.root_cause, 'not_told'), d.debt->>'bucket', o.strain_percent,
    (select count(*)::int from promise b where b.account_id = p.account_id and b.state = 'broken'
       and b.decided_at < p.created_at and b.decided_at > p.created_at - interval '1 year'),
    o.keeping_chance, p.grace_until, p.state = 'kept'
  from promise p join statement d on d.attempt_id = p.attempt_id
  cross join lateral (select case when p.amount_minor >= (d.debt->>'dueMinor')::bigint
    then 'pay_full' else 'pay_part' end as kind) k
  left join lateral (select root_cause from outcome where attempt_id = p.attempt_id limit 1) u on true
  left join lateral (select strain_percent, keeping_chance from offer f
    where f.attempt_id = p.attempt_id and f.kind = k.kind order by f.id desc limit 1) o on true
  where ($1::uuid is null or p.creditor_id = $1) and p.agreement_id is null and p.state in ('kept', 'broken')
    and p.created_at > now() - ${LOOKED_BACK} and p.grace_until <= now()
    and not ${objectsToProfiling('p.debtor_id')}`;
