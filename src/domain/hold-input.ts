import { z } from 'zod';
import {
  factDate,
  factEvidence,
  factId,
  factInstant,
  factNumber,
  factOrigin,
  factReason,
  problem,
} from './fact-input';
import type { FieldProblem } from './field-problem';
import { HOLD_KINDS } from './hold-kind';

/** A hold as it is asked for; instants with their offset, dates as they are where the person is. */
export const holdInput = z.strictObject({
  debtorId: factId.optional().describe('The whole person'),
  accountId: factId.optional().describe('This account alone'),
  number: factNumber
    .optional()
    .describe('This number: of the person when one is named, else whoever has it'),
  creditorId: factId.optional().describe('For this creditor alone; absent: for all'),
  kind: z.enum(HOLD_KINDS),
  reason: factReason,
  evidence: factEvidence.optional(),
  from: factInstant.optional().describe('Absent: now'),
  to: factInstant.optional().describe('Absent: until it is lifted'),
  startsOn: factDate.optional().describe('Instead of from and to: a local date at the person'),
  days: z.number().int().min(1).max(3_660).optional().describe('Local days from startsOn on'),
  ...factOrigin,
});
export type HoldInput = z.output<typeof holdInput>;

/** What does not fit together; empty: it can be placed. */
export function checkHold(input: HoldInput, now: Date): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const { debtorId, accountId, number, from, to, startsOn, days } = input;
  if (debtorId === undefined && accountId === undefined && number === undefined) {
    const accepted = 'one of debtorId, accountId and number';
    problems.push(problem('debtorId', 'nothing is named that the hold is on', accepted));
  }
  if (startsOn !== undefined && (from !== undefined || to !== undefined)) {
    problems.push(problem('startsOn', 'stands beside from or to', 'local dates or instants'));
  }
  if (days !== undefined && startsOn === undefined) {
    problems.push(problem('days', 'has no first day', 'startsOn beside it'));
  }
  if (to !== undefined) {
    const start = from === undefined ? now.getTime() : Date.parse(from);
    if (Date.parse(to) <= start) {
      problems.push(problem('to', 'is not after the start', 'a later instant, or leave it out'));
    }
  }
  return problems;
}
