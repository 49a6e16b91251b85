import { lockAccount } from './call-locks';
import type { Transaction } from './database';
import { settleAgreements } from './settle-agreements';
import { settleDebt } from './settle-debt';
import { settlePromises } from './settle-promises';
import type { Settling } from './settling';
import { wholeOf } from './whole-transaction';

/** What an agreement writes off or ends is settled in turn, and changes nothing of it again. */
const TURNS = 3;

/**
 * Brings what is kept of an account's money into agreement with its facts: what was stated, payments,
 * reversals, adjustments, promises, agreements. Called after any of them has changed, in the
 * transaction that changes it; each step writes differences alone, so once more changes nothing.
 * Locks the debtor, then the account: whoever needs a session's or an attempt's lock takes it before.
 */
export async function settleAccount(tx: Transaction, settling: Settling): Promise<void> {
  // what rings at a person, or is shown of them, is no bound key's to see, and stops all the same
  const whole = wholeOf(tx);
  await lockAccount(whole, settling.accountId);
  for (let turn = 0; turn < TURNS; turn++) {
    await settleDebt(whole, settling);
    await settlePromises(whole, settling);
    if (!(await settleAgreements(whole, settling))) return;
  }
}
