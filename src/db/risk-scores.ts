import type { RiskChange } from '../domain/risk-change';
import type { RiskFacts } from '../domain/risk-scorecard';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { objectsToProfiling } from './profiling-objection';

export interface NewScore {
  readonly debtorId: string;
  readonly creditorId: string;
  readonly facts: RiskFacts;
  /** Null, all three: too little is known. */
  readonly points: number | null;
  readonly probability: number | null;
  readonly band: string | null;
}

/** Writes scores of a day; one a person, creditor and day: what is there stays. */
export async function writeScores(
  tx: Transaction,
  of: { readonly day: string; readonly scorecard: string },
  scores: readonly NewScore[],
): Promise<void> {
  if (scores.length === 0) return;
  await tx.query(
    `insert into risk_score (debtor_id, creditor_id, day, scorecard, facts, points, probability, band)
     select s."debtorId", s."creditorId", $2, $3, s.facts, s.points, s.probability, s.band
     from jsonb_to_recordset($1::jsonb) as s ("debtorId" uuid, "creditorId" uuid, facts jsonb, points int,
       probability float8, band text)
     on conflict do nothing`,
    [JSON.stringify(scores), of.day, of.scorecard],
  );
}

/**
 * Tells the creditor that the band of a person changed, with the reasons. A rise takes the place of what
 * was suggested before; a fall takes it back.
 * @param change.action null: nothing is suggested
 */
export async function tellRiskChange(
  tx: Transaction,
  of: { readonly day: string; readonly scorecard: string },
  { debtorId, creditorId, from, to, points, reasons, action }: RiskChange,
): Promise<void> {
  await tx.query(
    `update risk_suggestion set state = case when $3 then 'superseded' else 'withdrawn' end,
       decided_at = clock_timestamp(), decided_by = 'system', decision_reason = 'the band changed'
     where creditor_id = $1 and debtor_id = $2 and state = 'open'`,
    [creditorId, debtorId, action !== null],
  );
  const { rows } =
    action === null
      ? { rows: [] }
      : await tx.query<{ id: string }>(
          `insert into risk_suggestion (creditor_id, debtor_id, day, scorecard, from_band, to_band, action, reasons)
           values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
          [creditorId, debtorId, of.day, of.scorecard, from, to, action, reasons],
        );
  await appendEvent(tx, {
    type: 'credit.risk.changed',
    creditorId,
    payload: {
      ...{ creditorId, debtorId, from, to, points, reasons },
      ...{ day: of.day, scorecard: of.scorecard, suggestionId: rows[0]?.id ?? null, action },
    },
  });
}

/** Of who objects to profiling nothing is kept: scores are deleted, what was suggested is taken back. */
export async function forgetObjectors(db: Queryable): Promise<number> {
  const objectors = `select o.debtor_id from profiling_objection o
    where ${objectsToProfiling('o.debtor_id')}`;
  await db.query(
    `update risk_suggestion set state = 'withdrawn', decided_at = clock_timestamp(), decided_by = 'system',
       decision_reason = 'the person objects to profiling'
     where state = 'open' and debtor_id in (${objectors})`,
  );
  const { rowCount } = await db.query(`delete from risk_score where debtor_id in (${objectors})`);
  return rowCount ?? 0;
}

/** A score as it stands; `since` is the day on which it was reckoned so first in its month. */
export interface StandingScore {
  readonly creditorId: string;
  readonly since: string;
  /** The latest day on which people were scored. */
  readonly day: string;
  readonly scorecard: string;
  readonly facts: RiskFacts;
}

/** Of one person, one a creditor that the asker may see; nothing of who objects. */
export async function readStandingScores(
  db: Queryable,
  debtorId: string,
): Promise<StandingScore[]> {
  const { rows } = await db.query<StandingScore>(
    `select distinct on (s.creditor_id) s.creditor_id as "creditorId", s.day as since, e.day, s.scorecard, s.facts
     from (select max(day) as day from risk_day where finished_at is not null) e
     join risk_score s on s.debtor_id = $1 and s.day <= e.day and s.day >= date_trunc('month', e.day)
     where not ${objectsToProfiling('s.debtor_id')} and exists (select from account a
       where a.debtor_id = s.debtor_id and a.creditor_id = s.creditor_id and a.status = 'open')
     order by s.creditor_id, s.day desc`,
    [debtorId],
  );
  return rows;
}

export async function readObjection(db: Queryable, debtorId: string): Promise<boolean> {
  const { rows } = await db.query<{ objects: boolean }>(
    `select ${objectsToProfiling('$1::uuid')} as objects`,
    [debtorId],
  );
  return rows[0]?.objects === true;
}
