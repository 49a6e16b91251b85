import type { Transaction } from './database';

export interface NewDecision {
  readonly id: string;
  readonly stage: 'reserve' | 'invite';
  readonly verdict: 'allow' | 'deny';
  readonly deniedBy: string | null;
  readonly failing: readonly string[];
  /** Ids, states, amounts and times; never a name or a number. */
  readonly facts: Record<string, unknown>;
  readonly rulePacks: readonly { readonly id: string; readonly version: number }[];
  readonly zones: readonly string[];
  readonly localTimes: readonly string[];
  readonly nextAllowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly at: Date;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
}

/** Writes what the gate decided and why, once and for good. */
export async function insertDecision(tx: Transaction, decision: NewDecision): Promise<void> {
  const { facts, ...record } = decision;
  await tx.query(
    `insert into decision (id, at, stage, verdict, denied_by, record, facts, next_allowed_at,
       expires_at, creditor_id, campaign_id, account_id, debtor_id, phone_id, attempt_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    [
      decision.id,
      decision.at,
      decision.stage,
      decision.verdict,
      decision.deniedBy,
      JSON.stringify(record),
      JSON.stringify(facts),
      decision.nextAllowedAt,
      decision.expiresAt,
      decision.creditorId,
      decision.campaignId,
      decision.accountId,
      decision.debtorId,
      decision.phoneId,
      decision.attemptId,
    ],
  );
}
