import { z } from 'zod';
import {
  factEvidence,
  factId,
  factInstant,
  factOrigin,
  factReason,
  inTheFuture,
  problem,
} from './fact-input';
import type { FieldProblem } from './field-problem';
import { localWindow, windowProblem } from './local-window-input';

/** What a person can consent to. None of them cures a rule that does not say so itself. */
export const CONSENT_KINDS = ['time', 'frequency', 'locate', 'recording', 'channel'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];
export const CHANNELS = ['voice', 'sms', 'whatsapp', 'email', 'letter'] as const;

const MAX_WINDOWS = 50;

export const consentInput = z.strictObject({
  debtorId: factId,
  creditorId: factId.optional().describe('Towards this creditor alone; absent: all'),
  kind: z.enum(CONSENT_KINDS),
  phoneId: factId.optional().describe('With locate: the number of the third person'),
  channel: z.enum(CHANNELS).optional().describe('Needed with channel; absent elsewhere: calls'),
  purpose: factReason.optional(),
  givenAt: factInstant.optional().describe('Absent: now'),
  validFrom: factInstant.optional().describe('Needed with time'),
  validTo: factInstant.optional().describe('Needed with time'),
  windows: z.array(localWindow).min(1).max(MAX_WINDOWS).optional().describe('Needed with time'),
  includesHolidays: z.boolean().default(false).describe('Said so: holidays in the windows too'),
  evidence: factEvidence,
  ...factOrigin,
});
export type ConsentInput = z.output<typeof consentInput>;

/** What the kind needs and what does not belong to it; empty: it is complete. */
export function checkConsent(input: ConsentInput, now: Date): FieldProblem[] {
  const problems = input.kind === 'time' ? checkTime(input) : superfluousTime(input);
  if (input.givenAt !== undefined && inTheFuture(input.givenAt, now)) {
    problems.push(problem('givenAt', 'is in the future', 'when it was given, or leave it out'));
  }
  if ((input.kind === 'locate') !== (input.phoneId !== undefined)) {
    problems.push(
      input.kind === 'locate'
        ? problem('phoneId', 'locate needs it', 'the number of a third person on file')
        : problem('phoneId', `does not belong to ${input.kind}`, 'leave it out, or locate'),
    );
  }
  if (input.kind === 'channel' && input.channel === undefined) {
    problems.push(problem('channel', 'channel needs it', CHANNELS.join(', ')));
  }
  return problems;
}

function checkTime({ validFrom, validTo, windows }: ConsentInput): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [field, value] of Object.entries({ validFrom, validTo, windows })) {
    if (value === undefined) {
      problems.push(problem(field, 'time needs it', 'from when to when, and the hours agreed'));
    }
  }
  if (validFrom !== undefined && validTo !== undefined) {
    if (Date.parse(validTo) <= Date.parse(validFrom)) {
      problems.push(problem('validTo', 'is not after validFrom', 'a later instant'));
    }
  }
  for (const [index, window] of (windows ?? []).entries()) {
    const fault = windowProblem(window);
    if (fault !== null) problems.push({ field: `windows.${index}`, ...fault });
  }
  return problems;
}

/** A consent to be asked at a third person's number may end; no other kind but time has hours. */
function superfluousTime(input: ConsentInput): FieldProblem[] {
  const { kind, validFrom, validTo, windows } = input;
  const fields = kind === 'locate' ? { windows } : { windows, validFrom, validTo };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([field]) => problem(field, `does not belong to ${kind}`, 'leave it out, or time'));
}
