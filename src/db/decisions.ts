import type { CallMode } from '../domain/call-mode';
import type { CallPurpose } from '../domain/call-facts';
import { parametersAfter } from './account-filter';
import { sessionChange, type SessionHeld } from './agent-sessions';
import type { Queryable, Transaction } from './database';
import { INSERT_EVENT } from './events';

/** A decision as it is kept, once and for good. */
export interface KeptDecision {
  readonly id: string;
  readonly at: Date;
  readonly stage: 'reserve' | 'lease' | 'invite';
  readonly verdict: 'allow' | 'agent_reserved' | 'deny';
  readonly deniedBy: string | null;
  readonly nextAllowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
  /** Canonical JSON. */
  readonly record: string;
  /** Canonical JSON; never a name or a number. */
  readonly facts: string;
  readonly recordSha256: Buffer;
  /** Ed25519 over `record`. */
  readonly signature: Buffer;
  readonly keyId: string;
}

/** With {@link decisionValues}. */
export const INSERT_DECISION = `insert into decision (id, at, stage, verdict, denied_by, record, facts,
    next_allowed_at, expires_at, creditor_id, campaign_id, account_id, debtor_id, phone_id,
    attempt_id, record_sha256, signature, key_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`;

export const decisionValues = (decision: KeptDecision): unknown[] => [
  decision.id,
  decision.at,
  decision.stage,
  decision.verdict,
  decision.deniedBy,
  decision.record,
  decision.facts,
  decision.nextAllowedAt,
  decision.expiresAt,
  decision.creditorId,
  decision.campaignId,
  decision.accountId,
  decision.debtorId,
  decision.phoneId,
  decision.attemptId,
  decision.recordSha256,
  decision.signature,
  decision.keyId,
];

/** Writes what the gate decided and why. */
export function insertDecision(tx: Transaction, decision: KeptDecision): void {
  tx.send(INSERT_DECISION, decisionValues(decision));
}

/** The attempt that a permit opens. */
export interface NewAttempt {
  readonly id: string;
  readonly campaignVersion: number;
  readonly phoneId: string;
  /** The agent's, locked: it becomes reserved for the attempt. */
  readonly session: SessionHeld;
  readonly purpose: CallPurpose;
  readonly mode: CallMode;
  readonly actor: string;
  /** Why the account was the next, as JSON keeps it; null: an agent asked for it. */
  readonly choice: object | null;
}

/**
 * Writes a permit with the attempt that it opens, the person's one open attempt, the agent's
 * reservation, and what tells of them; the account is ready no more. One statement, all or nothing.
 */
export function insertPermit(tx: Transaction, decision: KeptDecision, attempt: NewAttempt): void {
  const { session, actor } = attempt;
  const { values, parameter } = parametersAfter(
    ...decisionValues(decision),
    ...[attempt.campaignVersion, attempt.phoneId, session.agentId, session.id, attempt.purpose],
    ...[attempt.mode, actor, attempt.choice],
  );
  const reserved = { to: 'reserved', cause: 'reserved', actor, attemptId: attempt.id } as const;
  const agent = sessionChange(session, reserved, parameter);
  tx.send(
    `with decided as (${INSERT_DECISION}),
     opened as (
       insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
         phone_id, phone_owner, agent_id, agent_session_id, decision_id, state_limit_at, purpose,
         mode, choice)
       values ($15, $10, $11, $19, $12, $13, $20,
         case $23::text when 'locate' then 'emergency' else 'debtor' end, $21, $22, $1, $9, $23,
         $24, $26)),
     held as (insert into open_attempt (debtor_id, attempt_id, campaign_id) values ($13, $15, $11)),
     told as (
       insert into attempt_event (attempt_id, to_state, cause, actor)
       values ($15, 'reserved', 'permitted', $25)),
     dropped as (delete from ready_account where campaign_id = $11 and account_id = $12),
     ${agent.parts}
     ${INSERT_EVENT}
     select 'attempt.reserved', $10::uuid, $11::uuid, $21::uuid, jsonb_build_object(
       'attemptId', $15::uuid, 'accountId', $12::uuid, 'decisionId', $1::uuid)
     union all ${agent.event}`,
    values,
  );
}

/** A permit as somebody else wrote it: to be looked at before it is believed. */
export interface PermitRow {
  readonly record: string;
  readonly recordSha256: Buffer | null;
  readonly signature: Buffer | null;
  readonly keyId: string | null;
  readonly expiresAt: Date | null;
  /** Is the agent still held for this attempt? */
  readonly agentHeld: boolean;
  /** The database's clock. */
  readonly now: Date;
}

/** The permit that an attempt was opened by. */
export async function readPermit(
  db: Queryable,
  attempt: { readonly id: string; readonly decisionId: string; readonly agentSessionId: string },
): Promise<PermitRow | null> {
  const { rows } = await db.query<PermitRow>(
    `select d.record, d.record_sha256 as "recordSha256", d.signature, d.key_id as "keyId",
       d.expires_at as "expiresAt", coalesce(s.attempt_id = $2 and s.state in ('reserved', 'ringing'), false) as "agentHeld",
       clock_timestamp() as now
     from decision d, agent_session s where d.id = $1 and s.id = $3`,
    [attempt.decisionId, attempt.id, attempt.agentSessionId],
  );
  return rows[0] ?? null;
}
