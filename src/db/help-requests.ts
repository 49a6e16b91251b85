import {
  HELP_ESCALATES_AFTER_MS,
  moveHelp,
  type HelpReason,
  type HelpState,
} from '../domain/help-request';
import { recordAudit } from './audit';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** An agent's cry for help in a call; see domain/help-request.ts. */
export interface HelpRequest {
  readonly id: string;
  readonly creditorId: string;
  readonly campaignId: string | null;
  readonly attemptId: string;
  /** To be listened to. */
  readonly callId: string | null;
  readonly agentId: string;
  readonly reason: HelpReason;
  readonly note: string | null;
  readonly state: HelpState;
  /** How often it was told of again because nobody came. */
  readonly escalation: number;
  readonly askedAt: Date;
  readonly acceptedAt: Date | null;
  readonly acceptedBy: string | null;
  readonly endedAt: Date | null;
  readonly cause: string;
}

const COLUMNS = `id, creditor_id as "creditorId", campaign_id as "campaignId",
  attempt_id as "attemptId", call_id as "callId", agent_id as "agentId", reason, note, state,
  escalation, asked_at as "askedAt", accepted_at as "acceptedAt", accepted_by as "acceptedBy",
  ended_at as "endedAt", cause`;

const SOON = `now() + ${HELP_ESCALATES_AFTER_MS} * interval '1 ms'`;

/** Asks for help in the talk of an agent. Null: the agent is in none. Asked again, it is the same request. */
export async function askForHelp(
  tx: Transaction,
  agentId: string,
  wish: { readonly reason: HelpReason; readonly note: string | null },
): Promise<HelpRequest | null> {
  const { rows } = await tx.query<HelpRequest>(
    `insert into help_request (creditor_id, campaign_id, attempt_id, call_id, agent_id, reason, note,
       escalates_at, cause)
     select t.creditor_id, t.campaign_id, t.id,
       (select id from call where attempt_id = t.id order by id desc limit 1), $1, $2, $3, ${SOON}, 'asked'
     from agent_session s cross join lateral (select * from attempt where id = s.attempt_id limit 1) t
     where s.agent_id = $1 and s.ended_at is null and s.state in ('in_call', 'hold')
     on conflict (attempt_id) where ended_at is null do nothing returning ${COLUMNS}`,
    [agentId, wish.reason, wish.note],
  );
  const [asked] = rows;
  if (asked === undefined) return findOpenHelp(tx, agentId);
  await keep(tx, asked, 'help.asked', `agent:${agentId}`);
  await tell(tx, asked);
  return asked;
}

/** What the agent has asked for and is not over; null: nothing. */
export async function findOpenHelp(db: Queryable, agentId: string): Promise<HelpRequest | null> {
  const { rows } = await db.query<HelpRequest>(
    `select ${COLUMNS} from help_request where agent_id = $1 and ended_at is null order by id desc limit 1`,
    [agentId],
  );
  return rows[0] ?? null;
}

/** Takes a request, or ends it. Null: no such request. @throws TransitionError when it is over, or taken. */
export async function moveHelpRequest(
  tx: Transaction,
  id: string,
  change: { readonly to: 'accepted' | 'ended'; readonly cause: string; readonly actor: string },
): Promise<HelpRequest | null> {
  const { rows } = await tx.query<HelpRequest>(
    `select ${COLUMNS} from help_request where id = $1 for update`,
    [id],
  );
  const [before] = rows;
  if (before === undefined) return null;
  const { to, cause, actor } = change;
  moveHelp(before.state, to);
  const changed = one(
    await tx.query<HelpRequest>(
      `update help_request set state = $2, cause = $3, escalates_at = null,
         accepted_at = case $2 when 'accepted' then now() else accepted_at end,
         accepted_by = case $2 when 'accepted' then $4 else accepted_by end,
         ended_at = case $2 when 'ended' then now() end
       where id = $1 returning ${COLUMNS}`,
      [id, to, cause, actor],
    ),
    `help request ${id}`,
  );
  await keep(tx, changed, `help.${to}`, actor);
  await tell(tx, changed);
  return changed;
}

/**
 * Tells of those again to whom nobody came, and ends those whose call is over. Any number may do so at once.
 * @returns how many changed
 */
export async function tendHelpRequests(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string; isOver: boolean }>(
    `select h.id, coalesce(t.state = 'ended', true) as "isOver" from help_request h
     left join lateral (select state from attempt where id = h.attempt_id limit 1) t on true
     where h.ended_at is null and (h.escalates_at <= now() or coalesce(t.state = 'ended', true))`,
    [],
  );
  let changed = 0;
  for (const { id, isOver } of rows)
    if (await db.transaction((tx) => (isOver ? endWithCall(tx, id) : escalate(tx, id))))
      changed += 1;
  return changed;
}

async function endWithCall(tx: Transaction, id: string): Promise<boolean> {
  return settle(
    tx,
    `update help_request set state = 'ended', cause = 'call_over', escalates_at = null, ended_at = now()
     where id = $1 and ended_at is null`,
    id,
  );
}

async function escalate(tx: Transaction, id: string): Promise<boolean> {
  return settle(
    tx,
    `update help_request set escalation = escalation + 1, escalates_at = ${SOON}, cause = 'unanswered'
     where id = $1 and state = 'open' and escalates_at <= now()`,
    id,
  );
}

async function settle(tx: Transaction, update: string, id: string): Promise<boolean> {
  const { rows } = await tx.query<HelpRequest>(`${update} returning ${COLUMNS}`, [id]);
  for (const changed of rows) await tell(tx, changed);
  return rows.length > 0;
}

/** Newest first; `open` leaves out what is over. */
export async function listHelpRequests(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly poolId: string | null;
    readonly state: HelpState | null;
  },
  page: PageRequest,
): Promise<Page<HelpRequest>> {
  const { rows } = await db.query<HelpRequest>(
    `select ${COLUMNS} from help_request
     where ($1::uuid is null or id < $1) and ($2::uuid is null or agent_id = $2)
       and ($3::uuid is null or agent_id in (select agent_id from agent_pool where pool_id = $3))
       and ($4::text is null or state = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.agentId, filter.poolId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}

async function keep(
  tx: Transaction,
  help: HelpRequest,
  action: string,
  actor: string,
): Promise<void> {
  const { id, creditorId, attemptId, state, reason } = help;
  await recordAudit(tx, {
    ...{ creditorId, actor, action, subject: 'help_request', subjectId: id },
    ...{ before: null, after: { state, attemptId, reason }, reason: help.note },
  });
}

/** To every supervisor who may see it, with the pools of the agent, and to the agent. */
async function tell(tx: Transaction, help: HelpRequest): Promise<void> {
  const { id, creditorId, campaignId, agentId, attemptId, callId } = help;
  const { rows } = await tx.query<{ id: string }>(
    'select pool_id as id from agent_pool where agent_id = $1 order by pool_id',
    [agentId],
  );
  const { state, reason, escalation, cause, acceptedBy } = help;
  await appendEvent(tx, {
    ...{ creditorId, campaignId, agentId },
    type: state === 'open' ? 'agent.help_requested' : 'agent.help_changed',
    payload: {
      ...{ helpRequestId: id, agentId, attemptId, callId, poolIds: rows.map((pool) => pool.id) },
      ...{ state, reason, escalation, cause, acceptedBy },
    },
  });
}
