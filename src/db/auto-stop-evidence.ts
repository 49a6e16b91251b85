import {
  WRONG_PARTY_OUTCOMES,
  type AutoStopEvidence,
  type AutoStopLimits,
} from '../domain/auto-stop';
import { LIMIT_CURRENCY } from './cost-currency';
import { one, type Queryable } from './database';
import { idsOfLatestDays } from './new-id';

/** What a call that came to its end by itself looks like; it implies the predicate of index attempt_finished. */
const FINISHED = `t.state = 'ended' and t.counted and t.result not in ('cancelled', 'unknown')`;
/** Somebody answered; the predicate of index attempt_reached. */
const REACHED = `t.result in ('connected', 'abandoned')`;
/** How far back is looked for calls: what was longer ago says nothing of today. */
const RECENT_DAYS = 28;
const within = (from: string, to: string): string => `t.id >= ${from} and t.id < ${to}`;
/** The hour up to which calls are counted for good: a transaction that ended a call may be late. */
const COUNTED_UNTIL = `date_trunc('hour', now() - interval '2 minutes', 'UTC')`;
/** Calls after the last release of an automatic switch: what it saw must not pull it again. */
const RELEASED = `(select coalesce(max(released_at), '-infinity') as at from kill_switch
  where scope = 'campaign' and scope_id = $1 and automatic is not null)`;

/**
 * Answered legs `l` of the campaign's calls and their transfers, the predicate of index call_leg_of_campaign,
 * that are billed in the currency of its limit: what others cost is no part of the sum.
 */
const LEGS = (from: string, to: string): string =>
  `l.campaign_id = $1 and l.answered_at is not null and l.call_id >= ${from} and l.call_id < ${to}
     and l.trunk_id in (select t.id from trunk t, campaign c
       where c.id = $1 and t.cost_currency = ${LIMIT_CURRENCY})`;

/**
 * Counts the hours that are over and not yet counted; each hour is read once. Any number of
 * schedulers may do it at once.
 */
export async function countCampaignHours(db: Queryable, campaignId: string): Promise<void> {
  const recent = idsOfLatestDays(RECENT_DAYS);
  const uncounted = (at: string): string => `${at} < ${COUNTED_UNTIL}
    and ${at} >= coalesce((select max(hour) + interval '1 hour' from campaign_hour where campaign_id = $1),
      '-infinity')`;
  await db.query(
    `insert into campaign_hour (campaign_id, hour, calls, answered, cost_minor)
     select $1, date_trunc('hour', at, 'UTC'), count(result), count(*) filter (where ${REACHED}),
       coalesce(sum(cost_minor), 0)
     from (
       select t.ended_at as at, t.result, null::bigint as cost_minor from attempt t
       where t.campaign_id = $1 and ${FINISHED} and ${within('$2', '$3')} and ${uncounted('t.ended_at')}
       union all
       select l.billed_at, null, l.cost_minor from call_leg l
       where ${LEGS('$2', '$3')} and ${uncounted('l.billed_at')}) t
     group by 2
     on conflict do nothing`,
    [campaignId, recent.from, recent.to],
  );
}

type Row = Record<
  | 'calls'
  | 'answered'
  | 'historyCalls'
  | 'historyAnswered'
  | 'reached'
  | 'abandoned'
  | 'talks'
  | 'wrongParty',
  number
>;

const COUNTS = `
  select latest.*, history.*, reached.*, talks.*
  from ${RELEASED} released,
  lateral (select count(*)::int as calls, count(*) filter (where reached)::int as answered
    from (select ${REACHED} as reached from attempt t
      where t.campaign_id = $1 and ${FINISHED} and ${within('$6', '$7')} and t.ended_at > released.at
        and t.dialed_at > released.at
      order by t.ended_at desc limit $2) w) latest,
  lateral (select coalesce(sum(h.calls), 0)::int as "historyCalls",
      coalesce(sum(h.answered), 0)::int as "historyAnswered" from campaign_hour h
    where h.campaign_id = $1 and h.hour >= now() - interval '7 days') history,
  lateral (select count(*)::int as reached,
      count(*) filter (where abandoned)::int as abandoned
    from (select t.result = 'abandoned' as abandoned from attempt t
      where t.campaign_id = $1 and ${REACHED} and ${within('$6', '$7')} and t.ended_at > released.at
        and t.dialed_at > released.at
      order by t.ended_at desc limit $3) w) reached,
  lateral (select count(*)::int as talks, count(*) filter (where wrong)::int as "wrongParty"
    from (select code = any($5) as wrong
      from (select t.ended_at, (select code from outcome where attempt_id = t.id) as code
        from attempt t
        where t.campaign_id = $1 and ${REACHED} and ${within('$6', '$7')} and t.result = 'connected'
          and t.ended_at > released.at and t.dialed_at > released.at
        -- the outcomes of the very latest may not be recorded yet
        order by t.ended_at desc limit 4 * $4) talk
      where code is not null
      order by ended_at desc limit $4) w) talks`;

/**
 * What the legs that were answered after the last release cost: counted hours in which no other leg
 * can have ended (no talk is longer than two hours), those billed before and after these, and what
 * those that run have come to.
 */
const COSTS = `
  with since as (select at, date_trunc('hour', at, 'UTC') + interval '3 hours' as whole from ${RELEASED} r)
  select (coalesce((select sum(h.cost_minor) from campaign_hour h
      where h.campaign_id = $1 and h.hour >= whole), 0)
    + coalesce((select sum(l.cost_minor) from call_leg l
      where ${LEGS('$2', '$3')} and l.billed_at >= greatest(at, ${COUNTED_UNTIL}) and l.answered_at > at), 0)
    + coalesce((select sum(l.cost_minor) from call_leg l
      where ${LEGS('$2', '$3')} and l.billed_at > at and l.billed_at < least(whole, ${COUNTED_UNTIL})
        and l.answered_at > at), 0)
    + coalesce((select sum(c.cost_minor) from call_leg l,
        cost_of_talk(l.trunk_id, l.cost_per_minute_minor, l.answered_at, now()) c
      where ${LEGS('$2', '$3')} and l.billed_at is null and l.answered_at > at), 0))::text as cost
  from since`;

async function readCost(db: Queryable, campaignId: string): Promise<bigint> {
  const { from, to } = idsOfLatestDays(RECENT_DAYS);
  const { cost } = one(await db.query<{ cost: string }>(COSTS, [campaignId, from, to]), 'cost');
  return BigInt(cost);
}

/**
 * What the rules of a campaign look at, from indexes of its latest calls and its counted hours. What
 * its legs cost is read only where a limit is set.
 */
export async function readAutoStopEvidence(
  db: Queryable,
  campaignId: string,
  limits: AutoStopLimits,
  /** See {@link decideAutoStop}. */
  costCapMinor: bigint | null,
): Promise<AutoStopEvidence> {
  const recent = idsOfLatestDays(RECENT_DAYS);
  const counts = await db.query<Row>(COUNTS, [
    campaignId,
    limits.answerRate?.calls ?? 0,
    limits.abandonment?.answered ?? 0,
    limits.wrongParty?.talks ?? 0,
    WRONG_PARTY_OUTCOMES,
    recent.from,
    recent.to,
  ]);
  const row = one(counts, 'counts');
  return {
    latest: { calls: row.calls, answered: row.answered },
    history: { calls: row.historyCalls, answered: row.historyAnswered },
    answered: { answered: row.reached, abandoned: row.abandoned },
    talks: { talks: row.talks, wrongParty: row.wrongParty },
    costMinor: costCapMinor === null ? 0n : await readCost(db, campaignId),
  };
}
