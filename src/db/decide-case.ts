import type { FieldProblem } from '../domain/field-problem';
import { CASE_RULES } from '../domain/case-kind';
import { isUndecided, moveCase, type CaseState } from '../domain/case-state';
import { problem } from '../domain/fact-input';
import type { Role } from '../domain/role';
import type { TaskAssignee } from '../domain/task-kind';
import { TransitionError } from '../domain/transition-error';
import { treatmentOf } from '../domain/treatment';
import { lockDebtor } from './call-locks';
import { liftCaseHolds } from './case-holds';
import { CASE_COLUMNS, tellCase, type CaseFile } from './cases';
import { readCollectionPolicy } from './collection-policies';
import { one, type Transaction } from './database';
import { answerPerson, isOwed, putRight } from './put-right';
import { addTask, closeTask, mayBeGiven } from './tasks';

/** Who asks, and in which role: some cases are compliance's alone to decide. */
export interface CaseCaller {
  readonly actor: string;
  readonly role: Role;
}

export type CaseChange =
  | { readonly kind: 'changed'; readonly file: CaseFile }
  | { readonly kind: 'not_found' }
  /** Another role decides it. */
  | { readonly kind: 'forbidden'; readonly allowedRoles: readonly Role[] }
  | { readonly kind: 'invalid'; readonly problem: FieldProblem };

/** Locks the person, then the case. */
export async function lockCase(tx: Transaction, id: string): Promise<CaseFile | null> {
  const { rows } = await tx.query<{ debtorId: string | null }>(
    'select debtor_id as "debtorId" from case_file where id = $1',
    [id],
  );
  const debtorId = rows[0]?.debtorId ?? null;
  if (debtorId !== null) await lockDebtor(tx, debtorId);
  const locked = await tx.query<CaseFile>(
    `select ${CASE_COLUMNS} from case_file where id = $1 for no key update`,
    [id],
  );
  return locked.rows[0] ?? null;
}

export const REMEDIES = ['none', 'close_account', 'adjust'] as const;
type Remedy = (typeof REMEDIES)[number];

export interface CaseDecision {
  readonly decision: 'upheld' | 'rejected' | 'withdrawn';
  /** In the words of whoever decides; the person gets them, where a case is answered. */
  readonly reason: string;
  readonly remedy: Remedy | null;
  /** Integer minor units to be taken off. */
  readonly adjustMinor: bigint | null;
  /** Of protection that is granted: until then. */
  readonly reviewAt: Date | null;
}

/**
 * Decides a case, with everything that follows: the account is closed or adjusted, or what waited for it
 * is due again at once, and nobody has to remember it.
 * @throws TransitionError when it is decided already
 */
export async function decideCase(
  tx: Transaction,
  id: string,
  decided: CaseDecision,
  caller: CaseCaller,
): Promise<CaseChange> {
  const file = await lockCase(tx, id);
  if (file === null) return { kind: 'not_found' };
  const rules = CASE_RULES[file.kind];
  if (!rules.decidedBy.includes(caller.role)) {
    return { kind: 'forbidden', allowedRoles: rules.decidedBy };
  }
  const wrong = checkDecision(file, decided) ?? (await checkAmount(tx, file, decided));
  if (wrong !== null) return { kind: 'invalid', problem: wrong };
  const state = moveCase(file.state, decided.decision);
  const reviewAt = await reviewDate(tx, file, decided);
  const written = await writeDecision(tx, file, { ...decided, reviewAt }, caller.actor);
  await tellCase(tx, written, {
    ...{ what: 'decided', from: file.state, state, actor: caller.actor, reason: decided.reason },
    detail: { remedy: decided.remedy, adjustMinor: decided.adjustMinor?.toString() ?? null },
  });
  const { actor } = caller;
  await closeTask(tx, { kind: rules.task, subjectId: id, actor, result: state });
  await putRight(tx, written, actor);
  if (state !== 'upheld' || !rules.staysWhenUpheld) {
    await liftCaseHolds(tx, { caseId: id, reason: `case ${state}`, actor });
  }
  const { policy } = await readCollectionPolicy(tx, file.creditorId);
  await answerPerson(tx, written, policy.protection.officeZone);
  return { kind: 'changed', file: written };
}

function checkDecision(file: CaseFile, decided: CaseDecision): FieldProblem | null {
  const { decisions } = CASE_RULES[file.kind];
  const { decision, reviewAt } = decided;
  if (!decisions.includes(decision)) {
    return problem('decision', `a ${file.kind} cannot be ${decision}`, decisions.join(', '));
  }
  const isGranted = isProtection(file) && decision === 'upheld';
  if (reviewAt !== null && (!isGranted || reviewAt <= new Date())) {
    return problem('reviewAt', 'is no date at which protection is looked at', 'a later instant');
  }
  return checkRemedy(file, decided);
}

function checkRemedy(file: CaseFile, decided: CaseDecision): FieldProblem | null {
  const { decision, remedy, adjustMinor } = decided;
  const isSettled = file.kind === 'dispute' && decision === 'upheld';
  if (isSettled && remedy === null) {
    return problem('remedy', 'the person was right: what is put right?', REMEDIES.join(', '));
  }
  if (!isSettled && remedy !== null) {
    return problem('remedy', 'nothing is put right by this', 'leave it out');
  }
  if (remedy !== null && remedy !== 'none' && file.accountId === null) {
    return problem('remedy', 'the case is of no single account', 'none');
  }
  return (remedy === 'adjust') === (adjustMinor !== null)
    ? null
    : problem('adjustMinor', 'belongs to the remedy adjust', 'both, or neither');
}

async function checkAmount(
  tx: Transaction,
  { accountId }: CaseFile,
  { adjustMinor }: CaseDecision,
): Promise<FieldProblem | null> {
  if (adjustMinor === null) return null;
  if (adjustMinor > 0n && (await isOwed(tx, accountId, adjustMinor))) return null;
  return problem('adjustMinor', 'is nothing, or more than what is owed', '1 to the amount due');
}

const isProtection = ({ kind }: CaseFile): boolean =>
  kind === 'hardship' || kind === 'vulnerability';

const DAY_MS = 86_400_000;

/** Protection that is granted ends by a person's decision, never by itself: then it is looked at. */
async function reviewDate(
  tx: Transaction,
  file: CaseFile,
  { decision, reviewAt }: CaseDecision,
): Promise<Date | null> {
  if (!isProtection(file) || decision !== 'upheld') return null;
  if (reviewAt !== null) return reviewAt;
  const { protection } = (await readCollectionPolicy(tx, file.creditorId)).policy;
  const days =
    file.kind === 'hardship'
      ? protection.hardshipReviewDays
      : treatmentOf(file.type, protection.vulnerability).reviewDays;
  return new Date(Date.now() + days * DAY_MS);
}

async function writeDecision(
  tx: Transaction,
  file: CaseFile,
  decided: CaseDecision,
  actor: string,
): Promise<CaseFile> {
  return one(
    await tx.query<CaseFile>(
      `update case_file set state = $2, decided_at = clock_timestamp(), decided_by = $3,
         decision_reason = $4, remedy = $5, adjust_minor = $6, review_at = $7, review_told_at = null
       where id = $1 returning ${CASE_COLUMNS}`,
      [
        file.id,
        decided.decision,
        actor,
        decided.reason,
        decided.remedy,
        decided.adjustMinor?.toString() ?? null,
        decided.reviewAt,
      ],
    ),
    'decided case',
  );
}

/** What may be changed of a case without deciding it. */
export type CaseWork =
  | { readonly work: 'assign'; readonly owner: TaskAssignee }
  | { readonly work: 'sort'; readonly type: string }
  | { readonly work: 'move'; readonly to: 'in_review' | 'waiting' }
  /** Protection that was granted is over. */
  | { readonly work: 'end'; readonly reason: string }
  /** Protection that was granted goes on. */
  | { readonly work: 'extend'; readonly reviewAt: Date; readonly reason: string };

/**
 * Works on a case. @throws TransitionError when it is not in a state for it
 */
export async function workOnCase(
  tx: Transaction,
  id: string,
  work: CaseWork,
  caller: CaseCaller,
): Promise<CaseChange> {
  const file = await lockCase(tx, id);
  if (file === null) return { kind: 'not_found' };
  const rules = CASE_RULES[file.kind];
  if (!rules.decidedBy.includes(caller.role)) {
    return { kind: 'forbidden', allowedRoles: rules.decidedBy };
  }
  if (work.work === 'assign' && !(await mayBeGiven(tx, work.owner))) {
    const nobody = problem('owner', 'is no agent', 'role:supervisor, role:manager or agent:<id>');
    return { kind: 'invalid', problem: nobody };
  }
  const change = changeOf(file, work);
  if ('problem' in change) return { kind: 'invalid', problem: change.problem };
  const changed = await keepChange(tx, file, change);
  await follow(tx, changed, work, caller.actor);
  const { state, owner, type } = changed;
  const reviewAt = change.reviewAt?.toISOString() ?? null;
  const detail = { work: work.work, owner, type, reviewAt };
  const reason = 'reason' in work ? { reason: work.reason } : {};
  const { actor } = caller;
  await tellCase(tx, changed, {
    what: 'changed',
    from: file.state,
    state,
    actor,
    detail,
    ...reason,
  });
  return { kind: 'changed', file: changed };
}

interface Change {
  readonly state?: CaseState;
  readonly owner?: TaskAssignee;
  readonly type?: string;
  readonly reviewAt?: Date;
}

async function keepChange(tx: Transaction, file: CaseFile, change: Change): Promise<CaseFile> {
  const { state = file.state, owner = file.owner, type = file.type, reviewAt } = change;
  return one(
    await tx.query<CaseFile>(
      `update case_file set state = $2, owner = $3, type = $4, review_at = coalesce($5, review_at),
         review_told_at = case when $5::timestamptz is null then review_told_at end,
         decided_at = case when $6 then null else decided_at end,
         decided_by = case when $6 then null else decided_by end,
         decision_reason = case when $6 then null else decision_reason end
       where id = $1 returning ${CASE_COLUMNS}`,
      [file.id, state, owner, type, reviewAt ?? null, isUndecided(state)],
    ),
    'changed case',
  );
}

function changeOf(file: CaseFile, work: CaseWork): Change | { readonly problem: FieldProblem } {
  switch (work.work) {
    case 'assign':
      return assigned(file, work.owner);
    case 'sort': {
      const { types } = CASE_RULES[file.kind];
      const accepted = types.join(', ') || 'leave it out';
      return types.includes(work.type)
        ? { type: work.type }
        : { problem: problem('type', `is not one of a ${file.kind}`, accepted) };
    }
    case 'move':
      return { state: moveCase(file.state, work.to) };
    case 'end':
      return { state: moveCase(file.state, 'ended') };
    case 'extend':
      if (file.state !== 'upheld' || !isProtection(file)) {
        throw new TransitionError('case', file.state, 'extend', []);
      }
      return work.reviewAt > new Date()
        ? { reviewAt: work.reviewAt }
        : { problem: problem('reviewAt', 'is over', 'a later instant') };
  }
}

/** What is restricted goes to a role that may see it, and blame of one of us to compliance alone. */
function assigned(
  file: CaseFile,
  owner: TaskAssignee,
): Change | { readonly problem: FieldProblem } {
  const { decidedBy, isRestricted } = CASE_RULES[file.kind];
  const roles = decidedBy.includes('supervisor')
    ? ['role:supervisor', 'role:manager']
    : ['role:manager'];
  if (roles.includes(owner) || !isRestricted) {
    return { owner, ...(file.state === 'open' ? { state: 'in_review' as const } : {}) };
  }
  return { problem: problem('owner', 'may not see it', roles.join(', ')) };
}

async function follow(
  tx: Transaction,
  file: CaseFile,
  work: CaseWork,
  actor: string,
): Promise<void> {
  const { id: subjectId, creditorId, debtorId, accountId, attemptId, owner, dueAt } = file;
  const { task } = CASE_RULES[file.kind];
  if (work.work === 'end') {
    await liftCaseHolds(tx, { caseId: subjectId, reason: 'case ended', actor });
  }
  if (work.work === 'end' || work.work === 'extend') {
    await closeTask(tx, { kind: 'hardship_review', subjectId, actor, result: work.work });
  }
  if (work.work === 'assign' && isUndecided(file.state)) {
    await closeTask(tx, { kind: task, subjectId, actor, result: 'assigned' });
    const about = { creditorId, debtorId, accountId, attemptId, subjectId };
    await addTask(tx, { ...about, kind: task, assignee: owner, dueAt });
  }
}
