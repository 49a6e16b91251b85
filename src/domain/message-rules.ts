import type { CallFacts } from './call-facts';
import type { HoldKind } from './hold-kind';
import type { MessageKind } from './message-kind';
import type { MessageChannelKind } from './message-state';

/** Something was agreed, and collection is silent for it: what keeps the agreement alive may be said. */
const AGREED: readonly HoldKind[] = ['promise', 'plan', 'deferment', 'payment_pending'];
/** Somebody waits for an answer. */
const OPEN_QUESTION: readonly HoldKind[] = ['dispute', 'complaint', 'hardship'];

/** Holds under which a message of the kind is still sent; every other hold stops it. */
const SPEAKS_UNDER: Readonly<Record<MessageKind, readonly HoldKind[]>> = {
  promise_reminder: AGREED,
  pre_due: AGREED,
  payment_details: AGREED,
  payment_thanks: [...AGREED, ...OPEN_QUESTION],
  recap: [...AGREED, ...OPEN_QUESTION],
  dispute_answer: [...AGREED, ...OPEN_QUESTION],
  survey: AGREED,
  missed_call: [...AGREED, ...OPEN_QUESTION],
};

/** They ask for money: nothing of the kind about an account that owes none. */
const ASKS_FOR_MONEY: ReadonlySet<MessageKind> = new Set([
  'promise_reminder',
  'pre_due',
  'payment_details',
]);

export const asksForMoney = (kind: MessageKind): boolean => ASKS_FOR_MONEY.has(kind);

/** What the person is owed after a talk, a payment or a call of their own. */
const ANSWERS: ReadonlySet<MessageKind> = new Set([
  'recap',
  'payment_thanks',
  'dispute_answer',
  'payment_details',
  'missed_call',
]);

/** Kinds of rules that count contacts, or time since the last one. */
const COUNTING: ReadonlySet<string> = new Set(['cap', 'gap', 'cooloff', 'redial']);

/**
 * Does a rule bind a message? All do, as they bind a call, but for one thing: an answer to the person
 * does not wait until the house's own policy has room for another call. What law or an association
 * counts binds it as well.
 */
export function bindsMessage(
  kind: MessageKind,
  rule: { readonly kind: string; readonly force: string },
  answersWait: boolean,
): boolean {
  if (answersWait || !ANSWERS.has(kind)) return true;
  return rule.force !== 'policy' || !COUNTING.has(rule.kind);
}

/** The facts of a call as those of a message to the same number. Pure. */
export function messageFacts(
  call: CallFacts,
  { kind, channel }: { readonly kind: MessageKind; readonly channel: MessageChannelKind },
): CallFacts {
  const spoken: readonly string[] = SPEAKS_UNDER[kind];
  return {
    ...call,
    mode: channel === 'voice' ? 'prerecorded' : 'text',
    holds: call.holds.filter((hold) => !spoken.includes(hold.kind)),
  };
}
