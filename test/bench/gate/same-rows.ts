import { lockAgentSession } from '../../../src/db/agent-sessions';
import { lockFreeCall } from '../../../src/db/call-locks';
import type { Database, Transaction } from '../../../src/db/database';
import { insertPermit, type KeptDecision, type NewAttempt } from '../../../src/db/decisions';
import { newId } from '../../../src/db/new-id';

/** A permit as it was written, to be written again under new ids. */
export interface WrittenPermit {
  readonly decision: KeptDecision;
  readonly attempt: Omit<NewAttempt, 'id'>;
}

/** The columns of a {@link KeptDecision}, of `decision d`. */
export const KEPT_COLUMNS = `d.id, d.at, d.stage, d.verdict, d.denied_by as "deniedBy",
  d.next_allowed_at as "nextAllowedAt", d.expires_at as "expiresAt", d.creditor_id as "creditorId",
  d.campaign_id as "campaignId", d.account_id as "accountId", d.debtor_id as "debtorId",
  d.phone_id as "phoneId", d.attempt_id as "attemptId", d.record, d.facts,
  d.record_sha256 as "recordSha256", d.signature, d.key_id as "keyId"`;

/** The permits of a campaign's newest attempts, one for each of its accounts. */
export async function readWritten(db: Database, campaignId: string): Promise<WrittenPermit[]> {
  const { rows } = await db.query<KeptDecision & Row>(
    `select distinct on (a.account_id) ${KEPT_COLUMNS}, a.campaign_version as version, a.purpose,
       a.mode, a.choice, s.id as "sessionId", s.agent_id as "agentId",
       s.sip_instance_id as "sipInstanceId"
     from attempt a join decision d on d.id = a.decision_id
       join agent_session s on s.id = a.agent_session_id
     where a.campaign_id = $1 order by a.account_id, a.id desc`,
    [campaignId],
  );
  return rows.map(
    ({ version, purpose, mode, choice, sessionId, agentId, sipInstanceId, ...d }) => ({
      decision: d,
      attempt: {
        campaignVersion: version,
        phoneId: d.phoneId ?? '',
        session: { id: sessionId, agentId, state: 'ready', attemptId: null, sipInstanceId },
        purpose,
        mode,
        actor: 'bench',
        choice,
      },
    }),
  );
}

interface Row extends Record<string, unknown> {
  readonly version: number;
  readonly purpose: NewAttempt['purpose'];
  readonly mode: NewAttempt['mode'];
  readonly choice: object | null;
  readonly sessionId: string;
  readonly agentId: string;
  readonly sipInstanceId: string;
}

/** The rows of one reservation by the gate's own statement, in a transaction: nothing locked, read or asked. */
export function writeAgain(db: Database, written: WrittenPermit): Promise<void> {
  return db.transaction((tx) => {
    write(tx, written);
    return Promise.resolve();
  });
}

/**
 * The same under the locks of the call, which are taken before, by name: nobody chosen, nothing read,
 * asked or signed. Whatever is decided about must be locked first, and what is read under the locks is
 * there no sooner than their answer: below that no reservation can get that decides outside of Postgres.
 */
export function lockAndWriteAgain(db: Database, written: WrittenPermit): Promise<void> {
  return db.transaction(async (tx) => {
    const [session, call] = await Promise.all([
      lockAgentSession(tx, written.attempt.session.id),
      lockFreeCall(tx, written.decision.accountId),
    ]);
    if (session === null || call === null) throw new Error('agent or person is gone');
    write(tx, written);
  });
}

function write(tx: Transaction, written: WrittenPermit): void {
  const now = new Date();
  const attemptId = newId(now);
  const decision = { ...written.decision, id: newId(now), attemptId };
  insertPermit(tx, decision, { ...written.attempt, id: attemptId });
}
