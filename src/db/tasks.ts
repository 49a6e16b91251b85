import { agentOfActor } from '../domain/actor';
import type { TaskAssignee, TaskKind } from '../domain/task-kind';
import { TransitionError } from '../domain/transition-error';
import { recordAudit } from './audit';
import { type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** Work that waits for a person. */
export interface Task {
  readonly id: string;
  readonly creditorId: string;
  readonly kind: TaskKind;
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly attemptId: string | null;
  /** What it is about: a payment, a promise, a conflict. */
  readonly subjectId: string;
  readonly assignee: TaskAssignee;
  readonly dueAt: Date;
  readonly note: string | null;
  readonly addedAt: Date;
  readonly doneAt: Date | null;
  readonly doneBy: string | null;
  readonly result: string | null;
}

export interface NewTask {
  readonly creditorId: string;
  readonly kind: TaskKind;
  readonly debtorId?: string | null;
  readonly accountId?: string | null;
  readonly attemptId?: string | null;
  readonly subjectId: string;
  readonly assignee: TaskAssignee;
  readonly dueAt: Date;
  readonly note?: string | null;
}

const COLUMNS = `id, creditor_id as "creditorId", kind, debtor_id as "debtorId",
  account_id as "accountId", attempt_id as "attemptId", subject_id as "subjectId", assignee,
  due_at as "dueAt", note, added_at as "addedAt", done_at as "doneAt", done_by as "doneBy", result`;

/** One open task a kind and subject: asked for again, nothing changes. */
export async function addTask(tx: Transaction, task: NewTask): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into task (creditor_id, kind, debtor_id, account_id, attempt_id, subject_id, assignee,
       due_at, note)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (kind, subject_id) where done_at is null do nothing returning id`,
    [
      task.creditorId,
      task.kind,
      task.debtorId ?? null,
      task.accountId ?? null,
      task.attemptId ?? null,
      task.subjectId,
      task.assignee,
      task.dueAt,
      task.note ?? null,
    ],
  );
  const [added] = rows;
  if (added !== undefined) await tell(tx, 'task.added', { ...task, id: added.id });
}

/** Ends the open task of a kind and subject, because what it was about is settled. None: nothing. */
export async function closeTask(
  tx: Transaction,
  task: {
    readonly kind: TaskKind;
    readonly subjectId: string;
    readonly actor: string;
    readonly result: string;
  },
): Promise<void> {
  const { rows } = await tx.query<Task>(
    `update task set done_at = clock_timestamp(), done_by = $3, result = $4
     where kind = $1 and subject_id = $2 and done_at is null returning ${COLUMNS}`,
    [task.kind, task.subjectId, task.actor, task.result],
  );
  for (const done of rows) await tell(tx, 'task.done', done);
}

/**
 * A person says that it is done. Null: no such task, or another agent's.
 * @throws TransitionError when it was done before with another result
 */
export async function finishTask(
  tx: Transaction,
  change: {
    readonly id: string;
    readonly onlyAgentId: string | null;
    readonly actor: string;
    readonly result: string;
  },
): Promise<Task | null> {
  const task = await lockTask(tx, change.id, change.onlyAgentId);
  if (task === null) return null;
  if (task.doneAt !== null) {
    if (task.doneBy === change.actor && task.result === change.result) return task;
    throw new TransitionError('task', 'done', 'finish', []);
  }
  const { rows } = await tx.query<Task>(
    `update task set done_at = clock_timestamp(), done_by = $2, result = $3
     where id = $1 returning ${COLUMNS}`,
    [task.id, change.actor, change.result],
  );
  await tell(tx, 'task.done', task);
  return rows[0] ?? null;
}

/**
 * Gives it to somebody else. Null: no such task. `no_agent`: nobody has that id.
 * @throws TransitionError when it is done
 */
export async function assignTask(
  tx: Transaction,
  change: { readonly id: string; readonly assignee: TaskAssignee; readonly actor: string },
): Promise<Task | 'no_agent' | null> {
  const task = await lockTask(tx, change.id, null);
  if (task === null) return null;
  if (task.doneAt !== null) throw new TransitionError('task', 'done', 'assign', []);
  if (!(await mayBeGiven(tx, change.assignee))) return 'no_agent';
  if (task.assignee === change.assignee) return task;
  const { rows } = await tx.query<Task>(
    `update task set assignee = $2 where id = $1 returning ${COLUMNS}`,
    [task.id, change.assignee],
  );
  await recordAudit(tx, {
    creditorId: task.creditorId,
    actor: change.actor,
    action: 'task.assigned',
    subject: 'task',
    subjectId: task.id,
    before: { assignee: task.assignee },
    after: { assignee: change.assignee },
    reason: null,
  });
  return rows[0] ?? null;
}

/** Is there whoever is named? Roles always are. */
export async function mayBeGiven(tx: Transaction, assignee: string): Promise<boolean> {
  const agentId = agentOfActor(assignee);
  if (agentId === null) return true;
  return (await tx.query('select 1 from agent where id = $1', [agentId])).rowCount === 1;
}

async function lockTask(
  tx: Transaction,
  id: string,
  onlyAgentId: string | null,
): Promise<Task | null> {
  const { rows } = await tx.query<Task>(
    `select ${COLUMNS} from task
     where id = $1 and ($2::text is null or assignee = $2) for no key update`,
    [id, onlyAgentId === null ? null : `agent:${onlyAgentId}`],
  );
  return rows[0] ?? null;
}

async function tell(
  tx: Transaction,
  type: 'task.added' | 'task.done',
  task: NewTask & { readonly id: string },
): Promise<void> {
  const { assignee } = task;
  await appendEvent(tx, {
    type,
    creditorId: task.creditorId,
    agentId: agentOfActor(assignee),
    payload: {
      taskId: task.id,
      kind: task.kind,
      subjectId: task.subjectId,
      debtorId: task.debtorId ?? null,
      accountId: task.accountId ?? null,
      dueAt: task.dueAt.toISOString(),
    },
  });
}

export interface TaskFilter {
  readonly kind: TaskKind | null;
  readonly assignee: string | null;
  readonly accountId: string | null;
  readonly isDone: boolean | null;
  readonly isOverdue: boolean | null;
}

export async function listTasks(
  db: Queryable,
  filter: TaskFilter,
  page: PageRequest,
): Promise<Page<Task>> {
  const { rows } = await db.query<Task>(
    `select ${COLUMNS} from task
     where ($1::uuid is null or id < $1) and ($2::text is null or kind = $2)
       and ($3::text is null or assignee = $3) and ($4::uuid is null or account_id = $4)
       and ($5::boolean is null or (done_at is not null) = $5)
       and ($6::boolean is null or (done_at is null and due_at < now()) = $6)
     order by id desc limit $7`,
    [
      page.beforeId,
      filter.kind,
      filter.assignee,
      filter.accountId,
      filter.isDone,
      filter.isOverdue,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
