import type { Transaction } from '../db/database';
import { findRosterRefusal } from '../db/rosters';
import { Problem } from './problem';

/** @throws Problem `outside_roster`, with the next shift, when the agent may not work now. */
export async function requireRoster(tx: Transaction, agentId: string): Promise<void> {
  const refusal = await findRosterRefusal(tx, agentId);
  if (refusal === null) return;
  const { nextShift } = refusal;
  const next =
    nextShift === null
      ? 'No shift of yours is planned.'
      : `Your next shift begins at ${nextShift.from.toISOString()}.`;
  throw new Problem('outside_roster', `${next} A supervisor can approve work before it.`, {
    nextShift,
    allowed: ['roster-waiver'],
  });
}
