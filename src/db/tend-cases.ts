import { CASE_RULES, type CaseKind } from '../domain/case-kind';
import type { Database, Transaction } from './database';
import { lockCase } from './decide-case';
import { appendEvent } from './events';
import { addTask, closeTask } from './tasks';
import type { CaseFile } from './cases';

export interface CasesTended {
  readonly casesOverdue: number;
  readonly casesToReview: number;
}

/** Most cases of a turn; the next one goes on. */
const BATCH = 200;

/**
 * One turn: cases whose deadline has passed are told of and go to a manager, and their holds stand on:
 * our silence decides nothing against a person. Protection whose time is over is looked at by somebody,
 * and stands until then.
 */
export async function tendCases(db: Database): Promise<CasesTended> {
  const overdue = await idsOf(
    db,
    `select id from case_file where decided_at is null and overdue_at is null and due_at < now()
     order by due_at limit ${BATCH}`,
  );
  for (const id of overdue) await db.transaction((tx) => tellOverdue(tx, id));
  const toReview = await idsOf(
    db,
    `select id from case_file where state = 'upheld' and review_told_at is null and review_at < now()
     order by review_at limit ${BATCH}`,
  );
  for (const id of toReview) await db.transaction((tx) => askForReview(tx, id));
  return { casesOverdue: overdue.length, casesToReview: toReview.length };
}

async function idsOf(db: Database, sql: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(sql);
  return rows.map(({ id }) => id);
}

async function tellOverdue(tx: Transaction, id: string): Promise<void> {
  const file = await lockCase(tx, id);
  if (file === null) return;
  const { rowCount } = await tx.query(
    `update case_file set overdue_at = clock_timestamp()
     where id = $1 and decided_at is null and overdue_at is null`,
    [id],
  );
  if (rowCount === 0) return;
  const kind = CASE_RULES[file.kind].task;
  await closeTask(tx, { kind, subjectId: id, actor: 'sweep', result: 'deadline passed' });
  const note = 'the deadline has passed';
  await addTask(tx, {
    ...{ ...aboutOf(file), kind, assignee: 'role:manager', dueAt: new Date(), note },
  });
  await tell(tx, file, 'case.overdue');
}

async function askForReview(tx: Transaction, id: string): Promise<void> {
  const file = await lockCase(tx, id);
  if (file === null) return;
  const { rowCount } = await tx.query(
    `update case_file set review_told_at = clock_timestamp()
     where id = $1 and state = 'upheld' and review_told_at is null and review_at < now()`,
    [id],
  );
  if (rowCount === 0) return;
  const assignee = 'role:supervisor';
  await addTask(tx, { ...aboutOf(file), kind: 'hardship_review', assignee, dueAt: new Date() });
  await tell(tx, file, 'case.review_due');
}

const aboutOf = ({ id: subjectId, creditorId, debtorId, accountId, attemptId }: CaseFile) => ({
  ...{ creditorId, debtorId, accountId, attemptId, subjectId },
});

async function tell(
  tx: Transaction,
  file: CaseFile,
  type: 'case.overdue' | 'case.review_due',
): Promise<void> {
  const { id: caseId, creditorId, debtorId, accountId } = file;
  const kind: CaseKind | 'restricted' = CASE_RULES[file.kind].isRestricted
    ? 'restricted'
    : file.kind;
  await appendEvent(tx, { type, creditorId, payload: { caseId, debtorId, accountId, kind } });
}
