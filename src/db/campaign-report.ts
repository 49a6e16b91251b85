import { isRightParty, type OutcomeCode } from '../domain/outcome-code';
import type { AttemptResult } from '../domain/attempt-result';
import { one, type Queryable } from './database';

/** What a campaign has done so far. Rates are 0 to 1; null where there is nothing to divide by. */
export interface CampaignReport {
  readonly campaignId: string;
  readonly attempts: number;
  readonly openAttempts: number;
  /** An INVITE left, or may have left. */
  readonly dialed: number;
  readonly attemptsByResult: Partial<Record<AttemptResult, number>>;
  readonly outcomesByCode: Partial<Record<OutcomeCode, number>>;
  /** The debtor's side answered, joined to an agent or not. */
  readonly answered: number;
  readonly connected: number;
  readonly abandoned: number;
  readonly rightPartyContacts: number;
  /** Talks whose outcome nobody has recorded yet. */
  readonly outcomesMissing: number;
  /** answered / dialed */
  readonly answerRate: number | null;
  /** right-party contacts / dialed */
  readonly rightPartyContactRate: number | null;
  /** abandoned / answered */
  readonly abandonmentRate: number | null;
  readonly talkSecondsAverage: number | null;
  readonly promises: {
    readonly currency: string;
    readonly count: number;
    /** Integer minor units, as text; cancelled ones are left out. */
    readonly amountMinor: string;
  }[];
  /** Refusals of the gate. */
  readonly refusals: number;
}

interface Totals {
  attempts: number;
  openAttempts: number;
  dialed: number;
  answered: number;
  outcomesMissing: number;
  talkSecondsAverage: number | null;
  refusals: number;
}

export async function loadCampaignReport(
  db: Queryable,
  campaignId: string,
): Promise<CampaignReport> {
  const totals = await loadTotals(db, campaignId);
  const attemptsByResult = await countBy<AttemptResult>(
    db,
    `select result as key, count(*)::int as count from attempt
     where campaign_id = $1 and result is not null group by 1 order by 1`,
    campaignId,
  );
  const outcomesByCode = await countBy<OutcomeCode>(
    db,
    `select o.code as key, count(*)::int as count from outcome o
     join attempt t on t.id = o.attempt_id where t.campaign_id = $1 group by 1 order by 1`,
    campaignId,
  );
  const promises = await db.query<CampaignReport['promises'][number]>(
    `select p.currency, count(*)::int as count, sum(p.amount_minor)::text as "amountMinor"
     from promise p join attempt t on t.id = p.attempt_id
     where t.campaign_id = $1 and p.state not in ('proposed', 'cancelled', 'superseded') group by 1 order by 1`,
    [campaignId],
  );
  const rightPartyContacts = Object.entries(outcomesByCode)
    .filter(([code]) => isRightParty(code as OutcomeCode))
    .reduce((sum, [, count]) => sum + count, 0);
  const abandoned = attemptsByResult.abandoned ?? 0;
  return {
    campaignId,
    ...totals,
    attemptsByResult,
    outcomesByCode,
    connected: attemptsByResult.connected ?? 0,
    abandoned,
    rightPartyContacts,
    answerRate: rate(totals.answered, totals.dialed),
    rightPartyContactRate: rate(rightPartyContacts, totals.dialed),
    abandonmentRate: rate(abandoned, totals.answered),
    promises: promises.rows,
  };
}

async function loadTotals(db: Queryable, campaignId: string): Promise<Totals> {
  return one(
    await db.query<Totals>(
      `select count(*)::int as attempts,
         count(*) filter (where t.state <> 'ended')::int as "openAttempts",
         count(*) filter (where t.counted)::int as dialed,
         count(*) filter (where t.answered_at is not null)::int as answered,
         count(*) filter (where t.result = 'connected' and o.id is null)::int as "outcomesMissing",
         round(avg(extract(epoch from t.ended_at - t.connected_at))
           filter (where t.result = 'connected'), 1)::float8 as "talkSecondsAverage",
         (select count(*)::int from decision where campaign_id = $1 and verdict = 'deny')
           as refusals
       from attempt t left join outcome o on o.attempt_id = t.id where t.campaign_id = $1`,
      [campaignId],
    ),
    'report',
  );
}

async function countBy<K extends string>(
  db: Queryable,
  sql: string,
  campaignId: string,
): Promise<Partial<Record<K, number>>> {
  const { rows } = await db.query<{ key: K; count: number }>(sql, [campaignId]);
  return Object.fromEntries(rows.map(({ key, count }) => [key, count])) as Partial<
    Record<K, number>
  >;
}

function rate(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;
}
