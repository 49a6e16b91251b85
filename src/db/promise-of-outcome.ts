import type { OutcomeInput } from '../domain/outcome-input';
import type { AttemptSubject } from './attempts';
import type { Transaction } from './database';
import { makePromise } from './promises';
import { settleAccount } from './settle-account';

/**
 * Makes the promise that an outcome tells of, and settles its account.
 * @returns until when it keeps the account silent, at the most; null: the outcome tells of none
 */
export async function promiseOfOutcome(
  tx: Transaction,
  attempt: AttemptSubject,
  outcome: {
    readonly outcomeId: string;
    readonly input: Pick<OutcomeInput, 'promise'>;
    readonly account: { readonly currency: string };
    readonly actor: string;
  },
): Promise<Date | null> {
  const { outcomeId, input, account, actor } = outcome;
  if (input.promise === null) return null;
  const { silentUntil } = await makePromise(
    tx,
    { ...attempt, attemptId: attempt.id },
    { ...input.promise, outcomeId, currency: account.currency },
    actor,
  );
  await settleAccount(tx, { accountId: attempt.accountId, cause: 'promise.made', actor });
  return silentUntil;
}
