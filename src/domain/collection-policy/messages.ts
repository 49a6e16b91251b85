import { z } from 'zod';

/** Which messages go to debtors, and when. Every field has its default. */
export const messagesPolicy = z.strictObject({});
export type MessagesPolicy = z.output<typeof messagesPolicy>;
