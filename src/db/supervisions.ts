import {
  moveSupervision,
  SUPERVISION_BEGIN_LIMIT_MS,
  type SupervisionMode,
  type SupervisionState,
} from '../domain/supervision';
import { recordAudit } from './audit';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Supervision {
  readonly id: string;
  readonly creditorId: string;
  readonly attemptId: string;
  /** Whose talk it is. */
  readonly agentId: string;
  /** Whose softphone rings for the supervisor. */
  readonly softphoneAgentId: string;
  /** The process that has the talk. */
  readonly sipInstanceId: string;
  /** The one that rings the softphone, when that is another; null: the same. */
  readonly softphoneInstanceId: string | null;
  readonly mode: SupervisionMode;
  readonly state: SupervisionState;
  readonly cause: string;
  readonly tellAgent: boolean;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** The supervisor hears the talk since. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Null: nobody has asked for its end. */
  readonly endRequestedBy: string | null;
}

const COLUMNS = `id, creditor_id as "creditorId", attempt_id as "attemptId", agent_id as "agentId",
  softphone_agent_id as "softphoneAgentId", sip_instance_id as "sipInstanceId",
  softphone_instance_id as "softphoneInstanceId", mode, state, cause,
  tell_agent as "tellAgent", reason, requested_by as "requestedBy", requested_at as "requestedAt",
  started_at as "startedAt", ended_at as "endedAt", end_requested_by as "endRequestedBy"`;

export type NewSupervision = Pick<
  Supervision,
  | 'creditorId'
  | 'attemptId'
  | 'agentId'
  | 'softphoneAgentId'
  | 'sipInstanceId'
  | 'softphoneInstanceId'
  | 'mode'
  | 'tellAgent'
  | 'reason'
> & { readonly actor: string };

export async function findSupervision(db: Queryable, id: string): Promise<Supervision | null> {
  const { rows } = await db.query<Supervision>(`select ${COLUMNS} from supervision where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function lockSupervision(tx: Transaction, id: string): Promise<Supervision | null> {
  const { rows } = await tx.query<Supervision>(
    `select ${COLUMNS} from supervision where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listSupervisions(
  db: Queryable,
  filter: { readonly attemptId: string | null; readonly open: boolean | null },
  page: PageRequest,
): Promise<Page<Supervision>> {
  const { rows } = await db.query<Supervision>(
    `select ${COLUMNS} from supervision
     where ($1::uuid is null or attempt_id = $1) and ($2::boolean is null or (ended_at is null) = $2)
       and ($3::uuid is null or id < $3)
     order by id desc limit $4`,
    [filter.attemptId, filter.open, page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

export interface SoftphoneStanding {
  /** Where it is registered; null: nowhere. */
  readonly sipInstanceId: string | null;
  /** Its agent takes calls, or has one. */
  readonly isWorking: boolean;
  /** Audio goes through an engine at the process that was named. */
  readonly hasEngine: boolean;
}

export async function readSoftphoneStanding(
  tx: Transaction,
  agentId: string,
  sipInstanceId: string,
): Promise<SoftphoneStanding> {
  const found = await tx.query<SoftphoneStanding>(
    `select registered_at_instance as "sipInstanceId", is_working as "isWorking",
       has_engine as "hasEngine" from softphone_standing($1, $2)`,
    [agentId, sipInstanceId],
  );
  return one(found, 'standing of a softphone');
}

/** Is the talk, or the softphone, taken? What nobody took up in time is ended first. */
export async function findOpenSupervision(
  tx: Transaction,
  of: { readonly attemptId: string; readonly softphoneAgentId: string },
): Promise<'talk' | 'softphone' | null> {
  const { attemptId, softphoneAgentId } = of;
  await tx.query(
    `update supervision set state = 'ended', ended_at = now(), cause = 'limit'
     where ended_at is null and state <> 'active' and (attempt_id = $1 or softphone_agent_id = $2)
       and requested_at < now() - $3 * interval '1 ms'`,
    [attemptId, softphoneAgentId, SUPERVISION_BEGIN_LIMIT_MS],
  );
  const { rows } = await tx.query<{ isTalk: boolean }>(
    `select attempt_id = $1 as "isTalk" from supervision
     where ended_at is null and (attempt_id = $1 or softphone_agent_id = $2) limit 1`,
    [attemptId, softphoneAgentId],
  );
  if (rows[0] === undefined) return null;
  return rows[0].isTalk ? 'talk' : 'softphone';
}

/** Writes what is asked for, and who asked, for good. The attempt is locked. */
export async function requestSupervision(
  tx: Transaction,
  input: NewSupervision,
): Promise<Supervision> {
  const row = one(
    await tx.query<Supervision>(
      `insert into supervision (creditor_id, attempt_id, agent_id, softphone_agent_id,
         sip_instance_id, mode, tell_agent, reason, requested_by, softphone_instance_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning ${COLUMNS}`,
      [
        ...[input.creditorId, input.attemptId, input.agentId, input.softphoneAgentId],
        ...[input.sipInstanceId, input.mode, input.tellAgent, input.reason, input.actor],
        input.softphoneInstanceId,
      ],
    ),
    'new supervision',
  );
  await keep(tx, row, { actor: input.actor, action: 'supervision.requested', before: null });
  return row;
}

/** Somebody wants it in another mode. It is locked, and has not ended. */
export async function changeSupervisionMode(
  tx: Transaction,
  row: Supervision,
  change: { readonly mode: SupervisionMode; readonly actor: string },
): Promise<Supervision> {
  const { mode, actor } = change;
  const changed = await update(tx, row.id, 'mode = $2', [mode]);
  await keep(tx, changed, { actor, action: 'supervision.mode_changed', before: row.mode });
  if (row.state === 'active') await tellAgent(tx, changed);
  return changed;
}

/** Somebody wants it ended; the process that holds it does that. */
export function requestSupervisionEnd(
  tx: Transaction,
  id: string,
  actor: string,
): Promise<Supervision> {
  return update(tx, id, 'end_requested_by = $2', [actor]);
}

export type SupervisionProgress =
  { readonly to: 'ringing' | 'active' } | { readonly to: 'ended'; readonly cause: string };

/** @returns as it is now; null: it had ended before. */
export function recordSupervision(
  db: Database,
  ref: { readonly id: string; readonly actor: string },
  change: SupervisionProgress,
): Promise<Supervision | null> {
  return db.transaction(async (tx) => {
    const row = await lockSupervision(tx, ref.id);
    if (row === null || row.state === 'ended') return null;
    return move(tx, row, ref.actor, change);
  });
}

async function move(
  tx: Transaction,
  row: Supervision,
  actor: string,
  change: SupervisionProgress,
): Promise<Supervision> {
  const state = moveSupervision(row.state, change.to);
  const sets: Record<typeof state, string> = {
    requested: '',
    ringing: `state = 'ringing', cause = $2`,
    active: `state = 'active', cause = $2, started_at = now()`,
    ended: `state = 'ended', cause = $2, ended_at = now()`,
  };
  const cause = change.to === 'ended' ? change.cause : change.to;
  const moved = await update(tx, row.id, sets[state], [cause]);
  const wasHeard = row.startedAt !== null || state === 'active';
  if (state === 'ended') {
    const by = row.endRequestedBy ?? actor;
    await keep(tx, moved, { actor: by, action: 'supervision.ended', before: row.state });
  }
  if (state !== 'ringing' && wasHeard) await tellAgent(tx, moved);
  return moved;
}

/** What is open beside an attempt that ends. */
export async function closeSupervisionOf(
  tx: Transaction,
  attemptId: string,
  actor: string,
): Promise<void> {
  const { rows } = await tx.query<Supervision>(
    `select ${COLUMNS} from supervision where attempt_id = $1 and ended_at is null for update`,
    [attemptId],
  );
  for (const row of rows) await move(tx, row, actor, { to: 'ended', cause: 'call_over' });
}

async function update(
  tx: Transaction,
  id: string,
  sets: string,
  values: readonly unknown[],
): Promise<Supervision> {
  const updated = await tx.query<Supervision>(
    `update supervision set ${sets} where id = $1 returning ${COLUMNS}`,
    [id, ...values],
  );
  return one(updated, `supervision ${id}`);
}

/** Who heard which call, from when to when. */
async function keep(
  tx: Transaction,
  row: Supervision,
  by: { readonly actor: string; readonly action: string; readonly before: string | null },
): Promise<void> {
  const { attemptId, agentId, softphoneAgentId, mode, state, cause, startedAt, endedAt } = row;
  await recordAudit(tx, {
    ...{ creditorId: row.creditorId, actor: by.actor, action: by.action, reason: row.reason },
    ...{ subject: 'supervision', subjectId: row.id, before: by.before },
    after: {
      ...{ attemptId, agentId, softphoneAgentId, mode, state, cause, askedBy: row.requestedBy },
      startedAt: startedAt?.toISOString() ?? null,
      endedAt: endedAt?.toISOString() ?? null,
    },
  });
}

/** The agent is told, when that was asked for; who only listens can be left unsaid. */
async function tellAgent(tx: Transaction, row: Supervision): Promise<void> {
  if (!row.tellAgent) return;
  const { id, attemptId, mode, state } = row;
  await appendEvent(tx, {
    type: 'call.supervised',
    creditorId: row.creditorId,
    agentId: row.agentId,
    payload: { supervisionId: id, attemptId, agentId: row.agentId, mode, state },
  });
}
