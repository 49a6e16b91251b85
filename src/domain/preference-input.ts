import { z } from 'zod';
import { factId, factOrigin } from './fact-input';
import type { FieldProblem } from './field-problem';
import { localWindow, windowProblem } from './local-window-input';

/** `refused` binds every call; `preferred` is a wish. */
export const PREFERENCE_KINDS = ['refused', 'preferred'] as const;
export type PreferenceKind = (typeof PREFERENCE_KINDS)[number];

/** A person names at most so many good times; refused ones are never too many. */
export const PREFERRED_LIMIT = 3;

export const preferenceInput = z.strictObject({
  debtorId: factId,
  kind: z.enum(PREFERENCE_KINDS),
  ...localWindow.shape,
  sourceAttemptId: factId.optional().describe('The call in which it was said'),
  ...factOrigin,
});
export type PreferenceInput = z.output<typeof preferenceInput>;

export function checkPreference(input: PreferenceInput): FieldProblem[] {
  const fault = windowProblem(input);
  return fault === null ? [] : [{ field: fault.reason === 'is empty' ? 'to' : 'days', ...fault }];
}
