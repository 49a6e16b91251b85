import type { AttemptState } from '../domain/attempt-state';
import { changeAgentState, lockAgentSession } from './agent-sessions';
import { OPEN_ATTEMPTS } from './attempts';
import { lockDebtor } from './call-locks';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import type { ReadyAgent } from './inbound-lookup';
import { newId } from './new-id';
import { withdrawPreviewOf } from './previews';
import { OPEN_CHANNELS } from './trunk-routing';

/** Who calls, as far as the number tells. */
export interface KnownCaller {
  readonly debtorId: string;
  readonly phoneId: string;
  readonly accountId: string;
  readonly creditorId: string;
}

export interface NewInboundCall {
  readonly trunkId: string;
  readonly sipInstanceId: string;
  readonly sipCallId: string;
  /** E.164. */
  readonly called: string;
  /** E.164; null: withheld. */
  readonly caller: string | null;
  readonly matches: number;
  readonly person: KnownCaller | null;
}

export interface OpenedInboundCall {
  readonly callId: string;
  readonly legId: string;
}

/** Takes a channel of the trunk for a call that came in; null: none is free. */
export function openInboundCall(
  db: Database,
  call: NewInboundCall,
): Promise<OpenedInboundCall | null> {
  return db.transaction(async (tx) => {
    // the lock that an INVITE of ours takes too: together they never take more than there are
    await tx.query('select from trunk where id = $1 for no key update', [call.trunkId]);
    const callId = newId(new Date());
    const { rows } = await tx.query<{ legId: string }>(
      `with leg as (
         insert into call_leg (call_id, kind, trunk_id, sip_instance_id, sip_call_id, invited_at,
           ringing_at)
         select $2, 'customer', t.id, $3, $4, clock_timestamp(), clock_timestamp() from trunk t
         where t.id = $1 and t.max_channels > ${OPEN_CHANNELS}
         returning id)
       insert into inbound_call (id, trunk_id, sip_instance_id, leg_id, called, caller, matches,
         creditor_id, debtor_id, account_id)
       select $2, $1, $3, leg.id, $5, $6, $7, $8, $9, $10 from leg returning leg_id as "legId"`,
      [
        ...[call.trunkId, callId, call.sipInstanceId, call.sipCallId],
        ...[call.called, call.caller, call.matches, call.person?.creditorId ?? null],
        ...[call.person?.debtorId ?? null, call.person?.accountId ?? null],
      ],
    );
    const [opened] = rows;
    return opened === undefined ? null : { callId, legId: opened.legId };
  });
}

/** An open attempt that has to do with a caller. */
export interface OpenContact {
  readonly attemptId: string;
  readonly agentId: string;
  readonly direction: 'out' | 'in';
  readonly state: AttemptState;
}

/**
 * Open attempts to the person, or to the number that calls; the ringing of ours is asked to stop. The
 * process that owns it finds the wish as it finds that of a hold.
 */
export function takeBackRinging(
  db: Database,
  caller: { readonly debtorId: string | null; readonly e164: string | null },
): Promise<OpenContact[]> {
  return db.transaction(async (tx) => {
    if (caller.debtorId !== null) {
      await lockDebtor(tx, caller.debtorId);
      await withdrawPreviewOf(tx, { debtorId: caller.debtorId }, 'inbound');
    }
    const { rows } = await tx.query<OpenContact>(
      `select t.id as "attemptId", t.agent_id as "agentId", t.direction, t.state
       from ${OPEN_ATTEMPTS}
       where o.debtor_id = $1 or t.phone_id in (select id from phone where e164 = $2)`,
      [caller.debtorId, caller.e164],
    );
    await tx.query(
      `update attempt set withdraw_cause = 'inbound' where id = any($1) and direction = 'out'
         and state in ('reserved', 'dialing', 'ringing')`,
      [rows.map(({ attemptId }) => attemptId)],
    );
    return rows;
  });
}

/** Those of the attempts that are open still. */
export async function listStillOpen(
  db: Queryable,
  attemptIds: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    'select attempt_id as id from open_attempt where attempt_id = any($1)',
    [attemptIds],
  );
  return rows.map(({ id }) => id);
}

export interface Offer {
  readonly callId: string;
  readonly trunkId: string;
  readonly sipInstanceId: string;
  readonly agent: ReadyAgent;
  readonly person: KnownCaller | null;
  /** Longest ringing of the agent's softphone, ms. */
  readonly limitMs: number;
}

export type OfferResult =
  | { readonly kind: 'offered'; readonly attemptId: string }
  /** Somebody else has the agent by now. */
  | { readonly kind: 'agent_taken' }
  /** Somebody is calling the person, or talks to them. */
  | { readonly kind: 'person_in_call' };

/**
 * Offers the call to an agent: an open attempt of the person, the agent reserved for it and ringing,
 * in one transaction.
 */
export function offerToAgent(db: Database, offer: Offer): Promise<OfferResult> {
  return db.transaction(async (tx) => {
    const { agent, person, sipInstanceId } = offer;
    const session = await lockAgentSession(tx, agent.sessionId);
    if (session?.state !== 'ready' || session.sipInstanceId !== sipInstanceId)
      return { kind: 'agent_taken' };
    const attemptId = newId(new Date());
    if (!(await holdPerson(tx, attemptId, person))) return { kind: 'person_in_call' };
    await insertOffer(tx, attemptId, offer);
    const change = { cause: 'inbound', actor: `sip:${sipInstanceId}`, attemptId };
    const reserved = await changeAgentState(tx, session, { ...change, to: 'reserved' });
    await changeAgentState(tx, reserved, { ...change, to: 'ringing' });
    return { kind: 'offered', attemptId };
  });
}

/** The person's one open attempt; false: there is one. */
async function holdPerson(
  tx: Transaction,
  attemptId: string,
  person: KnownCaller | null,
): Promise<boolean> {
  if (person !== null) await lockDebtor(tx, person.debtorId);
  const { rowCount } = await tx.query(
    'insert into open_attempt (debtor_id, attempt_id) values ($1, $2) on conflict do nothing',
    [person?.debtorId ?? null, attemptId],
  );
  return rowCount === 1;
}

async function insertOffer(tx: Transaction, attemptId: string, offer: Offer): Promise<void> {
  const { agent, callId, sipInstanceId, trunkId, limitMs } = offer;
  const { creditorId, accountId, debtorId, phoneId } = offer.person ?? {
    ...{ creditorId: agent.creditorId, accountId: null, debtorId: null, phoneId: null },
  };
  await tx.query(
    `with told as (
       insert into attempt_event (attempt_id, to_state, cause, actor)
       values ($1, 'ringing', 'offered', $10))
     insert into attempt (id, direction, inbound_call_id, creditor_id, account_id, debtor_id, phone_id,
       agent_id, agent_session_id, sip_instance_id, trunk_id, mode, state, state_limit_at, ringing_at)
     values ($1, 'in', $2, $3, $4, $5, $6, $7, $8, $9, $11, null, 'ringing',
       now() + $12 * interval '1 ms', now())`,
    [
      ...[attemptId, callId, creditorId, accountId, debtorId, phoneId],
      ...[agent.agentId, agent.sessionId, sipInstanceId, `sip:${sipInstanceId}`, trunkId, limitMs],
    ],
  );
  await appendEvent(tx, {
    type: 'inbound.offered',
    creditorId,
    agentId: agent.agentId,
    payload: { callId, attemptId, accountId },
  });
}

/** The softphone was picked up: from here on the call is a conversation with its legs. */
export async function openInboundTalk(
  db: Queryable,
  talk: { readonly callId: string; readonly attemptId: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into call (id, attempt_id, creditor_id)
     select $1, id, creditor_id from attempt where id = $2 and state = 'ringing'
     on conflict do nothing`,
    [talk.callId, talk.attemptId],
  );
  return rowCount === 1;
}

/** The caller was answered, by this agent. Whatever was asked of us by earlier calls is done with it. */
export function answerInboundCall(
  db: Database,
  talk: { readonly callId: string; readonly attemptId: string },
): Promise<void> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{
      creditorId: string;
      agentId: string;
      accountId: string | null;
    }>(
      `with answered as (
         update inbound_call set state = 'answered', attempt_id = $2, decided_at = now()
         where id = $1 and state = 'ringing' returning id),
       known as (
         update debtor set last_called_at = now()
         where id = (select debtor_id from attempt where id = $2))
       select t.creditor_id as "creditorId", t.agent_id as "agentId", t.account_id as "accountId"
       from attempt t, answered where t.id = $2`,
      [talk.callId, talk.attemptId],
    );
    const [attempt] = rows;
    if (attempt === undefined) return;
    const { creditorId, agentId, accountId } = attempt;
    const payload = { ...talk, accountId };
    await appendEvent(tx, { type: 'inbound.answered', creditorId, agentId, payload });
  });
}

/** Calls that a process had with it when it died: nobody will answer them any more. */
export async function listOrphanedCalls(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from inbound_call c join sip_instance i on i.id = c.sip_instance_id
     where c.state = 'ringing' and i.state = 'dead' limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

export interface MissedCall {
  readonly id: string;
  readonly at: Date;
  readonly legId: string;
  readonly caller: string | null;
  readonly called: string;
  readonly creditorId: string | null;
  readonly debtorId: string | null;
  readonly accountId: string | null;
}

/** Notes, once, that nobody took the call; null: it was decided before. */
export async function closeMissedCall(
  tx: Transaction,
  miss: { readonly callId: string; readonly cause: string; readonly sipStatus: number | null },
): Promise<MissedCall | null> {
  const { rows } = await tx.query<MissedCall>(
    `update inbound_call set state = 'missed', cause = $2, decided_at = now()
     where id = $1 and state = 'ringing'
     returning id, at, leg_id as "legId", caller, called, creditor_id as "creditorId",
       debtor_id as "debtorId", account_id as "accountId"`,
    [miss.callId, miss.cause],
  );
  const [missed] = rows;
  if (missed === undefined) return null;
  await tx.query(
    `update call_leg set ended_at = coalesce(ended_at, now()), sip_status = coalesce(sip_status, $3),
       ended_by = coalesce(ended_by, $4) where call_id = $1 and id = $2`,
    [
      missed.id,
      missed.legId,
      miss.sipStatus,
      miss.cause === 'caller_hung_up' ? 'debtor' : 'system',
    ],
  );
  return missed;
}
