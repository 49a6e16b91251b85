import { readCollectionPolicy } from '../src/db/collection-policies';
import type { Database, Transaction } from '../src/db/database';
import { readRiskPairs, type RiskPair } from '../src/db/risk-facts';
import { forgetObjectors, tellRiskChange, writeScores, type NewScore } from '../src/db/risk-scores';
import type { RiskPolicy } from '../src/domain/collection-policy/risk';
import { riskChange } from '../src/domain/risk-change';
import { partsOf, scoreRisk } from '../src/domain/risk-score';
import { CURRENT_SCORECARD, type RiskFacts, type Scorecard } from '../src/domain/risk-scorecard';

/** People of one transaction. */
const BATCH = 300;

export interface RiskReport {
  /** `yyyy-mm-dd`, of the books. */
  readonly day: string;
  /** People that were looked at by this call. */
  readonly looked: number;
  /** Scores of people who have objected since, deleted. */
  readonly forgotten: number;
  readonly finished: boolean;
}

/**
 * Scores everybody who owes something open, once a day and creditor, out of that creditor's own data. In
 * batches, each in its own transaction: a process that dies is followed by one that goes on where it
 * ended, two at once take turns, and a second call on the day changes nothing.
 * @param today the date of the books, asked before each batch
 */
export async function scoreRiskDay(
  db: Database,
  today: () => string,
  batch = BATCH,
): Promise<RiskReport> {
  const day = today();
  const forgotten = await forgetObjectors(db);
  await db.query('insert into risk_day (day, scorecard) values ($1, $2) on conflict do nothing', [
    day,
    CURRENT_SCORECARD.id,
  ]);
  const policies = new Map<string, RiskPolicy>();
  let looked = 0;
  while (today() === day) {
    const seen = await db.transaction((tx) => scoreBatch(tx, { day, batch, policies }));
    if (seen === null) break;
    looked += seen;
  }
  const { rows } = await db.query<{ finished: boolean }>(
    'select finished_at is not null as finished from risk_day where day = $1',
    [day],
  );
  return { day, looked, forgotten, finished: rows[0]?.finished === true };
}

interface Turn {
  readonly day: string;
  readonly batch: number;
  /** As they were read first in this turn. */
  readonly policies: Map<string, RiskPolicy>;
}

/** Null: nobody is left, or another process is at it. */
async function scoreBatch(tx: Transaction, { day, batch, policies }: Turn): Promise<number | null> {
  const { rows } = await tx.query<{ afterId: string | null; lastFrom: string }>(
    `select after_id as "afterId", date_trunc('month', coalesce((select max(e.day) from risk_day e
       where e.day < r.day and e.finished_at is not null), r.day))::date as "lastFrom"
     from risk_day r where day = $1 and finished_at is null for update skip locked`,
    [day],
  );
  const [at] = rows;
  if (at === undefined) return null;
  const { pairs, people, lastId } = await readRiskPairs(tx, { ...at, day, people: batch });
  const card = CURRENT_SCORECARD;
  const of = { day, scorecard: card.id };
  const news: NewScore[] = [];
  for (const pair of pairs) {
    const policy = await policyOf(tx, policies, pair.creditorId);
    if (!policy.score) continue;
    const { news: score, change } = reckon(pair, card, { day, suggests: policy.suggest });
    if (score !== null) news.push(score);
    if (change !== null) await tellRiskChange(tx, of, { ...pair, ...change });
  }
  await writeScores(tx, of, news);
  await tx.query(
    `update risk_day set after_id = coalesce($2, after_id),
       finished_at = case when $3 then clock_timestamp() end where day = $1`,
    [day, lastId, people < batch],
  );
  return people;
}

/** What is to be kept and told of one. */
function reckon(
  { debtorId, creditorId, facts, last }: RiskPair,
  card: Scorecard,
  { day, suggests }: { readonly day: string; readonly suggests: boolean },
): { news: NewScore | null; change: ReturnType<typeof riskChange> } {
  const score = scoreRisk(facts, card);
  const comparable = last?.scorecard === card.id ? last : null;
  const before = comparable === null ? null : scoreRisk(comparable.facts, card);
  const { points = null, probability = null, band = null } = score ?? {};
  // once a month all the same, so that no older month need be looked at
  const isSame =
    comparable?.day.slice(0, 7) === day.slice(0, 7) &&
    pointsOf(facts, card) === pointsOf(comparable.facts, card);
  return {
    news: isSame ? null : { debtorId, creditorId, facts, points, probability, band },
    change: riskChange(before, score, suggests),
  };
}

/** Of the whole and of each part, as one text. */
const pointsOf = (facts: RiskFacts, card: Scorecard): string =>
  [scoreRisk(facts, card), ...partsOf(facts, card)].map((of) => of?.points ?? '-').join(' ');

async function policyOf(
  tx: Transaction,
  policies: Map<string, RiskPolicy>,
  creditorId: string,
): Promise<RiskPolicy> {
  const known =
    policies.get(creditorId) ?? (await readCollectionPolicy(tx, creditorId)).policy.risk;
  policies.set(creditorId, known);
  return known;
}
