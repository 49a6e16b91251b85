import { findOpenSession } from '../../src/db/agent-sessions';
import type { Database } from '../../src/db/database';
import type { Supervision } from '../../src/db/supervisions';
import { AFTER_UNREACHED } from '../agents/after-unreached';
import type { AgentLine } from '../agents/agent-line';
import type { AgentLines } from '../agents/agent-lines';

/** A softphone of a supervisor that is not answered within this time is not attended. */
export const SUPERVISOR_RING_MS = 20_000;

/** The leg of the supervisor's own session, where one stands, else one for this alone; or why there is none. */
export async function ringSupervisor(
  { db, lines }: { readonly db: Database; readonly lines: AgentLines },
  row: Pick<Supervision, 'id' | 'softphoneAgentId'>,
): Promise<AgentLine | { readonly cause: string }> {
  const { softphoneAgentId: agentId } = row;
  const session = await findOpenSession(db, agentId);
  const { id: sessionId, legMode } = session ?? { id: row.id, legMode: 'per_call' as const };
  const reach = await lines.reach({ agentId, sessionId, legMode }, null, SUPERVISOR_RING_MS);
  return reach.kind === 'reached' ? reach.line : { cause: AFTER_UNREACHED[reach.kind].cause };
}
