import { z } from 'zod';
import { CONTACT_OUTCOMES } from './call-facts';
import {
  factId,
  factInstant,
  factNumber,
  factOrigin,
  factReason,
  inTheFuture,
  problem,
} from './fact-input';
import type { FieldProblem } from './field-problem';

/** How a contact of another system can have ended; `reserved` is ours alone. */
export const recordedOutcome = z.enum(CONTACT_OUTCOMES).exclude(['reserved']);

const MAX_ACCOUNTS = 50;

export const contactInput = z.strictObject({
  at: factInstant,
  direction: z.enum(['out', 'in']),
  mode: z.enum(['live', 'preview', 'predictive', 'prerecorded', 'text']).default('live'),
  outcome: recordedOutcome,
  debtorId: factId,
  accountIds: z.array(factId).max(MAX_ACCOUNTS).default([]).describe('What it was about'),
  number: factNumber.optional().describe('Absent: no number was involved, as with a letter'),
  place: z.enum(['home', 'mobile', 'work']).default('mobile'),
  creditorId: factId.optional().describe('Absent: that of the accounts, when they have but one'),
  note: factReason.optional(),
  ...factOrigin,
});
export type ContactInput = z.output<typeof contactInput>;

export function checkContact(input: ContactInput, now: Date): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (inTheFuture(input.at, now)) {
    problems.push(problem('at', 'is in the future', 'when it happened'));
  }
  if (new Set(input.accountIds).size !== input.accountIds.length) {
    problems.push(problem('accountIds', 'names an account twice', 'each once'));
  }
  return problems;
}
