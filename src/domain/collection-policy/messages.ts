import { z } from 'zod';
import { MESSAGE_KINDS } from '../message-kind';
import { MESSAGE_CHANNELS } from '../message-state';

/** Which messages go to debtors, and when. Every field has its default. */
export const messagesPolicy = z.strictObject({
  off: z
    .array(z.enum(MESSAGE_KINDS))
    .default([])
    .describe('Kinds that are not sent at all: they are cancelled when their time comes'),
  channels: z
    .partialRecord(z.enum(MESSAGE_KINDS), z.array(z.enum(MESSAGE_CHANNELS)).min(1))
    .default({})
    .describe('Kinds that go by these channels alone; left out: by any that the creditor has'),
  answersWait: z
    .boolean()
    .default(false)
    .describe(
      'true: recaps, thanks and answers wait for caps and gaps of house policy like reminders do. ' +
        'Those of law they always wait for, and they count in any case',
    ),
  preDueDays: z
    .array(z.number().int().min(1).max(30))
    .max(5)
    .default([])
    .describe(
      'A message so many days before an instalment is due, 7, 3 and 1. None by default: most creditors ' +
        'remind by themselves, and each message counts as a contact with the person',
    ),
  preDueAt: z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a local time, 09:00')
    .default('09:00')
    .describe('At the debtor, 24 hours'),
});
export type MessagesPolicy = z.output<typeof messagesPolicy>;
