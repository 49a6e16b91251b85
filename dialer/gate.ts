import {
  DEFAULT_WRAP_UP_LIMIT_MS,
  changeAgentState,
  lockAgentSession,
  type AgentSession,
} from '../src/db/agent-sessions';
import { endAttempt, lockAttempt, moveLockedAttempt, type Attempt } from '../src/db/attempts';
import { one, type Database, type Transaction } from '../src/db/database';
import { newId } from '../src/db/new-id';
import { insertDecision } from '../src/db/decisions';
import {
  DEFAULT_RING_TIMEOUT_MS,
  readDialingFacts,
  type DialingFacts,
} from '../src/db/dialing-facts';
import { appendEvent } from '../src/db/events';
import { lockNextAccount, lockReadyAgent } from '../src/db/selection';
import type { DebtorPhone } from '../src/domain/phone-owner';
import { findRulePacks } from './compliance/rule-packs';
import { decideCall, recordableFacts, trunkIdsFor, type GateDecision } from './gate-decision';

const DENIALS_A_TURN = 50;
/** After a denial with no known end, look again in a day; soon when only a trunk is missing. */
const LOOK_AGAIN_MS = 24 * 3_600_000;
const TRUNK_MISSING_MS = 60_000;

export type ReserveResult =
  | { readonly kind: 'reserved'; readonly attemptId: string; readonly sipInstanceId: string }
  | { readonly kind: 'no_agent' }
  | { readonly kind: 'nothing_due'; readonly denials: number };

/**
 * Reserve-then-dial. One transaction takes a ready agent and the next due account, asks the gate,
 * and writes permit, open attempt and the agent's reservation together; or a denial for each
 * account that may not be called, which then waits for its next allowed instant.
 */
export async function reserveNext(db: Database, campaignId: string): Promise<ReserveResult> {
  return db.transaction(async (tx) => {
    const agent = await lockReadyAgent(tx, campaignId);
    if (agent === null) return { kind: 'no_agent' };
    const denied: string[] = [];
    while (denied.length < DENIALS_A_TURN) {
      const accountId = await lockNextAccount(tx, campaignId, denied);
      if (accountId === null) break;
      const facts = await readDialingFacts(tx, { accountId, campaignId, asking: null });
      if (facts === null) throw new Error(`account ${accountId} is gone while locked`);
      const decision = decideCall(facts);
      if (decision.verdict === 'deny' || facts.phone === null) {
        await deny(tx, facts, decision, 'reserve', null);
        denied.push(accountId);
        continue;
      }
      const session = await lockAgentSession(tx, agent.sessionId);
      if (session === null) throw new Error(`session ${agent.sessionId} is gone while locked`);
      const attemptId = await permit(tx, facts, facts.phone, decision, session);
      return { kind: 'reserved', attemptId, sipInstanceId: agent.sipInstanceId };
    }
    return { kind: 'nothing_due', denials: denied.length };
  });
}

async function permit(
  tx: Transaction,
  facts: DialingFacts,
  phone: DebtorPhone,
  decision: GateDecision,
  session: AgentSession,
): Promise<string> {
  const attemptId = newId(facts.now);
  const decisionId = await record(tx, facts, decision, 'reserve', attemptId);
  await tx.query(
    `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
       phone_id, agent_id, agent_session_id, decision_id, state_limit_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      attemptId,
      facts.account.creditorId,
      facts.campaign.id,
      facts.campaign.version,
      facts.account.id,
      facts.account.debtorId,
      phone.id,
      session.agentId,
      session.id,
      decisionId,
      decision.expiresAt,
    ],
  );
  await tx.query('insert into open_attempt (debtor_id, attempt_id) values ($1, $2)', [
    facts.account.debtorId,
    attemptId,
  ]);
  await tx.query(
    `insert into attempt_event (attempt_id, to_state, cause, actor)
     values ($1, 'reserved', 'permitted', 'scheduler')`,
    [attemptId],
  );
  await changeAgentState(tx, session, {
    to: 'reserved',
    cause: 'reserved',
    actor: 'scheduler',
    attemptId,
  });
  await appendEvent(tx, {
    type: 'attempt.reserved',
    creditorId: facts.account.creditorId,
    campaignId: facts.campaign.id,
    agentId: session.agentId,
    payload: { attemptId, accountId: facts.account.id, decisionId },
  });
  return attemptId;
}

async function deny(
  tx: Transaction,
  facts: DialingFacts,
  decision: GateDecision,
  stage: 'reserve' | 'invite',
  attemptId: string | null,
): Promise<void> {
  await record(tx, facts, decision, stage, attemptId);
  const { account } = facts;
  if (decision.deniedBy === 'engine.no_dialable_phone') {
    // at the INVITE one number was looked at; the attempt's end has looked whether others are left
    if (stage === 'reserve') await holdWithoutPhone(tx, account.id);
  } else if (!isStanding(decision)) {
    const waitMs = facts.trunks.length === 0 ? TRUNK_MISSING_MS : LOOK_AGAIN_MS;
    const nextAttemptAt = decision.nextAllowedAt ?? new Date(facts.now.getTime() + waitMs);
    await tx.query(`update account set next_attempt_at = $2, updated_at = now() where id = $1`, [
      account.id,
      nextAttemptAt,
    ]);
  }
  await appendEvent(tx, {
    type: 'attempt.refused',
    creditorId: account.creditorId,
    campaignId: facts.campaign.id,
    payload: { accountId: account.id, attemptId, stage, deniedBy: decision.deniedBy },
  });
}

async function holdWithoutPhone(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `update account set blocked_reason = 'no_dialable_phone', next_attempt_at = null,
       updated_at = now() where id = $1`,
    [accountId],
  );
}

/** Refused for the state of the account or the campaign: the end of that state moves the account. */
function isStanding(decision: GateDecision): boolean {
  return /^engine\.(campaign_not_running|account_|hold_)/.test(decision.deniedBy ?? '');
}

async function record(
  tx: Transaction,
  facts: DialingFacts,
  decision: GateDecision,
  stage: 'reserve' | 'invite',
  attemptId: string | null,
): Promise<string> {
  const id = newId(facts.now);
  await insertDecision(tx, {
    ...decision,
    id,
    stage,
    facts: recordableFacts(facts),
    rulePacks: findRulePacks(facts.campaign.rulePacks).map(({ id, version }) => ({ id, version })),
    at: facts.now,
    creditorId: facts.account.creditorId,
    campaignId: facts.campaign.id,
    accountId: facts.account.id,
    debtorId: facts.account.debtorId,
    phoneId: facts.phone?.id ?? null,
    attemptId,
  });
  return id;
}

export type ClaimResult =
  | {
      readonly verdict: 'allow';
      readonly attemptId: string;
      readonly callId: string;
      readonly campaignId: string;
      readonly creditorId: string;
      readonly agentSessionId: string;
      readonly agentId: string;
      readonly phone: DebtorPhone;
      /** E.164; null: the trunk's first. */
      readonly callerId: string | null;
      /** The only trunks that the call may leave by, best first; never empty. */
      readonly trunkIds: readonly string[];
      readonly ringTimeoutMs: number;
      readonly wrapUpLimitMs: number;
    }
  | { readonly verdict: 'deny'; readonly attemptId: string; readonly deniedBy: string };

/**
 * Asked by the sip role right before the INVITE: the second look, with fresh facts. On `allow` the
 * attempt is `dialing` and counts; the caller must place the call or end the attempt. Of several
 * callers one wins; the others, and any redelivery, get a denial that changes nothing.
 */
export async function claimForDialing(
  db: Database,
  input: { readonly attemptId: string; readonly sipInstanceId: string },
): Promise<ClaimResult> {
  return db.transaction(async (tx) => {
    const attempt = await lockAttempt(tx, input.attemptId);
    if (attempt === null) return refuse(input.attemptId, 'engine.unknown_attempt');
    if (attempt.state !== 'reserved') return refuse(attempt.id, 'engine.already_claimed');
    const actor = `sip:${input.sipInstanceId}`;
    const lost = await lostReservation(tx, attempt);
    if (lost !== null) {
      await endAttempt(tx, attempt.id, { result: 'expired', cause: lost, actor });
      return refuse(attempt.id, `engine.${lost}`);
    }
    const facts = await readDialingFacts(tx, {
      accountId: attempt.accountId,
      campaignId: attempt.campaignId,
      asking: attempt,
    });
    if (facts === null) throw new Error(`attempt ${attempt.id} without account or campaign`);
    const decision = decideCall(facts);
    if (decision.verdict === 'deny' || facts.phone === null) {
      const deniedBy = decision.deniedBy ?? 'engine.no_dialable_phone';
      await endAttempt(tx, attempt.id, { result: 'blocked_by_rule', cause: deniedBy, actor });
      await deny(tx, facts, decision, 'invite', attempt.id);
      return refuse(attempt.id, deniedBy);
    }
    await record(tx, facts, decision, 'invite', attempt.id);
    return claim(tx, attempt, facts, facts.phone, input.sipInstanceId);
  });
}

function refuse(attemptId: string, deniedBy: string): ClaimResult {
  return { verdict: 'deny', attemptId, deniedBy };
}

/** The permit has run out, or the agent is not held any more: why, else null. */
async function lostReservation(tx: Transaction, attempt: Attempt): Promise<string | null> {
  const { rows } = await tx.query<{ expired: boolean; held: boolean }>(
    `select d.expires_at <= clock_timestamp() as expired,
       (s.attempt_id = $2 and s.state in ('reserved', 'ringing')) as held
     from decision d, agent_session s where d.id = $1 and s.id = $3`,
    [attempt.decisionId, attempt.id, attempt.agentSessionId],
  );
  if (rows[0]?.expired !== false) return 'permit_expired';
  return rows[0].held ? null : 'agent_lost';
}

async function claim(
  tx: Transaction,
  attempt: Attempt,
  facts: DialingFacts,
  phone: DebtorPhone,
  sipInstanceId: string,
): Promise<ClaimResult> {
  const { settings } = facts.campaign;
  const ringTimeoutMs = settings.ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS;
  await moveLockedAttempt(tx, attempt, {
    to: 'dialing',
    cause: 'claimed',
    actor: `sip:${sipInstanceId}`,
    // for the sweep; the sip role's own limits end it before: the permit's 30 s for the last trunk
    // to be tried, twice its first response (32 s at most), the ring time, the CANCEL
    limitMs: ringTimeoutMs + 120_000,
    sipInstanceId,
  });
  await tx.query(
    `update account set attempt_count = attempt_count + 1, last_attempt_at = now() where id = $1`,
    [attempt.accountId],
  );
  const call = await tx.query<{ id: string }>(
    'insert into call (attempt_id, creditor_id) values ($1, $2) returning id',
    [attempt.id, attempt.creditorId],
  );
  return {
    verdict: 'allow',
    attemptId: attempt.id,
    callId: one(call, 'call').id,
    campaignId: attempt.campaignId,
    creditorId: attempt.creditorId,
    agentSessionId: attempt.agentSessionId,
    agentId: attempt.agentId,
    phone,
    callerId: settings.callerId ?? null,
    trunkIds: trunkIdsFor(facts),
    ringTimeoutMs,
    wrapUpLimitMs: settings.wrapUpLimitMs ?? DEFAULT_WRAP_UP_LIMIT_MS,
  };
}
