import { z } from 'zod';
import type { AgentSession } from '../db/agent-sessions';
import { AGENT_STATES, WRAP_UP_EXTENSIONS } from '../domain/agent-state';
import { id, instant } from './schemas';

/** An agent's session as it is shown. */
export const session = z.object({
  id,
  agentId: id,
  legMode: z.enum(['nailed_up', 'per_call']),
  state: z.enum(AGENT_STATES),
  stateSince: instant,
  stateLimitAt: instant.nullable().describe('When the state ends by itself'),
  seq: z.number().int().describe('Grows by one with every change of state'),
  cause: z.string(),
  pauseReason: z.string().nullable(),
  wanted: z
    .enum(['paused', 'offline'])
    .nullable()
    .describe('Asked for while busy; taken when the wrap-up ends'),
  wantedReason: z.string().nullable(),
  attemptId: id.nullable(),
  wrapUpExtensionsLeft: z.number().int().describe('In wrap_up: how often 30 s more can be had'),
  startedAt: instant,
  endedAt: instant.nullable(),
});

export function sessionView(row: AgentSession): z.output<typeof session> {
  const { sipInstanceId: _internal, wrapUpExtensions, ...shown } = row;
  return { ...shown, wrapUpExtensionsLeft: WRAP_UP_EXTENSIONS - wrapUpExtensions };
}
