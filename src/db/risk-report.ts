import type { RiskBand } from '../domain/risk-scorecard';
import type { OutcomeBin } from '../domain/calibration';
import type { ScoreBin } from '../domain/risk-report';
import { BOOKS_DATE } from './books-date';
import type { Queryable } from './database';
import { objectsToProfiling } from './profiling-objection';

/** What a report is of. */
export interface RiskScope {
  /** Null: every creditor that the asker may see. */
  readonly creditorId: string | null;
  readonly scorecard: string;
}

export interface RiskStanding {
  /** The latest day on which people were scored; null: none was yet. */
  readonly day: string | null;
  readonly bands: Readonly<Partial<Record<RiskBand | 'insufficient_data', number>>>;
}

const OURS = `s.scorecard = $2 and ($1::uuid is null or s.creditor_id = $1)
  and not ${objectsToProfiling('s.debtor_id')}`;
/** Scores `s` as they stood on a day, of that month. @param day SQL of a date */
const standingOn = (day: string): string => `select distinct on (s.debtor_id, s.creditor_id) s.*
  from risk_score s where s.day <= ${day} and s.day >= date_trunc('month', ${day}) and ${OURS}
  order by s.debtor_id, s.creditor_id, s.day desc`;

const LATEST_DAY = `(select max(day) from risk_day where finished_at is not null)`;
/** The first day that was scored by the card. */
const FIRST_DAY = `(select min(day) from risk_day where finished_at is not null and scorecard = $2)`;

/** How many people stand in which band. */
export async function readRiskStanding(db: Queryable, of: RiskScope): Promise<RiskStanding> {
  const { rows } = await db.query<{ band: RiskBand | 'insufficient_data'; people: number }>(
    `select coalesce(band, 'insufficient_data') as band, count(*)::int as people
     from (${standingOn(LATEST_DAY)}) s group by 1 order by 1`,
    [of.creditorId, of.scorecard],
  );
  const day = await db.query<{ day: string | null }>(`select ${LATEST_DAY} as day`);
  return {
    day: day.rows[0]?.day ?? null,
    bands: Object.fromEntries(rows.map(({ band, people }) => [band, people])),
  };
}

/** Scores that one report looks at, at most. */
const MOST_SCORES = 50_000;

/**
 * What became of scores whose horizon is over, by tenths of the chance; of each person, creditor and
 * month the first. Late: so many days later an account that was open then is past due, and nothing that
 * was due first has been paid since. Seen on the first day of the week after that; where none was seen,
 * the score is not judged.
 */
export async function readOutcomeBins(
  db: Queryable,
  of: RiskScope,
  horizonDays: number,
): Promise<OutcomeBin[]> {
  const { rows } = await db.query<OutcomeBin>(
    `with score as (
       select distinct on (s.debtor_id, s.creditor_id, date_trunc('month', s.day)) s.debtor_id, s.creditor_id,
         s.day, s.probability
       from risk_score s where s.points is not null and s.day <= ${BOOKS_DATE} - $3::int and ${OURS}
       order by s.debtor_id, s.creditor_id, date_trunc('month', s.day), s.day limit ${String(MOST_SCORES)}),
     judged as (
       select s.*, seen.day as judged_on from score s cross join lateral (
         select min(e.day) as day from book_day e where e.finished_at is not null
           and e.day between s.day + $3 and s.day + $3 + 6) seen
       where seen.day is not null),
     ended as (
       select j.probability, coalesce((
         select bool_or(b.status = 'open' and l.status = 'open' and l.due_date < j.judged_on and l.due_date <= b.due_date)
         from account a
         cross join lateral (select k.status, k.due_date from account_day k where k.account_id = a.id
           and k.day <= j.day and k.day >= date_trunc('month', j.day) order by k.day desc limit 1) b
         cross join lateral (select k.status, k.due_date from account_day k where k.account_id = a.id
           and k.day <= j.judged_on and k.day >= date_trunc('month', j.day) order by k.day desc limit 1) l
         where a.debtor_id = j.debtor_id and a.creditor_id = j.creditor_id), false)::int as late
       from judged j)
     select least(9, floor(probability * 10))::int as tenth, count(*)::int as n, sum(probability) as expected,
       sum(late)::int as came, sum((probability - late) ^ 2) as squares
     from ended group by 1 order by 1`,
    [of.creditorId, of.scorecard, horizonDays],
  );
  return rows;
}

/** Width of the bins that scores are counted in. */
const BIN_POINTS = 20;

/** People by score on the first day that was scored by the card, and on the latest. */
export async function readScoreBins(
  db: Queryable,
  of: RiskScope,
): Promise<{ readonly firstDay: string | null; readonly bins: ScoreBin[] }> {
  const { rows } = await db.query<ScoreBin>(
    `with before as (${standingOn(FIRST_DAY)}), now as (${standingOn(LATEST_DAY)})
     select "from", sum(before)::int as before, sum(now)::int as now from (
       select floor(points / ${String(BIN_POINTS)}.0)::int * ${String(BIN_POINTS)} as "from", 1 as before, 0 as now
       from before where points is not null
       union all
       select floor(points / ${String(BIN_POINTS)}.0)::int * ${String(BIN_POINTS)}, 0, 1 from now where points is not null) bins
     group by 1 order by 1`,
    [of.creditorId, of.scorecard],
  );
  const day = await db.query<{ day: string | null }>(
    `select min(day) as day from risk_day where finished_at is not null and scorecard = $1`,
    [of.scorecard],
  );
  return { firstDay: day.rows[0]?.day ?? null, bins: rows };
}
