import { readCollectionPolicy } from './collection-policies';
import type { Transaction } from './database';
import type { KeptPromise, PromiseAccount } from './judge-account';
import { addTask, closeTask } from './tasks';
import { workingDayDeadline } from './working-day-deadline';

/**
 * A promise broke: whoever took it asks what changed, within one business day; when that agent works no
 * more, a supervisor sees to it. The account is due again, so a campaign may be first.
 */
export async function followUpBroken(
  tx: Transaction,
  account: PromiseAccount,
  promise: KeptPromise,
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `select a.id from attempt t join agent a on a.id = t.agent_id and a.active where t.id = $1`,
    [promise.attemptId],
  );
  const [agent] = rows;
  await addTask(tx, {
    creditorId: account.creditorId,
    kind: 'promise_broken',
    debtorId: account.debtorId,
    accountId: account.id,
    attemptId: promise.attemptId,
    subjectId: promise.id,
    assignee: agent === undefined ? 'role:supervisor' : `agent:${agent.id}`,
    dueAt: await followUpDueAt(tx, account),
  });
}

/** What broke over night is followed up on the day that begins. */
const WORK_BEGINS_MS = 8 * 3_600_000;

async function followUpDueAt(tx: Transaction, account: PromiseAccount): Promise<Date> {
  const { policy } = await readCollectionPolicy(tx, account.creditorId);
  const from = new Date(account.now.getTime() - WORK_BEGINS_MS);
  return workingDayDeadline(tx, from, 1, policy.protection);
}

export async function closeFollowUp(
  tx: Transaction,
  done: { readonly promiseId: string; readonly actor: string; readonly result: string },
): Promise<void> {
  const { promiseId: subjectId, actor, result } = done;
  await closeTask(tx, { kind: 'promise_broken', subjectId, actor, result });
}

/** The right party was talked with: what changed was asked. */
export async function closeFollowUpsOf(
  tx: Transaction,
  accountId: string,
  actor: string,
): Promise<void> {
  const { rows } = await tx.query<{ promiseId: string }>(
    `select subject_id as "promiseId" from task
     where account_id = $1 and kind = 'promise_broken' and done_at is null`,
    [accountId],
  );
  for (const { promiseId } of rows)
    await closeFollowUp(tx, { promiseId, actor, result: 'talked_about' });
}
