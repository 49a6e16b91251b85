import type { Database } from '../../src/db/database';
import type { AttemptResult } from '../../src/domain/attempt-result';
import type { OutcomeCode } from '../../src/domain/outcome-code';
import { newId } from '../../src/db/new-id';
import type { Floor } from './floor';

/** A dial of the past with its outcome, straight in the database. */
export interface PastDial {
  readonly at: Date;
  readonly accountId: string;
  readonly debtorId: string;
  readonly result: AttemptResult;
  readonly code: OutcomeCode;
}

/** Agents are whoever: nobody asks for them. */
export async function addPastDials(
  db: Database,
  floor: Floor,
  dials: readonly PastDial[],
): Promise<void> {
  await db.query(
    `with dial as materialized (
       select (d->>'id')::uuid as id, (d->>'at')::timestamptz as at, (d->>'accountId')::uuid as account_id,
         (d->>'debtorId')::uuid as debtor_id, d->>'result' as result, d->>'code' as code, place
       from jsonb_array_elements($1::jsonb) with ordinality x(d, place)),
     attempts as (
       insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, phone_owner, agent_id, agent_session_id, decision_id, state, result, counted,
         created_at, dialed_at, ended_at)
       select id, $2, $3, 1, account_id, debtor_id,
         (select p.id from phone p where p.debtor_id = dial.debtor_id order by p.position limit 1),
         'debtor', id, id, id, 'ended', result, true, at, at, at from dial)
     insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     select id, $2, account_id, debtor_id, code, 'test' from dial order by place`,
    [
      JSON.stringify(dials.map((dial) => ({ ...dial, id: newId(dial.at) }))),
      floor.creditorId,
      floor.campaignId,
    ],
  );
}

/** People of the floor who were each dialed at these hours of the last weeks, reached at one. */
export async function addHistory(
  db: Database,
  floor: Floor,
  history: {
    readonly people: number;
    readonly hoursUtc: readonly number[];
    readonly reachedAtUtc: number;
    readonly weeks?: number;
  },
): Promise<{ debtorId: string; accountId: string }[]> {
  const people: { debtorId: string; accountId: string }[] = [];
  const dials: PastDial[] = [];
  for (let n = 0; n < history.people; n++) {
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    people.push({ debtorId, accountId });
    for (let week = history.weeks ?? 1; week > 0; week--) {
      for (const [place, hour] of history.hoursUtc.entries()) {
        const at = new Date(Date.now() - (week * 7 + place) * 86_400_000);
        at.setUTCHours(hour, n % 60, 0, 0);
        const reached = hour === history.reachedAtUtc;
        const end = reached
          ? ({ result: 'connected', code: 'RPC_REFUSE' } as const)
          : ({ result: 'no_answer', code: 'NO_ANSWER' } as const);
        dials.push({ at, accountId, debtorId, ...end });
      }
    }
  }
  await addPastDials(db, floor, dials);
  return people;
}
