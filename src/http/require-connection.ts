import { findConnectionRefusal } from '../db/connection-checks';
import type { Transaction } from '../db/database';
import { CONNECTION_LIMITS, type ConnectionCause } from '../domain/connection-check';
import { Problem } from './problem';

const DETAIL: Record<ConnectionCause, string> = {
  not_checked: 'Your pool asks for a check of microphone, echo and connection before a shift.',
  check_failed: 'The latest check of your connection was not passed.',
  check_expired: 'The latest check of your connection is older than 12 hours.',
  connection_poor: 'You heard three calls of an hour badly.',
};

/** @throws Problem `connection_check_needed` when the agent's connection keeps it from being ready. */
export async function requireConnection(tx: Transaction, agentId: string): Promise<void> {
  const refusal = await findConnectionRefusal(tx, agentId);
  if (refusal === null) return;
  const { cause, faults } = refusal;
  const way = 'Pass a check (POST /v1/me/connection-check), or ask a supervisor to waive it.';
  throw new Problem('connection_check_needed', `${DETAIL[cause]} ${way}`, {
    ...{ cause, faults, limits: CONNECTION_LIMITS },
    allowed: ['connection-check', 'connection-waiver'],
  });
}
