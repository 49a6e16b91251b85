import type { ReflectionInput, SignOffInput } from '../domain/reflection';
import { TransitionError } from '../domain/transition-error';
import type { TaskAssignee } from '../domain/task-kind';
import { recordAudit } from './audit';
import { findConflict, type Conflict } from './conflicts';
import { type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { addTask, closeTask, mayBeGiven } from './tasks';

/** A reflection is signed off within so long, ms. */
const SIGN_OFF_WITHIN_MS = 3 * 86_400_000;

export type ReflectionWrite =
  | { readonly kind: 'written'; readonly conflict: Conflict }
  /** There is one already that says something else. */
  | { readonly kind: 'other' }
  /** Nobody has the id that the prevention is given to. */
  | { readonly kind: 'no_agent' };

/**
 * Keeps what a conflict has taught. The same again changes nothing; a late one is taken as well.
 * Null: no such conflict, or not of this agent. @param onlyAgentId null: anybody's
 */
export async function writeReflection(
  tx: Transaction,
  id: string,
  input: ReflectionInput,
  by: { readonly onlyAgentId: string | null; readonly actor: string },
): Promise<ReflectionWrite | null> {
  const conflict = await findConflict(tx, id, by.onlyAgentId);
  if (conflict === null) return null;
  const { action, owner, dueOn } = input.prevention;
  if (!(await mayBeGiven(tx, owner))) return { kind: 'no_agent' };
  const { rowCount } = await tx.query(
    `insert into reflection (conflict_id, creditor_id, what_happened, trigger, what_worked,
       prevention, prevention_owner, prevention_due_on, written_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (conflict_id) do nothing`,
    [
      ...[id, conflict.creditorId, input.whatHappened, input.trigger, input.whatWorked],
      ...[action, owner, dueOn, by.actor],
    ],
  );
  const kept = await findConflict(tx, id, null);
  if (kept === null) throw new Error(`conflict ${id} is gone`);
  if (rowCount === 0) return isSame(kept, input) ? { kind: 'written', conflict: kept } : OTHER;
  await closeTask(tx, {
    ...{ kind: 'reflection', subjectId: id, actor: by.actor, result: 'written' },
  });
  await addTask(tx, {
    ...aboutOf(conflict),
    ...{ kind: 'reflection', assignee: 'role:supervisor', note: 'sign off' },
    dueAt: new Date(Date.now() + SIGN_OFF_WITHIN_MS),
  });
  await tell(tx, 'reflection.written', kept);
  return { kind: 'written', conflict: kept };
}

const OTHER = { kind: 'other' } as const;

const aboutOf = ({ creditorId, debtorId, accountId, attemptId, id: subjectId }: Conflict) => ({
  ...{ creditorId, debtorId, accountId, attemptId, subjectId },
});

function isSame({ reflection }: Conflict, input: ReflectionInput): boolean {
  if (reflection === null) return false;
  const { action, owner, dueOn } = reflection.prevention;
  const { whatHappened, trigger, whatWorked, prevention } = input;
  return (
    JSON.stringify([reflection.whatHappened, reflection.trigger, reflection.whatWorked]) ===
      JSON.stringify([whatHappened, trigger, whatWorked]) &&
    JSON.stringify([action, owner, dueOn]) ===
      JSON.stringify([prevention.action, prevention.owner, prevention.dueOn])
  );
}

/**
 * Somebody who leads has read it: the prevention becomes a task, and the lesson is shown to others.
 * Null: no such conflict. @throws TransitionError when nothing is written, or it was signed otherwise
 */
export async function signReflection(
  tx: Transaction,
  id: string,
  input: SignOffInput,
  actor: string,
): Promise<Conflict | null> {
  const conflict = await findConflict(tx, id, null);
  if (conflict === null) return null;
  const { reflection } = conflict;
  if (reflection === null) throw new TransitionError('reflection', 'not written', 'sign off', []);
  const lesson = input.lesson ?? null;
  if (reflection.signedAt !== null) {
    if (reflection.signedBy === actor && reflection.lesson === lesson) return conflict;
    throw new TransitionError('reflection', 'signed off', 'sign off', []);
  }
  await tx.query(
    `update reflection set signed_by = $2, signed_at = clock_timestamp(), lesson = $3
     where conflict_id = $1`,
    [id, actor, lesson],
  );
  await closeTask(tx, { kind: 'reflection', subjectId: id, actor, result: 'signed off' });
  const { action, owner, dueOn } = reflection.prevention;
  await addTask(tx, {
    ...aboutOf(conflict),
    ...{ kind: 'prevention', assignee: owner as TaskAssignee, note: action },
    // the end of that day where the books are kept
    dueAt: new Date(`${dueOn}T23:59:59+07:00`),
  });
  const signed = await findConflict(tx, id, null);
  if (signed === null) throw new Error(`conflict ${id} is gone`);
  await recordAudit(tx, {
    ...{ creditorId: conflict.creditorId, actor, action: 'reflection.signed_off' },
    ...{ subject: 'conflict', subjectId: id, before: null, reason: null },
    after: { trigger: reflection.trigger, lesson },
  });
  await tell(tx, 'reflection.signed_off', signed);
  return signed;
}

async function tell(
  tx: Transaction,
  type: 'reflection.written' | 'reflection.signed_off',
  { id: conflictId, creditorId, agentId, attemptId, reflection }: Conflict,
): Promise<void> {
  const payload = { conflictId, attemptId, trigger: reflection?.trigger ?? null };
  await appendEvent(tx, { type, creditorId, agentId, payload });
}

export interface TriggerCount {
  readonly trigger: string;
  readonly conflicts: number;
  readonly meanPeak: number;
  /** Median from the first mark until it was calm; null: none became calm. */
  readonly medianCalmedAfterMs: number | null;
}

/** What set conflicts off most often, by when they began; reflections that are written count. */
export async function topTriggers(
  db: Queryable,
  period: { readonly from: Date; readonly to: Date },
  limit: number,
): Promise<TriggerCount[]> {
  const { rows } = await db.query<TriggerCount>(
    `select r.trigger, count(*)::int as conflicts, round(avg(c.peak), 1)::float8 as "meanPeak",
       round(extract(epoch from percentile_cont(0.5) within group (order by c.calmed_at - c.began_at)) * 1000)::float8
         as "medianCalmedAfterMs"
     from conflict c join reflection r on r.conflict_id = c.id
     where c.began_at >= $1 and c.began_at < $2
     group by r.trigger order by count(*) desc, r.trigger limit $3`,
    [period.from, period.to, limit],
  );
  return rows;
}
