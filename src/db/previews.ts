import {
  crossesSkipLimit,
  PREVIEW_STATES,
  SKIP_REST_MS,
  SKIP_WINDOW_MS,
  skipFigures,
  type PreviewCounts,
  type PreviewState,
} from '../domain/preview';
import { parametersAfter } from './account-filter';
import {
  changeAgentState,
  lockAgentSession,
  releaseAgent,
  sessionChange,
  type AgentSession,
  type SessionHeld,
} from './agent-sessions';
import { lockDebtor } from './call-locks';
import { one, type Database, type Queryable, type Transaction } from './database';
import { appendEvent, INSERT_EVENT } from './events';
import { newId } from './new-id';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** An account that is, or was, shown to an agent; see domain/preview.ts. */
export interface Preview {
  readonly id: string;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string;
  readonly agentId: string;
  readonly sessionId: string;
  /** Why it was the next, for the attempt. */
  readonly choice: object;
  readonly state: PreviewState;
  readonly shownAt: Date;
  /** The lease. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly reason: string | null;
  readonly note: string | null;
  readonly rescheduledTo: Date | null;
  readonly attemptId: string | null;
}

const COLUMNS = `id, creditor_id as "creditorId", campaign_id as "campaignId",
  account_id as "accountId", debtor_id as "debtorId", phone_id as "phoneId", agent_id as "agentId",
  session_id as "sessionId", choice, state, shown_at as "shownAt", expires_at as "expiresAt",
  ended_at as "endedAt", reason, note, rescheduled_to as "rescheduledTo", attempt_id as "attemptId"`;

/**
 * Shows an account: the lease, the person's one place, the agent's state and what tells of them, in one
 * statement. The caller holds the locks of a reservation, and has asked the rules.
 * @returns its id
 */
export async function showPreview(
  tx: Transaction,
  session: SessionHeld,
  shown: Pick<
    Preview,
    'creditorId' | 'campaignId' | 'accountId' | 'debtorId' | 'phoneId' | 'choice'
  > & { readonly limitMs: number; readonly at: Date },
): Promise<string> {
  const id = newId(shown.at);
  const { values, parameter } = parametersAfter(
    ...[id, shown.creditorId, shown.campaignId, shown.accountId, shown.debtorId, shown.phoneId],
    ...[session.agentId, session.id, JSON.stringify(shown.choice), shown.limitMs],
  );
  const change = { to: 'previewing', cause: 'account_shown', actor: 'scheduler' } as const;
  const agent = sessionChange(session, { ...change, previewLimitMs: shown.limitMs }, parameter);
  await tx.query(
    `with lease as (
       insert into preview (id, creditor_id, campaign_id, account_id, debtor_id, phone_id, agent_id,
         session_id, choice, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + $10 * interval '1 ms')),
     held as (insert into open_attempt (debtor_id, attempt_id, campaign_id) values ($5, $1, $3)),
     ${agent.parts}
     ${INSERT_EVENT}
     select 'preview.shown', $2::uuid, $3::uuid, $7::uuid, jsonb_build_object(
       'previewId', $1::uuid, 'accountId', $4::uuid)
     union all ${agent.event}`,
    values,
  );
  return id;
}

/** What is shown to the agent of a locked session, its person locked; null: nothing is. */
export async function lockShown(tx: Transaction, sessionId: string): Promise<Preview | null> {
  const { rows } = await tx.query<{ debtorId: string }>(
    `select debtor_id as "debtorId" from preview where session_id = $1 and state = 'shown'`,
    [sessionId],
  );
  if (rows[0] === undefined) return null;
  await lockDebtor(tx, rows[0].debtorId);
  const locked = await tx.query<Preview>(
    `select ${COLUMNS} from preview where session_id = $1 and state = 'shown' for update`,
    [sessionId],
  );
  return locked.rows[0] ?? null;
}

export interface PreviewEnd {
  readonly to: Exclude<PreviewState, 'shown'>;
  readonly reason?: string;
  readonly note?: string;
  readonly rescheduledTo?: Date;
}

/** Ends a locked preview: the person is free for others. What becomes of the agent is another matter. */
export async function endPreview(
  tx: Transaction,
  preview: Preview,
  end: PreviewEnd,
): Promise<Preview> {
  const { to, reason = null, note = null, rescheduledTo = null } = end;
  const ended = one(
    await tx.query<Preview>(
      `with freed as (delete from open_attempt where attempt_id = $1)
       update preview set state = $2, ended_at = clock_timestamp(), reason = $3, note = $4,
         rescheduled_to = $5
       where id = $1 returning ${COLUMNS}`,
      [preview.id, to, reason, note, rescheduledTo],
    ),
    `preview ${preview.id}`,
  );
  await tellEnd(tx, ended);
  return ended;
}

/** The same of one that an attempt is opened for next, in its transaction. */
export async function freeForCall(tx: Transaction, { id }: Preview): Promise<void> {
  await tx.query('delete from open_attempt where attempt_id = $1', [id]);
}

/** The attempt that was opened for it. */
export async function noteCalled(
  tx: Transaction,
  { id }: Preview,
  attemptId: string,
): Promise<void> {
  const called = await tx.query<Preview>(
    `update preview set state = 'called', ended_at = clock_timestamp(), attempt_id = $2
     where id = $1 returning ${COLUMNS}`,
    [id, attemptId],
  );
  await tellEnd(tx, one(called, `preview ${id}`));
}

async function tellEnd(tx: Transaction, preview: Preview): Promise<void> {
  const { id, creditorId, campaignId, agentId, accountId, state, reason, attemptId } = preview;
  await appendEvent(tx, {
    ...{ type: 'preview.ended', creditorId, campaignId, agentId },
    payload: { previewId: id, accountId, state, reason, attemptId },
  });
}

/**
 * The agent passes the account over: it rests, or waits for the instant named; the agent is free for the
 * next. Who does so too often is told of, once each time that the limit is crossed.
 */
export async function passOver(
  tx: Transaction,
  session: AgentSession,
  preview: Preview,
  end: PreviewEnd & { readonly to: 'skipped' | 'rescheduled' },
): Promise<AgentSession> {
  await endPreview(tx, preview, end);
  await tx.query(
    `update account set next_attempt_at = coalesce($2, now() + $3 * interval '1 ms'), updated_at = now()
     where id = $1 and status = 'open' and blocked_reason is null`,
    [preview.accountId, end.rescheduledTo ?? null, SKIP_REST_MS],
  );
  const { agentId } = preview;
  const counts = await countPreviews(tx, agentId);
  if (crossesSkipLimit(counts, end.to)) {
    const payload = { agentId, ...skipFigures(counts) };
    await appendEvent(tx, { type: 'agent.skips_exceeded', agentId, payload });
  }
  return releaseAgent(tx, session, `preview_${end.to}`, `agent:${agentId}`);
}

/** The lease has run out: the account is due as it was, the agent pauses. */
async function timeOut(tx: Transaction, session: AgentSession, preview: Preview): Promise<void> {
  await endPreview(tx, preview, { to: 'timed_out' });
  const to = session.wanted ?? 'paused';
  const cause = 'preview_timeout';
  await changeAgentState(tx, session, { to, cause, actor: 'sweep' });
}

/** Who calls us, is called otherwise, or has paid is not shown any more. The person is locked. */
export async function withdrawPreviewOf(
  tx: Transaction,
  who: { readonly debtorId: string; readonly accountId?: string },
  reason: string,
): Promise<void> {
  const { rows } = await tx.query<Preview>(
    `select ${COLUMNS} from preview where debtor_id = $1 and state = 'shown'
       and ($2::uuid is null or account_id = $2) for update`,
    [who.debtorId, who.accountId ?? null],
  );
  for (const preview of rows) await endPreview(tx, preview, { to: 'withdrawn', reason });
}

/**
 * Takes back what nobody looks at any more: leases that ran out, and those of agents who were lost; frees
 * agents whose account was withdrawn. Any number may do so at once.
 * @returns how many
 */
export async function endDuePreviews(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `select session_id as id from preview where state = 'shown' and (expires_at <= now()
       or exists (select from agent_session s where s.id = session_id and s.state <> 'previewing'))
     union select s.id from agent_session s where s.state = 'previewing' and s.ended_at is null
       and not exists (select from preview where session_id = s.id and state = 'shown')`,
    [],
  );
  let ended = 0;
  for (const { id } of rows) if (await db.transaction((tx) => endDue(tx, id))) ended += 1;
  return ended;
}

async function endDue(tx: Transaction, sessionId: string): Promise<boolean> {
  const session = await lockAgentSession(tx, sessionId);
  if (session === null) return false;
  const preview = await lockShown(tx, sessionId);
  const isLooking = session.state === 'previewing';
  if (preview === null) {
    if (isLooking) await releaseAgent(tx, session, 'preview_withdrawn', 'sweep');
    return isLooking;
  }
  if (!isLooking) {
    await endPreview(tx, preview, { to: 'withdrawn', reason: 'agent_lost' });
    return true;
  }
  const { rows } = await tx.query<{ isOver: boolean }>(
    'select expires_at <= clock_timestamp() as "isOver" from preview where id = $1',
    [preview.id],
  );
  if (rows[0]?.isOver !== true) return false;
  await timeOut(tx, session, preview);
  return true;
}

const COUNTED = `id >= first_id_at(now() - $1 * interval '1 ms')`;

/** Previews of an agent in the last day, by how they ended. */
export async function countPreviews(db: Queryable, agentId: string): Promise<PreviewCounts> {
  const { rows } = await db.query<{ state: PreviewState; count: number }>(
    `select state, count(*)::int as count from preview where ${COUNTED} and agent_id = $2
     group by state`,
    [SKIP_WINDOW_MS, agentId],
  );
  return countsOf(rows);
}

/** Agents who pass over more of what they are shown than they should. */
export async function countAgentsOverSkipLimit(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ agentId: string; state: PreviewState; count: number }>(
    `select agent_id as "agentId", state, count(*)::int as count from preview where ${COUNTED}
     group by agent_id, state`,
    [SKIP_WINDOW_MS],
  );
  const agents = new Set(rows.map(({ agentId }) => agentId));
  return [...agents].filter((agentId) => {
    const own = rows.filter((row) => row.agentId === agentId);
    return skipFigures(countsOf(own)).isOverLimit;
  }).length;
}

const countsOf = (rows: readonly { state: PreviewState; count: number }[]): PreviewCounts => {
  const counts = new Map(rows.map(({ state, count }) => [state, count]));
  return Object.fromEntries(
    PREVIEW_STATES.map((state) => [state, counts.get(state) ?? 0]),
  ) as unknown as PreviewCounts;
};

/** Newest first. */
export async function listPreviews(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly campaignId: string | null;
    readonly state: PreviewState | null;
  },
  page: PageRequest,
): Promise<Page<Preview>> {
  const { rows } = await db.query<Preview>(
    `select ${COLUMNS} from preview
     where ($1::uuid is null or id < $1) and ($2::uuid is null or agent_id = $2)
       and ($3::uuid is null or campaign_id = $3) and ($4::text is null or state = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.agentId, filter.campaignId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}
