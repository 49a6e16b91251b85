import { recordAudit } from './audit';
import type { Queryable, Transaction } from './database';
import { appendEvent } from './events';
import type { MissedCall } from './inbound-calls';
import { withdrawMissedCallMessages } from './missed-call-message';
import { keepAsPlanned } from './moment-choices';
import { countPlans } from './moment-load';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export const CALLBACK_REQUEST_STATES = ['open', 'done', 'dismissed'] as const;
export type CallbackRequestState = (typeof CALLBACK_REQUEST_STATES)[number];

/** Somebody wants to be called. */
export interface CallbackRequest {
  readonly id: string;
  /** Null: several creditors call with the number that was called. */
  readonly creditorId: string | null;
  /** Null: nobody knows who called; the number is all there is. */
  readonly debtorId: string | null;
  readonly accountId: string | null;
  /** E.164. */
  readonly e164: string | null;
  readonly source: 'missed_call';
  readonly requestedAt: Date;
  readonly lastCallAt: Date;
  /** Calls that nobody took since it is open. */
  readonly calls: number;
  readonly state: CallbackRequestState;
  readonly resolvedAt: Date | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
}

const COLUMNS = `id, creditor_id as "creditorId", debtor_id as "debtorId", account_id as "accountId",
  e164, source, requested_at as "requestedAt", last_call_at as "lastCallAt", calls, state,
  resolved_at as "resolvedAt", resolved_by as "resolvedBy", resolution`;

/**
 * Notes that somebody who was not answered wants to be called; calls again before that are counted.
 * The account is due from now on: it is called at the next moment that the rules allow, for who calls
 * us invites a call and waives no rule. Null: the number was withheld, there is nobody to call.
 */
export async function requestCallback(
  tx: Transaction,
  missed: MissedCall,
): Promise<CallbackRequest | null> {
  const { id: callId, at, caller, creditorId, debtorId, accountId } = missed;
  if (debtorId === null && caller === null) return null;
  const unique = debtorId === null ? '(e164, creditor_id)' : '(debtor_id, creditor_id)';
  const known = debtorId === null ? 'debtor_id is null' : 'debtor_id is not null';
  const { rows } = await tx.query<CallbackRequest>(
    `insert into callback_request (creditor_id, debtor_id, account_id, e164, source, last_call_id,
       last_call_at)
     values ($1, $2, $3, $4, 'missed_call', $5, $6)
     on conflict ${unique} where state = 'open' and ${known} do update set
       calls = callback_request.calls + 1, last_call_id = excluded.last_call_id,
       last_call_at = excluded.last_call_at, e164 = coalesce(excluded.e164, callback_request.e164),
       account_id = coalesce(excluded.account_id, callback_request.account_id)
     returning ${COLUMNS}`,
    [creditorId, debtorId, accountId, caller, callId, at],
  );
  const [request] = rows;
  if (request === undefined) throw new Error('new callback request: no row');
  if (accountId !== null) await makeDue(tx, accountId);
  await appendEvent(tx, {
    type: 'callback.requested',
    creditorId,
    payload: { callbackRequestId: request.id, callId, debtorId, accountId, calls: request.calls },
  });
  return request;
}

async function makeDue(tx: Transaction, accountId: string): Promise<void> {
  const { rowCount } = await tx.query(
    `update account set next_attempt_at = now(), updated_at = now()
     where id = $1 and status = 'open' and blocked_reason is null
       and coalesce(next_attempt_at > now(), true)`,
    [accountId],
  );
  // the person chose the moment: no model puts it off
  if (rowCount === 1) await countPlans(tx, await keepAsPlanned(tx, [accountId]));
}

/** After a talk with the person: what they called for has been done. */
export async function closeCallbackRequests(
  tx: Transaction,
  talk: { readonly id: string; readonly debtorId: string; readonly creditorId: string },
  actor: string,
): Promise<void> {
  await tx.query(
    `with numbers as (
       select coalesce(p.e164, i.caller) as e164 from attempt t
       left join phone p on p.id = t.phone_id left join inbound_call i on i.id = t.inbound_call_id
       where t.id = $1)
     update callback_request set state = 'done', resolved_at = clock_timestamp(), resolved_by = $4,
       resolution = 'talked'
     where state = 'open' and coalesce(creditor_id = $3, true)
       and (debtor_id = $2 or (debtor_id is null and e164 in (select e164 from numbers)))`,
    [talk.id, talk.debtorId, talk.creditorId, actor],
  );
  await withdrawMissedCallMessages(tx, talk);
}

export interface CallbackFilter {
  readonly state: CallbackRequestState | null;
  readonly creditorId: string | null;
  readonly debtorId: string | null;
}

export async function listCallbackRequests(
  db: Queryable,
  filter: CallbackFilter,
  page: PageRequest,
): Promise<Page<CallbackRequest>> {
  const { rows } = await db.query<CallbackRequest>(
    `select ${COLUMNS} from callback_request
     where ($1::uuid is null or id < $1) and ($2::text is null or state = $2)
       and ($3::uuid is null or creditor_id = $3) and ($4::uuid is null or debtor_id = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.state, filter.creditorId, filter.debtorId, pageFetch(page)],
  );
  return toPage(rows, page);
}

export async function findCallbackRequest(
  db: Queryable,
  id: string,
): Promise<CallbackRequest | null> {
  const { rows } = await db.query<CallbackRequest>(
    `select ${COLUMNS} from callback_request where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export type ResolveResult =
  | { readonly kind: 'resolved' | 'repeated'; readonly request: CallbackRequest }
  | { readonly kind: 'not_found' }
  /** It was resolved otherwise. */
  | { readonly kind: 'conflict'; readonly request: CallbackRequest };

/** Closes a request, once, with the reason of whoever does it. */
export async function resolveCallbackRequest(
  tx: Transaction,
  wish: {
    readonly id: string;
    readonly state: Exclude<CallbackRequestState, 'open'>;
    readonly reason: string;
    readonly actor: string;
  },
): Promise<ResolveResult> {
  const { id, state, reason, actor } = wish;
  const { rows } = await tx.query<CallbackRequest>(
    `update callback_request set state = $2, resolved_at = clock_timestamp(), resolved_by = $3,
       resolution = $4
     where id = $1 and state = 'open' returning ${COLUMNS}`,
    [id, state, actor, reason],
  );
  const [resolved] = rows;
  if (resolved === undefined) {
    const before = await findCallbackRequest(tx, id);
    if (before === null) return { kind: 'not_found' };
    const same = before.state === state && before.resolution === reason;
    return { kind: same ? 'repeated' : 'conflict', request: before };
  }
  const { creditorId } = resolved;
  await recordAudit(tx, {
    ...{ creditorId, actor, action: 'callback.resolved', subject: 'callback_request' },
    ...{ subjectId: id, before: { state: 'open' }, after: { state }, reason },
  });
  const payload = { callbackRequestId: id, state };
  await appendEvent(tx, { type: 'callback.resolved', creditorId, payload });
  return { kind: 'resolved', request: resolved };
}
