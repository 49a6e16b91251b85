import type { CallPurpose } from '../domain/call-facts';
import type { CallMode } from '../domain/call-mode';
import { callbackEndsAt, moveCallback, type CallbackState } from '../domain/callback';
import { lockDebtorOf } from './call-locks';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent, INSERT_EVENT } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Callback {
  readonly id: string;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  /** The talk in which it was agreed, on this number, by this agent. */
  readonly attemptId: string;
  readonly phoneId: string;
  readonly agentId: string;
  readonly at: Date;
  readonly state: CallbackState;
  /** Refused by the rules until then. */
  readonly notBefore: Date | null;
  readonly cause: string;
  /** By which it is kept, or made up for. */
  readonly keptAttemptId: string | null;
  readonly movedTo: string | null;
  readonly changedBy: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

const COLUMNS = `id, creditor_id as "creditorId", campaign_id as "campaignId",
  account_id as "accountId", debtor_id as "debtorId", attempt_id as "attemptId",
  phone_id as "phoneId", agent_id as "agentId", at, state, not_before as "notBefore", cause,
  kept_attempt_id as "keptAttemptId", moved_to as "movedTo", changed_by as "changedBy",
  created_at as "createdAt", changed_at as "changedAt"`;

/**
 * Keeps a callback that was agreed in a talk; one that the account still waits for is moved there. The
 * debtor is locked. Until its end the account is left to it, and is due as any other then.
 */
export async function agreeCallback(
  tx: Transaction,
  agreed: Pick<
    Callback,
    | 'creditorId'
    | 'campaignId'
    | 'accountId'
    | 'debtorId'
    | 'attemptId'
    | 'phoneId'
    | 'agentId'
    | 'at'
  > & { readonly actor: string },
): Promise<Callback> {
  const { id } = one(await tx.query<{ id: string }>('select new_id() as id'), 'id');
  const before = await tx.query<Callback>(
    `select ${COLUMNS} from callback where account_id = $1 and state in ('due', 'missed') for update`,
    [agreed.accountId],
  );
  for (const earlier of before.rows)
    await change(tx, earlier, {
      to: 'moved',
      cause: 'agreed_anew',
      actor: agreed.actor,
      movedTo: id,
    });
  const inserted = await tx.query<Callback>(
    `insert into callback (id, creditor_id, campaign_id, account_id, debtor_id, attempt_id,
       phone_id, agent_id, at, cause, changed_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'agreed', $10) returning ${COLUMNS}`,
    [
      ...[id, agreed.creditorId, agreed.campaignId, agreed.accountId, agreed.debtorId],
      ...[agreed.attemptId, agreed.phoneId, agreed.agentId, agreed.at, agreed.actor],
    ],
  );
  const callback = one(inserted, 'new callback');
  await tell(tx, callback);
  return callback;
}

interface CallbackChange {
  readonly to: CallbackState;
  readonly cause: string;
  readonly actor: string;
  readonly keptAttemptId?: string;
  readonly movedTo?: string;
  readonly notBefore?: Date;
}

async function change(tx: Transaction, callback: Callback, to: CallbackChange): Promise<Callback> {
  const updated = await tx.query<Callback>(
    `update callback set state = $2, cause = $3, changed_by = $4, changed_at = clock_timestamp(),
       kept_attempt_id = $5, moved_to = $6, not_before = $7
     where id = $1 returning ${COLUMNS}`,
    [
      ...[callback.id, moveCallback(callback.state, to.to), to.cause, to.actor],
      ...[to.keptAttemptId ?? null, to.movedTo ?? null, to.notBefore ?? null],
    ],
  );
  const changed = one(updated, `callback ${callback.id}`);
  await tell(tx, changed);
  return changed;
}

/** The attempt that holds an agent for it. The callback is locked. */
export function offerCallback(
  tx: Transaction,
  callback: Callback,
  attemptId: string,
): Promise<Callback> {
  const to = { to: 'offered', cause: 'agent_held', actor: 'scheduler' } as const;
  return change(tx, callback, { ...to, keptAttemptId: attemptId });
}

/** Its time has passed: the account is due, and its next best moment is chosen. It is locked. */
export async function missCallback(
  tx: Transaction,
  callback: Callback,
  cause: string,
): Promise<Callback> {
  const missed = await change(tx, callback, { to: 'missed', cause, actor: 'scheduler' });
  await tx.query(
    `update account set next_attempt_at = now(), updated_at = now()
     where id = $1 and status = 'open' and blocked_reason is null and next_attempt_at = $2`,
    [callback.accountId, callbackEndsAt(callback.at)],
  );
  return missed;
}

/** Not to be tried before, for the rules refuse it. */
export async function delayCallback(
  tx: Transaction,
  callback: Callback,
  notBefore: Date,
  cause: string,
): Promise<void> {
  await tx.query('update callback set not_before = $2, cause = $3 where id = $1', [
    ...[callback.id, notBefore, cause],
  ]);
}

/**
 * What the end of an attempt means to the callbacks of its account: the one that it was for is kept, or
 * waits again when nothing was dialed; a call makes up for those that were missed.
 */
export async function settleCallbacks(
  tx: Transaction,
  attempt: {
    readonly id: string;
    readonly accountId: string;
    readonly mode: CallMode;
    readonly purpose: CallPurpose;
  },
  counted: boolean,
): Promise<void> {
  if (counted && attempt.purpose === 'collect')
    tx.send(
      `with made_up as (
         update callback set state = 'done', cause = 'made_up_for', kept_attempt_id = $1,
           changed_by = 'system', changed_at = clock_timestamp()
         where account_id = $2 and state = 'missed' returning *)
       ${INSERT_EVENT} ${EVENT_OF_MADE_UP}`,
      [attempt.id, attempt.accountId],
    );
  if (attempt.mode !== 'callback') return;
  const { rows } = await tx.query<Callback>(
    `select ${COLUMNS} from callback where kept_attempt_id = $1 and state = 'offered' for update`,
    [attempt.id],
  );
  for (const callback of rows)
    await change(
      tx,
      callback,
      counted
        ? { to: 'done', cause: 'dialed', actor: 'system', keptAttemptId: attempt.id }
        : { to: 'due', cause: 'not_dialed', actor: 'system' },
    );
}

const EVENT_OF_MADE_UP = `select 'callback.changed', creditor_id, campaign_id, agent_id,
  jsonb_build_object('callbackId', id, 'accountId', account_id, 'state', state, 'cause', cause,
    'at', at, 'attemptId', kept_attempt_id) from made_up`;

const OF_CALLBACK = COLUMNS.split(',')
  .map((column) => `b.${column.trim()}`)
  .join(', ');

/** A callback whose time has come, and who may take it. */
export interface CallbackToServe extends Callback {
  /** The agent who agreed it still stands in a pool of the campaign. */
  readonly hasOwn: boolean;
  /** The campaign runs, no kill switch stands over all of it, and there is a trunk that is not down. */
  readonly isServed: boolean;
  /** The database's clock. */
  readonly now: Date;
}

/**
 * The callbacks whose time has come, the longest waiting first, not locked.
 * @param isStopped condition: nothing may or could leave for campaign `c`
 */
export async function readDueCallbacks(
  db: Queryable,
  isStopped: string,
  limit: number,
): Promise<CallbackToServe[]> {
  const { rows } = await db.query<CallbackToServe>(
    `select ${OF_CALLBACK}, clock_timestamp() as now,
       exists (select from agent_pool ap join campaign_pool cp on cp.pool_id = ap.pool_id
         join agent a on a.id = ap.agent_id and a.active
         where ap.agent_id = b.agent_id and cp.campaign_id = b.campaign_id) as "hasOwn",
       c.state = 'running' and not ${isStopped} as "isServed"
     from callback b join campaign c on c.id = b.campaign_id
     where b.state = 'due' and b.at <= clock_timestamp()
       and (b.not_before is null or b.not_before <= clock_timestamp())
     order by b.at limit $1`,
    [limit],
  );
  return rows;
}

export async function findCallback(db: Queryable, id: string): Promise<Callback | null> {
  const { rows } = await db.query<Callback>(`select ${COLUMNS} from callback where id = $1`, [id]);
  return rows[0] ?? null;
}

/** Locks a callback; its debtor is locked before, by whoever changes one. */
export async function lockCallback(tx: Transaction, id: string): Promise<Callback | null> {
  const { rows } = await tx.query<Callback>(
    `select ${COLUMNS} from callback where id = $1 for update`,
    [id],
  );
  return rows[0] ?? null;
}

/** Puts another one in its place. @throws TransitionError when it is done, or on the line. */
export async function moveCallbackTo(
  tx: Transaction,
  id: string,
  to: { readonly at: Date; readonly agentId: string | null; readonly actor: string },
): Promise<Callback | null> {
  const found = await findCallback(tx, id);
  if (found === null) return null;
  await lockDebtorOf(tx, found.accountId);
  const before = await lockCallback(tx, id);
  if (before === null) return null;
  moveCallback(before.state, 'moved');
  const { actor, at } = to;
  const moved = await agreeCallback(tx, {
    ...before,
    at,
    agentId: to.agentId ?? before.agentId,
    actor,
  });
  await tx.query(
    `update account set next_attempt_at = $2, updated_at = now()
     where id = $1 and status = 'open' and blocked_reason is null`,
    [before.accountId, callbackEndsAt(at)],
  );
  return moved;
}

/** Newest first; `open` leaves out what is done or moved. */
export async function listCallbacks(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly campaignId: string | null;
    readonly state: CallbackState | null;
    readonly open: boolean;
  },
  page: PageRequest,
): Promise<Page<Callback>> {
  const { rows } = await db.query<Callback>(
    `select ${COLUMNS} from callback
     where ($1::uuid is null or id < $1) and ($2::uuid is null or agent_id = $2)
       and ($3::uuid is null or campaign_id = $3) and ($4::text is null or state = $4)
       and (not $5 or state in ('due', 'offered', 'missed'))
     order by id desc limit $6`,
    [
      ...[page.beforeId, filter.agentId, filter.campaignId, filter.state, filter.open],
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

async function tell(tx: Transaction, callback: Callback): Promise<void> {
  const { id, accountId, state, cause, at, keptAttemptId } = callback;
  await appendEvent(tx, {
    type: state === 'missed' ? 'callback.missed' : 'callback.changed',
    creditorId: callback.creditorId,
    campaignId: callback.campaignId,
    agentId: callback.agentId,
    payload: { callbackId: id, accountId, state, cause, at, attemptId: keptAttemptId },
  });
}
