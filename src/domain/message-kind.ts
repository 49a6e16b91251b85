/**
 * Why a message is sent.
 *
 * - `promise_reminder`: before and on the day that was promised.
 * - `recap`: what was agreed in a talk, in writing.
 * - `pre_due`: before an instalment is due.
 * - `payment_thanks`: a payment has arrived.
 * - `dispute_answer`: what came of an objection.
 * - `payment_details`: how to pay, as it was asked for.
 * - `survey`: one question after a talk.
 * - `missed_call`: the person called, and nobody took it.
 */
export const MESSAGE_KINDS = [
  'promise_reminder',
  'recap',
  'pre_due',
  'payment_thanks',
  'dispute_answer',
  'payment_details',
  'survey',
  'missed_call',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

const HOUR_MS = 3_600_000;

/**
 * After how long nobody is helped by a message any more, counted from when it was to be sent, unless
 * whoever queues it knows better: a reminder is of its day, an answer is still owed after weeks.
 */
export const USEFUL_FOR_MS: Readonly<Record<MessageKind, number>> = {
  promise_reminder: 24 * HOUR_MS,
  recap: 3 * 24 * HOUR_MS,
  pre_due: 24 * HOUR_MS,
  payment_thanks: 3 * 24 * HOUR_MS,
  dispute_answer: 30 * 24 * HOUR_MS,
  payment_details: 24 * HOUR_MS,
  survey: 24 * HOUR_MS,
  missed_call: 24 * HOUR_MS,
};

/** Longer than any text message that a gateway would still take as one. */
export const MAX_MESSAGE_LENGTH = 1_000;

/** What a text must not have: control characters, and marks that turn the reading direction. */
const INSANE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u;

/**
 * Why a text cannot be sent; null: it can. Lines may be broken by `\n`.
 * @param text what the person would read
 */
export function messageFault(text: string): string | null {
  if (text.trim() === '') return 'is empty';
  if (text.length > MAX_MESSAGE_LENGTH) {
    return `has ${text.length.toString()} characters, more than ${MAX_MESSAGE_LENGTH.toString()}`;
  }
  return INSANE.test(text.replaceAll('\n', '')) ? 'has control characters' : null;
}
