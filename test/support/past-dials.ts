import { one, type Database } from '../../src/db/database';
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

/** Agents are whoever: nobody asks for them. @returns the attempt's id */
export async function addPastDial(db: Database, floor: Floor, dial: PastDial): Promise<string> {
  const phone = one(
    await db.query<{ id: string }>(
      'select id from phone where debtor_id = $1 order by position limit 1',
      [dial.debtorId],
    ),
    'phone',
  );
  const id = newId(dial.at);
  await db.query(
    `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
       phone_id, phone_owner, agent_id, agent_session_id, decision_id, state, result, counted,
       created_at, dialed_at, ended_at)
     values ($1, $2, $3, 1, $4, $5, $6, 'debtor', $1, $1, $1, 'ended', $7, true, $8, $8, $8)`,
    [
      id,
      floor.creditorId,
      floor.campaignId,
      dial.accountId,
      dial.debtorId,
      phone.id,
      dial.result,
      dial.at,
    ],
  );
  await db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     values ($1, $2, $3, $4, $5, 'test')`,
    [id, floor.creditorId, dial.accountId, dial.debtorId, dial.code],
  );
  return id;
}

/** People of the floor who were each dialed at these hours of the last weeks, reached at some. */
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
  for (let n = 0; n < history.people; n++) {
    const { debtorId, accountIds } = await floor.addDebtor();
    const [accountId = ''] = accountIds;
    people.push({ debtorId, accountId });
    for (let week = history.weeks ?? 1; week > 0; week--) {
      for (const [place, hour] of history.hoursUtc.entries()) {
        const at = new Date(Date.now() - (week * 7 + place) * 86_400_000);
        at.setUTCHours(hour, n % 60, 0, 0);
        const reached = hour === history.reachedAtUtc;
        await addPastDial(db, floor, {
          at,
          accountId,
          debtorId,
          result: reached ? 'connected' : 'no_answer',
          code: reached ? 'RPC_REFUSE' : 'NO_ANSWER',
        });
      }
    }
  }
  return people;
}
