import type { ConversationPolicy } from '../domain/collection-policy/conversation';
import type { AgentSession } from './agent-sessions';
import type { AttemptSubject } from './attempt';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { placeHold } from './holds';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { addTask } from './tasks';

const HOUR_MS = 3_600_000;
/** An agent may ask for its break as long as the shift may last. */
const BREAK_WITHIN_HOURS = 12;

/** A talk in which there was tension, and what has come of it. */
export interface Conflict {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly agentId: string;
  readonly beganAt: Date;
  /** 1 to 5, the highest that was marked. */
  readonly peak: number;
  readonly calmedAt: Date | null;
  /** From the first mark until it was calm; null: it did not become calm. */
  readonly calmedAfterMs: number | null;
  readonly helpAsked: boolean;
  readonly rootCause: string | null;
  readonly coolDownUntil: Date;
  readonly breakTakenAt: Date | null;
  readonly reflectionDueAt: Date;
  /** Null: not written yet. */
  readonly reflection: ConflictReflection | null;
}

export interface ConflictReflection {
  readonly whatHappened: string;
  readonly trigger: string;
  readonly whatWorked: string;
  readonly prevention: { readonly action: string; readonly owner: string; readonly dueOn: string };
  readonly writtenBy: string;
  /** ISO 8601, as the others here. */
  readonly writtenAt: string;
  readonly signedBy: string | null;
  readonly signedAt: string | null;
  readonly lesson: string | null;
}

const utc = (column: string): string =>
  `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const SELECT = `select c.id, c.attempt_id as "attemptId", c.creditor_id as "creditorId",
    c.account_id as "accountId", c.debtor_id as "debtorId", c.agent_id as "agentId",
    c.began_at as "beganAt", c.peak, c.calmed_at as "calmedAt",
    (extract(epoch from c.calmed_at - c.began_at) * 1000)::int as "calmedAfterMs",
    exists (select from help_request h where h.attempt_id = c.attempt_id) as "helpAsked",
    (select root_cause from conversation v where v.attempt_id = c.attempt_id) as "rootCause",
    c.cool_down_until as "coolDownUntil", c.break_taken_at as "breakTakenAt",
    c.reflection_due_at as "reflectionDueAt",
    case when r.conflict_id is not null then jsonb_build_object('whatHappened', r.what_happened,
      'trigger', r.trigger, 'whatWorked', r.what_worked, 'prevention', jsonb_build_object(
        'action', r.prevention, 'owner', r.prevention_owner, 'dueOn', r.prevention_due_on),
      'writtenBy', r.written_by, 'writtenAt', ${utc('r.written_at')},
      'signedBy', r.signed_by, 'signedAt', ${utc('r.signed_at')}, 'lesson', r.lesson) end as reflection
  from conflict c left join reflection r on r.conflict_id = c.id`;

/** @param onlyAgentId null: anybody's */
export async function findConflict(
  db: Queryable,
  id: string,
  onlyAgentId: string | null,
): Promise<Conflict | null> {
  const { rows } = await db.query<Conflict>(
    `${SELECT} where c.id = $1 and ($2::uuid is null or c.agent_id = $2)`,
    [id, onlyAgentId],
  );
  return rows[0] ?? null;
}

export async function listConflicts(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly debtorId: string | null;
    readonly trigger: string | null;
    /** What is still to be written. */
    readonly isReflected: boolean | null;
  },
  page: PageRequest,
): Promise<Page<Conflict>> {
  const { rows } = await db.query<Conflict>(
    `${SELECT} where ($1::uuid is null or c.id < $1) and ($2::uuid is null or c.agent_id = $2)
       and ($3::uuid is null or c.debtor_id = $3) and ($4::text is null or r.trigger = $4)
       and ($5::boolean is null or (r.conflict_id is not null) = $5)
     order by c.id desc limit $6`,
    [
      page.beforeId,
      filter.agentId,
      filter.debtorId,
      filter.trigger,
      filter.isReflected,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

export interface ConflictMark {
  readonly agentId: string;
  readonly actor: string;
  /** The agent's own, locked. */
  readonly session: AgentSession;
  readonly policy: ConversationPolicy;
  /** 1 to 5. */
  readonly level: number;
}

/**
 * Notes tension in a talk. The first mark makes it a conflict: the person is left in peace for the
 * cool-down, another agent calls next, this one gets more time for the wrap-up, and a reflection is due.
 */
export async function markConflict(
  tx: Transaction,
  subject: AttemptSubject,
  mark: ConflictMark,
): Promise<void> {
  const { policy } = mark;
  const conflict = one(
    await tx.query<{ id: string; isNew: boolean; coolDownUntil: Date; reflectionDueAt: Date }>(
      `insert into conflict (attempt_id, creditor_id, account_id, debtor_id, agent_id, peak,
         cool_down_until, extra_wrap_up_ms, reflection_due_at)
       values ($1, $2, $3, $4, $5, $6, now() + $7 * interval '1 ms', $8, now() + $9 * interval '1 ms')
       on conflict (attempt_id) do update
         set peak = greatest(conflict.peak, excluded.peak), calmed_at = null
       returning id, xmax = 0 as "isNew", cool_down_until as "coolDownUntil",
         reflection_due_at as "reflectionDueAt"`,
      [
        ...[subject.id, subject.creditorId, subject.accountId, subject.debtorId, mark.agentId],
        ...[mark.level, policy.coolDownHours * HOUR_MS, policy.extraWrapUpSeconds * 1_000],
        policy.reflectionHours * HOUR_MS,
      ],
    ),
    'conflict',
  );
  await tell(tx, 'conflict.marked', subject, { conflictId: conflict.id, level: mark.level });
  if (conflict.isNew) await beginConflict(tx, subject, { ...mark, ...conflict });
}

async function beginConflict(
  tx: Transaction,
  subject: AttemptSubject,
  conflict: ConflictMark & { id: string; coolDownUntil: Date; reflectionDueAt: Date },
): Promise<void> {
  const { agentId, actor, policy, session } = conflict;
  const { creditorId, debtorId, accountId, id: attemptId } = subject;
  const placed = await placeHold(
    tx,
    {
      ...{ debtorId, kind: 'cool_down', reason: 'a conflict in a talk' },
      ...{ evidence: `attempt ${attemptId}`, source: 'conflict', externalId: attemptId },
      to: conflict.coolDownUntil.toISOString(),
    },
    actor,
  );
  if (placed.kind === 'refused') throw new Error(`no cool-down after attempt ${attemptId}`);
  await tx.query(
    `update debtor set kept_from_agent_id = $2, kept_from_until = now() + $3 * interval '1 day'
     where id = $1`,
    [debtorId, agentId, policy.otherAgentDays],
  );
  // marked during the talk the time is added when the wrap-up begins
  if (session.state === 'wrap_up')
    await tx.query(
      `update agent_session set state_limit_at = greatest(state_limit_at, now()) + $2 * interval '1 second'
       where id = $1`,
      [session.id, policy.extraWrapUpSeconds],
    );
  await addTask(tx, {
    ...{ creditorId, debtorId, accountId, attemptId, subjectId: conflict.id },
    ...{ kind: 'reflection', assignee: `agent:${agentId}`, dueAt: conflict.reflectionDueAt },
  });
}

/** It is calm again: how long that took is kept. */
export async function calmConflict(tx: Transaction, subject: AttemptSubject): Promise<void> {
  const { rows } = await tx.query<{ id: string; peak: number; afterMs: number }>(
    `update conflict set calmed_at = clock_timestamp() where attempt_id = $1 and calmed_at is null
     returning id, peak, (extract(epoch from clock_timestamp() - began_at) * 1000)::int as "afterMs"`,
    [subject.id],
  );
  for (const { id: conflictId, peak, afterMs } of rows)
    await tell(tx, 'conflict.calmed', subject, { conflictId, peak, afterMs });
}

async function tell(
  tx: Transaction,
  type: 'conflict.marked' | 'conflict.calmed',
  subject: AttemptSubject,
  payload: object,
): Promise<void> {
  await appendEvent(tx, {
    type,
    creditorId: subject.creditorId,
    campaignId: subject.campaignId,
    agentId: subject.agentId,
    payload: { attemptId: subject.id, accountId: subject.accountId, ...payload },
  });
}

/** The break that an agent may take after a conflict of this shift, once for each; null: there was none. */
export async function takeBreak(
  tx: Transaction,
  agentId: string,
): Promise<{ readonly conflictId: string; readonly creditorId: string } | null> {
  const { rows } = await tx.query<{ conflictId: string; creditorId: string }>(
    `update conflict set break_taken_at = clock_timestamp()
     where id = (select id from conflict where agent_id = $1 and break_taken_at is null
       and began_at > now() - $2 * interval '1 hour' order by id desc limit 1)
     returning id as "conflictId", creditor_id as "creditorId"`,
    [agentId, BREAK_WITHIN_HOURS],
  );
  const [taken] = rows;
  if (taken === undefined) return null;
  const { conflictId, creditorId } = taken;
  await appendEvent(tx, {
    type: 'conflict.break_taken',
    creditorId,
    agentId,
    payload: { conflictId, agentId },
  });
  return taken;
}

/** Until when the person of a talk is left in peace; null: there was no conflict in it. */
export async function findCoolDown(db: Queryable, attemptId: string): Promise<Date | null> {
  const { rows } = await db.query<{ until: Date }>(
    'select cool_down_until as until from conflict where attempt_id = $1',
    [attemptId],
  );
  return rows[0]?.until ?? null;
}

/** Somebody else has talked with the person: whoever was in the conflict may call again. */
export async function endKeptFrom(
  tx: Transaction,
  { debtorId, agentId }: Pick<AttemptSubject, 'debtorId' | 'agentId'>,
): Promise<void> {
  await tx.query(
    `update debtor set kept_from_agent_id = null, kept_from_until = null
     where id = $1 and kept_from_agent_id <> $2`,
    [debtorId, agentId],
  );
}

/** Gives reflections that are late to a supervisor, and tells of them. @returns how many */
export async function escalateReflections(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{
      id: string;
      creditorId: string;
      agentId: string;
      attemptId: string;
    }>(
      `update conflict c set escalated_at = now()
       where escalated_at is null and reflection_due_at <= now()
         and not exists (select from reflection r where r.conflict_id = c.id)
       returning id, creditor_id as "creditorId", agent_id as "agentId", attempt_id as "attemptId"`,
    );
    for (const { id: conflictId, creditorId, agentId, attemptId } of rows) {
      await tx.query(
        `update task set assignee = 'role:supervisor'
         where kind = 'reflection' and subject_id = $1 and done_at is null`,
        [conflictId],
      );
      const payload = { conflictId, attemptId, agentId };
      await appendEvent(tx, { type: 'reflection.overdue', creditorId, agentId, payload });
    }
    return rows.length;
  });
}
