import { z } from 'zod';

const id = z.uuid();

export const CALL_COMMANDS = ['hang_up', 'hold', 'resume', 'mute', 'unmute'] as const;
export type CallCommand = (typeof CALL_COMMANDS)[number];

/** What a sip instance is asked to do. Ids and nothing else: the facts are in Postgres. */
export const sipJobSchema = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('dial'), attemptId: id }),
  z.strictObject({ name: z.literal('connect_agent'), sessionId: id }),
  z.strictObject({ name: z.literal('release_agent'), sessionId: id }),
  z.strictObject({
    name: z.literal('control_call'),
    attemptId: id,
    command: z.enum(CALL_COMMANDS),
  }),
]);
export type SipJob = z.infer<typeof sipJobSchema>;

/** One queue per sip instance: only the process that owns the dialogs can act on them. */
export function sipQueueName(sipInstanceId: string): string {
  return `sip-${sipInstanceId}`;
}
