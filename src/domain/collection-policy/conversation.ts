import { z } from 'zod';

/** What a conversation must contain, and what follows a conflict. Every field has its default. */
export const conversationPolicy = z.strictObject({});
export type ConversationPolicy = z.output<typeof conversationPolicy>;
