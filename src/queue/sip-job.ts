import { z } from 'zod';
import { CALL_COMMANDS } from '../domain/call-command';

export type { CallCommand } from '../domain/call-command';

const id = z.uuid();

/** What a sip instance is asked to do. Ids and nothing else: the facts are in Postgres. */
export const sipJobSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('dial'), attemptId: id }),
  z.strictObject({ name: z.literal('connect_agent'), sessionId: id }),
  z.strictObject({ name: z.literal('release_agent'), sessionId: id }),
  z.strictObject({
    name: z.literal('control_call'),
    attemptId: id,
    // end: a supervisor's, whatever the agent is doing
    command: z.enum([...CALL_COMMANDS, 'end']),
  }),
  z.strictObject({ name: z.literal('transfer_call'), transferId: id }),
  /** Begins, changes or ends it, as its row says. */
  z.strictObject({ name: z.literal('supervise_call'), supervisionId: id }),
  z.strictObject({
    name: z.literal('control_recording'),
    attemptId: id,
    command: z.enum(['pause', 'resume']),
    /** In one word; of a pause. */
    reason: z.string(),
  }),
]);
export type SipJob = z.infer<typeof sipJobSchema>;

/** One queue per sip instance: only the process that owns the dialogs can act on them. */
export function sipQueueName(sipInstanceId: string): string {
  return `sip-${sipInstanceId}`;
}
