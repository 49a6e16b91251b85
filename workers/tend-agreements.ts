import { confirmBy } from '../src/domain/agreement-approval';
import { changeApproval, listOverdueApprovals, lockApproval } from '../src/db/agreement-approvals';
import { findAgreement, type Agreement } from '../src/db/agreements';
import { lockAccount } from '../src/db/call-locks';
import { readCollectionPolicy } from '../src/db/collection-policies';
import { one, type Database, type Transaction } from '../src/db/database';
import { settleAccount } from '../src/db/settle-account';
import { dropWaiting } from '../src/db/settle-agreements';
import { addTask } from '../src/db/tasks';
import { eachAlone } from './each-alone';

const ACTOR = 'workers';
const BATCH = 100;

export interface AgreementsTended {
  readonly tended: number;
  readonly failed: number;
}

/**
 * What time alone decides: approvals that did not come while the debtor waited, those that came to
 * nothing, instalments that are too late, deferments that are over; each in a transaction of its own.
 * Any number may do so at once.
 * @param onError told of what could not be done; the others are
 */
export async function tendAgreements(
  db: Database,
  onError: (error: unknown, what: { readonly id: string; readonly accountId: string }) => void,
): Promise<AgreementsTended> {
  const late = await eachAlone(
    db,
    await listOverdueApprovals(db, BATCH),
    (tx, { id, accountId }) => tellLate(tx, id, accountId),
    onError,
  );
  const { rows } = await db.query<{ id: string; accountId: string }>(
    `select id, account_id as "accountId" from agreement where next_check_at <= now()
     order by next_check_at limit $1`,
    [BATCH],
  );
  const due = await eachAlone(
    db,
    rows,
    (tx, { id, accountId }) => check(tx, id, accountId),
    onError,
  );
  return { tended: late.done + due.done, failed: late.failed + due.failed };
}

/** The agent tells the person by when we confirm, and a supervisor has the task to. */
async function tellLate(tx: Transaction, id: string, accountId: string): Promise<void> {
  await lockAccount(tx, accountId);
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
  await lockAccount(tx, accountId);
  const agreement = await findAgreement(tx, id);
  // somebody else was here
  if (agreement === null || !(await isDue(tx, agreement))) return;
  const by = { cause: 'agreement.time_over', actor: ACTOR };
  if (agreement.state === 'pending_approval') await dropWaiting(tx, agreement, 'not_answered', by);
  else await settleAccount(tx, { accountId, ...by });
}

async function isDue(tx: Transaction, { nextCheckAt }: Agreement): Promise<boolean> {
  return nextCheckAt !== null && nextCheckAt <= (await nowOf(tx));
}

async function nowOf(tx: Transaction): Promise<Date> {
  return one(await tx.query<{ now: Date }>('select clock_timestamp() as now'), 'the clock').now;
}
