import { one, type Database } from '../../src/db/database';
import type { Floor } from './floor';

/** Attempts straight in the ledger, as the gate and the sip role would have left them. */
export interface LedgerRows {
  addAttempt(attempt: {
    readonly debtorId: string;
    readonly accountId: string;
    readonly at: string;
    readonly result?: string | null;
    readonly state?: string;
    readonly counted?: boolean;
    readonly code?: string;
    readonly phone?: number;
  }): Promise<string>;
  phoneOf(debtorId: string, position?: number): Promise<{ id: string; e164: string }>;
}

export async function makeLedgerRows(db: Database, floor: Floor): Promise<LedgerRows> {
  const { agentId, sessionId } = await floor.addReadyAgent();
  const phoneOf: LedgerRows['phoneOf'] = async (debtorId, position = 0) =>
    one(
      await db.query<{ id: string; e164: string }>(
        'select id, e164 from phone where debtor_id = $1 order by position offset $2 limit 1',
        [debtorId, position],
      ),
      'phone',
    );
  return {
    phoneOf,
    addAttempt: async ({ debtorId, accountId, at, phone = 0, ...attempt }) => {
      const { id: phoneId } = await phoneOf(debtorId, phone);
      const state = attempt.state ?? 'ended';
      const decision = one(
        await db.query<{ id: string }>(
          `insert into decision (at, stage, verdict, record, facts, expires_at, creditor_id,
             campaign_id, account_id, debtor_id)
           values ($1, 'reserve', 'allow', '{}', '{}', $1::timestamptz + interval '30 s', $2, $3, $4, $5)
           returning id`,
          [at, floor.creditorId, floor.campaignId, accountId, debtorId],
        ),
        'decision',
      );
      const { id } = one(
        await db.query<{ id: string }>(
          `insert into attempt (creditor_id, campaign_id, campaign_version, account_id, debtor_id,
             phone_id, agent_id, agent_session_id, decision_id, state, result, counted,
             created_at, dialed_at, ended_at)
           values ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
             case when $11 then $12::timestamptz end, case when $9 = 'ended' then $12::timestamptz end)
           returning id`,
          [
            floor.creditorId,
            floor.campaignId,
            accountId,
            debtorId,
            phoneId,
            agentId,
            sessionId,
            decision.id,
            state,
            state === 'ended' ? (attempt.result ?? 'no_answer') : null,
            attempt.counted ?? state !== 'reserved',
            at,
          ],
        ),
        'attempt',
      );
      if (attempt.code !== undefined) {
        await db.query(
          `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
           values ($1, $2, $3, $4, $5, 'test')`,
          [id, floor.creditorId, accountId, debtorId, attempt.code],
        );
      }
      return id;
    },
  };
}
