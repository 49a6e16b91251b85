import { z } from 'zod';
import { allocationPolicy } from './allocation';
import { conversationPolicy } from './conversation';
import { figuresPolicy } from './figures';
import { messagesPolicy } from './messages';
import { optionsPolicy } from './options';
import { promisePolicy } from './promise';
import { protectionPolicy } from './protection';
import { riskPolicy } from './risk';
import { speechPolicy } from './speech';

/**
 * How a creditor wants its debts collected, within the law and beside its campaigns: one document,
 * each section with its defaults, so that an empty one is complete.
 */
export const collectionPolicy = z.strictObject({
  promise: promisePolicy.prefault({}),
  allocation: allocationPolicy.prefault({}),
  options: optionsPolicy.prefault({}),
  protection: protectionPolicy.prefault({}),
  conversation: conversationPolicy.prefault({}),
  speech: speechPolicy.prefault({}),
  messages: messagesPolicy.prefault({}),
  risk: riskPolicy.prefault({}),
  figures: figuresPolicy.prefault({}),
});
export type CollectionPolicy = z.output<typeof collectionPolicy>;
