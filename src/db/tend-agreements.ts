import { confirmBy } from '../domain/agreement-approval';
import { changeApproval, listOverdueApprovals, lockApproval } from './agreement-approvals';
import { findAgreement, type Agreement } from './agreements';
import { lockDebtorOf } from './call-locks';
import { readCollectionPolicy } from './collection-policies';
import { one, type Database, type Transaction } from './database';
import { settleAccount } from './settle-account';
import { dropWaiting } from './settle-agreements';
import { addTask } from './tasks';

const ACTOR = 'sweep';
const BATCH = 100;

/**
 * What time alone decides: approvals that did not come while the debtor waited, those that came to
 * nothing, instalments that are too late, deferments that are over. Any number may do so at once.
 * @returns how many were looked at
 */
export async function tendAgreements(db: Database): Promise<number> {
  const late = await listOverdueApprovals(db, BATCH);
  for (const { id, accountId } of late) {
    await db.transaction((tx) => tellLate(tx, id, accountId));
  }
  const { rows: due } = await db.query<{ id: string; accountId: string }>(
    `select id, account_id as "accountId" from agreement where next_check_at <= now()
     order by next_check_at limit $1`,
    [BATCH],
  );
  for (const { id, accountId } of due) await db.transaction((tx) => check(tx, id, accountId));
  return late.length + due.length;
}

/** The agent tells the person by when we confirm, and a supervisor has the task to. */
async function tellLate(tx: Transaction, id: string, accountId: string): Promise<void> {
  await lock(tx, accountId);
  const approval = await lockApproval(tx, id);
  const agreement = approval === null ? null : await findAgreement(tx, approval.agreementId);
  if (approval?.state !== 'asked' || agreement === null) return;
  const { creditorId, debtorId, attemptId, zone, policyVersion } = agreement;
  const { policy } = await readCollectionPolicy(tx, creditorId, policyVersion);
  const dueAt = confirmBy(await nowOf(tx), policy.options.approval.confirmBy, zone);
  await changeApproval(tx, approval, { to: 'late', actor: ACTOR, confirmBy: dueAt });
  await addTask(tx, {
    ...{ kind: 'approval_late', creditorId, debtorId, accountId, attemptId, dueAt },
    ...{ subjectId: agreement.id, assignee: `role:${approval.needsRole}` },
  });
}

async function check(tx: Transaction, id: string, accountId: string): Promise<void> {
  await lock(tx, accountId);
  const agreement = await findAgreement(tx, id);
  // somebody else was here
  if (agreement === null || !(await isDue(tx, agreement))) return;
  const by = { cause: 'agreement.time_over', actor: ACTOR };
  if (agreement.state === 'pending_approval') await dropWaiting(tx, agreement, 'not_answered', by);
  else await settleAccount(tx, { accountId, ...by });
}

async function lock(tx: Transaction, accountId: string): Promise<void> {
  await lockDebtorOf(tx, accountId);
  await tx.query('select from account where id = $1 for no key update', [accountId]);
}

async function isDue(tx: Transaction, { nextCheckAt }: Agreement): Promise<boolean> {
  return nextCheckAt !== null && nextCheckAt <= (await nowOf(tx));
}

async function nowOf(tx: Transaction): Promise<Date> {
  return one(await tx.query<{ now: Date }>('select clock_timestamp() as now'), 'the clock').now;
}
