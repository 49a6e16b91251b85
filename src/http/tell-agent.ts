import { recordAudit } from '../db/audit';
import type { Transaction } from '../db/database';
import { appendEvent } from '../db/events';

const SUBJECT_OF = {
  'agent.paused': 'agent_session',
  'agent.signed_out': 'agent_session',
  'agent.moved': 'agent',
  'agent.connection_waived': 'agent',
  'agent.roster_waived': 'agent',
  'call.ended': 'attempt',
} as const;

/** What a supervisor did to an agent's work: kept for good, and told to the agent. */
export async function tellAgent(
  tx: Transaction,
  of: { readonly id: string; readonly agentId: string; readonly creditorId?: string },
  by: {
    readonly actor: string;
    readonly action: keyof typeof SUBJECT_OF;
    readonly reason: string;
  },
  change: { readonly before: object | null; readonly after: object } = { before: null, after: {} },
): Promise<void> {
  const { actor, action, reason } = by;
  const { agentId, creditorId = null } = of;
  const subject = SUBJECT_OF[action];
  await recordAudit(tx, {
    ...{ creditorId, actor, action, subject, subjectId: of.id, reason },
    ...{ before: change.before, after: { agentId, ...change.after } },
  });
  const payload = { agentId, action, subject, subjectId: of.id, by: actor, ...change.after };
  await appendEvent(tx, { type: 'agent.directed', creditorId, agentId, payload });
}
