import { promiseReminders, type ReminderPlan } from '../domain/promise-reminder';
import { readCollectionPolicy } from './collection-policies';
import { readCreditorName } from './creditors';
import type { Transaction } from './database';
import type { KeptPromise, PromiseAccount } from './judge-account';
import { cancelMessages, queueMessage } from './messages';

/**
 * Keeps the reminders of a promise true: written when it is made, written anew when a part of it came,
 * and taken back when it is decided. Nothing of it calls anybody.
 */
export async function remindOfPromise(
  tx: Transaction,
  account: PromiseAccount,
  promise: KeptPromise,
): Promise<void> {
  const { id: promiseId, judged, remindedMinor } = promise;
  const waits = judged.state === 'open' || judged.state === 'partially_kept';
  const left = waits ? promise.amountMinor - judged.keptMinor : null;
  if (left === remindedMinor) return;
  if (remindedMinor !== null) {
    await cancelMessages(tx, { subjectId: promiseId, reason: `promise_${judged.state}` });
  }
  if (left !== null) await queueReminders(tx, account, promise, left);
  await tx.query('update promise set reminded_minor = $2 where id = $1', [promiseId, left]);
}

async function queueReminders(
  tx: Transaction,
  account: PromiseAccount,
  promise: KeptPromise,
  leftMinor: bigint,
): Promise<void> {
  const { creditorId, debtorId, zones, clock } = account;
  const { policy } = await readCollectionPolicy(tx, creditorId);
  const creditorName = await readCreditorName(tx, creditorId);
  const { dueDate, currency } = promise;
  const plan: ReminderPlan = { creditorName, dueDate, leftMinor, currency, zones };
  for (const reminder of promiseReminders(plan, policy.promise)) {
    if (reminder.sendAt <= clock) continue;
    await queueMessage(tx, {
      ...{ creditorId, debtorId, accountId: account.id, kind: 'promise_reminder' },
      ...{ subjectId: promise.id, ...reminder },
    });
  }
}
