import type { AttemptResult } from '../domain/attempt-result';
import type { AttemptState } from '../domain/attempt-state';
import type { CallPurpose } from '../domain/call-facts';
import type { CallMode } from '../domain/call-mode';

interface AttemptBase {
  readonly id: string;
  readonly creditorId: string;
  readonly agentId: string;
  readonly agentSessionId: string;
  readonly purpose: CallPurpose;
  readonly sipInstanceId: string | null;
  readonly trunkId: string | null;
  readonly state: AttemptState;
  readonly stateSince: Date;
  readonly stateLimitAt: Date | null;
  readonly result: AttemptResult | null;
  readonly sipStatus: number | null;
  readonly counted: boolean;
  readonly createdAt: Date;
  readonly answeredAt: Date | null;
  readonly connectedAt: Date | null;
  /** The talk was handed on to somebody who is no agent of ours. */
  readonly agentLeftAt: Date | null;
  readonly endedAt: Date | null;
}

/** A call of ours to a person. */
export interface OutboundAttempt extends AttemptBase {
  readonly direction: 'out';
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string;
  readonly decisionId: string;
  readonly mode: CallMode;
}

/** A call that came in, offered to an agent. */
export interface InboundAttempt extends AttemptBase {
  readonly direction: 'in';
  readonly campaignId: null;
  /** Null, and the person with it: who calls is not known (yet). */
  readonly accountId: string | null;
  readonly debtorId: string | null;
  /** Null: unknown, or the person calls from a number that is none of theirs. */
  readonly phoneId: string | null;
  readonly decisionId: null;
  readonly mode: null;
}

export type Attempt = OutboundAttempt | InboundAttempt;

/** Whom an attempt is about. */
export interface AttemptSubject {
  readonly id: string;
  readonly creditorId: string;
  readonly campaignId: string | null;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string | null;
  readonly agentId: string;
  readonly purpose: CallPurpose;
}

/**
 * The attempts that are open, joined as `o` (`open_attempt`) and `t`: each by its own id, so that
 * only the months in which one began are looked at, whatever the planner thinks of their number.
 */
export const OPEN_ATTEMPTS = `open_attempt o
  cross join lateral (select * from attempt where id = o.attempt_id limit 1) t`;

/** Null: of a call that came in it is not known who calls. */
export function subjectOf(attempt: Attempt): AttemptSubject | null {
  const { accountId, debtorId } = attempt;
  return accountId === null || debtorId === null ? null : { ...attempt, accountId, debtorId };
}
