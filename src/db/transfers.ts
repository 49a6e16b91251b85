import {
  isOpenTransfer,
  moveTransfer,
  transferLimitMs,
  type TransferKind,
  type TransferState,
  type TransferTarget,
} from '../domain/call-transfer';
import {
  changeAgentState,
  lockAgentSession,
  releaseAgent,
  type AgentSession,
} from './agent-sessions';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';

export interface Transfer {
  readonly id: string;
  readonly creditorId: string;
  readonly attemptId: string;
  readonly kind: TransferKind;
  readonly target: TransferTarget;
  readonly fromAgentId: string;
  readonly toAgentId: string | null;
  readonly toSessionId: string | null;
  readonly phoneId: string | null;
  readonly officeNumberId: string | null;
  readonly note: string | null;
  readonly state: TransferState;
  readonly stateLimitAt: Date | null;
  readonly cause: string;
  readonly requestedAt: Date;
  /** The other and the debtor hear each other since. */
  readonly joinedAt: Date | null;
  readonly endedAt: Date | null;
}

const COLUMNS = `id, creditor_id as "creditorId", attempt_id as "attemptId", kind, target,
  from_agent_id as "fromAgentId", to_agent_id as "toAgentId", to_session_id as "toSessionId",
  phone_id as "phoneId", office_number_id as "officeNumberId", note, state,
  state_limit_at as "stateLimitAt", cause, requested_at as "requestedAt",
  joined_at as "joinedAt", ended_at as "endedAt"`;

export type NewTransfer = Pick<
  Transfer,
  | 'creditorId'
  | 'attemptId'
  | 'kind'
  | 'target'
  | 'fromAgentId'
  | 'toAgentId'
  | 'toSessionId'
  | 'phoneId'
  | 'officeNumberId'
  | 'note'
> & { readonly actor: string };

export async function findTransfer(db: Queryable, id: string): Promise<Transfer | null> {
  const { rows } = await db.query<Transfer>(`select ${COLUMNS} from call_transfer where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** The transfer of an attempt that has not ended; null: none is under way. */
export async function findOpenTransfer(db: Queryable, attemptId: string): Promise<Transfer | null> {
  const { rows } = await db.query<Transfer>(
    `select ${COLUMNS} from call_transfer where attempt_id = $1 and ended_at is null`,
    [attemptId],
  );
  return rows[0] ?? null;
}

/** Locks a transfer. The attempt is locked before, the colleague's session after it. */
export async function lockTransfer(tx: Transaction, id: string): Promise<Transfer | null> {
  const { rows } = await tx.query<Transfer>(
    `select ${COLUMNS} from call_transfer where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Locks the open session of a colleague, without waiting: whoever holds it is making something else of
 * it. Null: signed out, or held.
 */
export async function lockColleague(
  tx: Transaction,
  agentId: string,
): Promise<AgentSession | null> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from agent_session where agent_id = $1 and ended_at is null for update skip locked`,
    [agentId],
  );
  return rows[0] === undefined ? null : lockAgentSession(tx, rows[0].id);
}

/** Writes a transfer and holds the colleague for it. The attempt and the session are locked. */
export async function requestTransfer(
  tx: Transaction,
  input: NewTransfer,
  colleague: AgentSession | null,
): Promise<Transfer> {
  const { attemptId, actor } = input;
  const inserted = await tx.query<Transfer>(
    `insert into call_transfer (creditor_id, attempt_id, kind, target, from_agent_id, to_agent_id,
       to_session_id, phone_id, office_number_id, note, cause, requested_by, state_limit_at, account_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'requested', $11, now() + $12 * interval '1 ms',
       (select account_id from attempt where id = $2))
     returning ${COLUMNS}`,
    [
      ...[input.creditorId, attemptId, input.kind, input.target, input.fromAgentId],
      ...[input.toAgentId, input.toSessionId, input.phoneId, input.officeNumberId, input.note],
      ...[actor, transferLimitMs('requested')],
    ],
  );
  const transfer = one(inserted, 'new transfer');
  if (colleague !== null)
    await changeAgentState(tx, colleague, {
      to: 'reserved',
      cause: 'transfer_offered',
      actor,
      attemptId,
    });
  await tell(tx, transfer);
  return transfer;
}

/** Moves a locked transfer; the end of one takes the colleague along (see {@link closeTransfer}). */
export async function moveLockedTransfer(
  tx: Transaction,
  transfer: Transfer,
  change: { readonly to: TransferState; readonly cause: string; readonly decisionId?: string },
): Promise<Transfer> {
  const to = moveTransfer(transfer.state, change.to);
  const updated = await tx.query<Transfer>(
    `update call_transfer set state = $2, cause = $3, state_limit_at = now() + $4 * interval '1 ms',
       ended_at = case when $4::float8 is null then now() end,
       joined_at = case when $2 = 'completed' then now() end,
       answered_at = coalesce(answered_at, case when $2 in ('consulting', 'completed') then now() end),
       decision_id = coalesce($5, decision_id)
     where id = $1 returning ${COLUMNS}`,
    [
      transfer.id,
      to,
      change.cause,
      isOpenTransfer(to) ? transferLimitMs(to) : null,
      change.decisionId ?? null,
    ],
  );
  const moved = one(updated, `transfer ${transfer.id}`);
  await tell(tx, moved);
  return moved;
}

/** Where a colleague goes who was held for a transfer that came to nothing. */
export interface ColleagueAfter {
  readonly to: 'lost' | 'paused' | 'connecting';
  readonly cause: string;
}

/**
 * Ends an open transfer without a hand-over and frees the colleague. The attempt is locked.
 * @throws TransitionError when it has ended
 */
export async function closeTransfer(
  tx: Transaction,
  transfer: Transfer,
  end: {
    readonly to: 'failed' | 'cancelled';
    readonly cause: string;
    readonly actor: string;
    readonly colleague?: ColleagueAfter | undefined;
  },
): Promise<void> {
  const { to, cause, actor, colleague } = end;
  await moveLockedTransfer(tx, transfer, { to, cause });
  const session =
    transfer.toSessionId === null ? null : await lockAgentSession(tx, transfer.toSessionId);
  if (session?.attemptId !== transfer.attemptId) return;
  const freed = await leaveTalk(tx, session, `transfer_${to}`, actor);
  if (colleague === undefined || freed?.state !== 'ready') return;
  await changeAgentState(tx, freed, { ...colleague, actor, pauseReason: colleague.cause });
}

/** Has an INVITE left to another number of the person, to hand the talk on to it? */
export async function hasCalledInTalk(tx: Transaction, attemptId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from call_transfer
     where attempt_id = $1 and decision_id is not null and invited_at is not null limit 1`,
    [attemptId],
  );
  return rowCount === 1;
}

/** What is open of an attempt that ends. */
export async function closeTransferOf(
  tx: Transaction,
  attemptId: string,
  actor: string,
): Promise<void> {
  const open = await findOpenTransfer(tx, attemptId);
  if (open !== null) await closeTransfer(tx, open, { to: 'failed', cause: 'call_over', actor });
}

/**
 * An agent's part in a talk is over and nothing is left to record: what was asked for meanwhile, else
 * ready. Null: the session had been moved already.
 */
export async function leaveTalk(
  tx: Transaction,
  session: AgentSession,
  cause: string,
  actor: string,
): Promise<AgentSession | null> {
  const { state } = session;
  if (state === 'reserved' || state === 'ringing') return releaseAgent(tx, session, cause, actor);
  if (state !== 'in_call' && state !== 'hold') return null;
  const done = await changeAgentState(tx, session, { to: 'wrap_up', cause, actor });
  return releaseAgent(tx, done, cause, actor);
}

/** To the agent who asked, and to the colleague. The note is for the screen alone. */
async function tell(tx: Transaction, transfer: Transfer): Promise<void> {
  const { id, attemptId, kind, target, state, cause, fromAgentId, toAgentId } = transfer;
  const payload = { transferId: id, attemptId, kind, target, state, cause, fromAgentId, toAgentId };
  for (const agentId of [fromAgentId, toAgentId])
    if (agentId !== null)
      await appendEvent(tx, {
        type: 'call.transfer_changed',
        creditorId: transfer.creditorId,
        agentId,
        payload,
      });
}
