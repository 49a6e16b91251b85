import { callbackEndsAt } from '../domain/callback';
import { nextStepAfterOutcome, type NextStep } from '../domain/dial-retry';
import type { OutcomeInput } from '../domain/outcome-input';
import { findAgreementOfAttempt } from './agreements';
import type { AttemptSubject } from './attempts';
import type { Transaction } from './database';
import { readRetries } from './read-retries';

/** What a recorded outcome means for its account, with what was promised and agreed in the talk. */
export async function stepAfterOutcome(
  tx: Transaction,
  attempt: AttemptSubject,
  { code, callbackAt }: OutcomeInput,
  at: { readonly now: Date; readonly promiseSilentUntil: Date | null },
): Promise<NextStep> {
  return nextStepAfterOutcome(
    {
      code,
      // until its end the account is left to the callback, which waits for the agent who agreed it
      callbackAt: callbackAt === null ? null : callbackEndsAt(callbackAt),
      promiseSilentUntil: at.promiseSilentUntil,
      hasAgreement: (await findAgreementOfAttempt(tx, attempt.id)) !== null,
    },
    at.now,
    await readRetries(tx, attempt),
  );
}
