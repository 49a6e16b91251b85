import { one, type Transaction } from './database';

export interface NewDecision {
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

/** Writes what the gate decided and why. @returns the decision's id. */
export async function insertDecision(tx: Transaction, decision: NewDecision): Promise<string> {
  const result = await tx.query<{ id: string }>(
    `insert into decision (at, stage, verdict, denied_by, failing, facts, rule_packs, zones,
       local_times, next_allowed_at, expires_at, creditor_id, campaign_id, account_id, debtor_id,
       phone_id, attempt_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     returning id`,
    [
      decision.at,
      decision.stage,
      decision.verdict,
      decision.deniedBy,
      JSON.stringify(decision.failing),
      JSON.stringify(decision.facts),
      JSON.stringify(decision.rulePacks),
      decision.zones,
      JSON.stringify(decision.localTimes),
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
  return one(result, 'decision').id;
}
