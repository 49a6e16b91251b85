import type { FieldProblem } from '../domain/field-problem';
import { isRightParty, type OutcomeCode } from '../domain/outcome-code';
import { checkOutcomeInput, type OutcomeInput } from '../domain/outcome-input';
import { unmetNeeds, type Need } from '../domain/outcome-needs';
import type { PromiseState } from '../domain/promise';
import { candidateZones } from '../domain/province-zone';
import { applyNextStep } from './account-next-step';
import {
  changeAgentState,
  lockAgentSession,
  releaseAgent,
  type AgentSession,
} from './agent-sessions';
import { closeCallbackRequests } from './callback-requests';
import { lockAttempt, subjectOf, type Attempt, type AttemptSubject } from './attempts';
import { agreeCallback } from './callbacks';
import { endKeptFrom, findCoolDown } from './conflicts';
import { findConnectionRefusal } from './connection-checks';
import { readTalkFacts } from './conversations';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { findDialingCampaign } from './inbound-lookup';
import { placeOutcomeHold } from './outcome-hold';
import { stepAfterOutcome } from './outcome-next-step';
import { pageFetch, toPage, type Page, type PageRequest } from './page';
import { closeFollowUpsOf } from './promise-follow-up';
import { NO_ROOM, readPromiseRoom } from './promise-room';
import { promiseOfOutcome } from './promise-of-outcome';

export interface Outcome {
  readonly id: string;
  readonly attemptId: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly code: OutcomeCode;
  readonly rootCause: string | null;
  readonly note: string | null;
  readonly callbackAt: Date | null;
  readonly promise: OutcomePromise | null;
  /** What its conversation lacked, see domain/outcome-needs.ts; null: it was not asked. */
  readonly missing: Need[] | null;
  /** `system`, `agent:<id>` or `key:<id>`. */
  readonly recordedBy: string;
  readonly recordedAt: Date;
}

export interface OutcomePromise {
  readonly id: string;
  /** Integer minor units, as text. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly method: string;
  readonly state: PromiseState;
}

const SELECT = `select o.id, o.attempt_id as "attemptId", o.creditor_id as "creditorId",
    o.account_id as "accountId", o.code, o.root_cause as "rootCause", o.note,
    o.callback_at as "callbackAt", o.missing, o.recorded_by as "recordedBy", o.recorded_at as "recordedAt",
    case when p.id is null then null else jsonb_build_object('id', p.id,
      'amountMinor', p.amount_minor::text, 'currency', p.currency, 'dueDate', p.due_date,
      'method', p.method, 'state', p.state) end as promise
  from outcome o left join promise p on p.outcome_id = o.id`;

export async function findOutcome(db: Queryable, attemptId: string): Promise<Outcome | null> {
  const { rows } = await db.query<Outcome>(`${SELECT} where o.attempt_id = $1`, [attemptId]);
  return rows[0] ?? null;
}

export async function listOutcomes(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly campaignId: string | null;
    readonly accountId: string | null;
    readonly code: OutcomeCode | null;
  },
  page: PageRequest,
): Promise<Page<Outcome>> {
  const { rows } = await db.query<Outcome>(
    `${SELECT} join attempt t on t.id = o.attempt_id
     where ($1::uuid is null or o.id < $1) and ($2::uuid is null or t.agent_id = $2)
       and ($3::uuid is null or t.campaign_id = $3) and ($4::uuid is null or o.account_id = $4)
       and ($5::text is null or o.code = $5)
     order by o.id desc limit $6`,
    [
      page.beforeId,
      filter.agentId,
      filter.campaignId,
      filter.accountId,
      filter.code,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

export type OutcomeResult =
  | {
      readonly kind: 'recorded';
      readonly outcome: Outcome;
      /** The agent's session, when the outcome ended its wrap-up. */
      readonly released: AgentSession | null;
    }
  /** The same outcome was recorded before: nothing was changed. */
  | { readonly kind: 'repeated'; readonly outcome: Outcome }
  /** Another outcome stands. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'not_found' }
  /** The attempt has not ended in a talk: there is nothing to tell about it. */
  | { readonly kind: 'no_talk'; readonly state: string; readonly result: string | null }
  /** Nobody knows yet whom the talk was with. */
  | { readonly kind: 'caller_unknown' }
  | { readonly kind: 'invalid'; readonly problems: FieldProblem[] };

/**
 * Records what came of a talk, once: the outcome, its promise, the account's next step, and the
 * end of the agent's wrap-up, in one transaction. Late is allowed: it unblocks an account whose
 * outcome was missing.
 * @param onlyAgentId the attempt must be this agent's; null: anybody's
 */
export async function recordOutcome(
  tx: Transaction,
  request: {
    readonly attemptId: string;
    readonly onlyAgentId: string | null;
    readonly input: OutcomeInput;
    readonly actor: string;
  },
): Promise<OutcomeResult> {
  const attempt = await lockAttempt(tx, request.attemptId);
  if (attempt === null) return { kind: 'not_found' };
  if (request.onlyAgentId !== null && request.onlyAgentId !== attempt.agentId) {
    return { kind: 'not_found' };
  }
  const before = await findOutcome(tx, attempt.id);
  if (before !== null) {
    return isSameOutcome(before, request.input)
      ? { kind: 'repeated', outcome: before }
      : { kind: 'conflict' };
  }
  // the agent's part in a talk that was handed on is over, though the talk is not
  const isOver = attempt.agentLeftAt !== null || attempt.state === 'ended';
  if (!isOver || (attempt.result ?? 'connected') !== 'connected') {
    return { kind: 'no_talk', state: attempt.state, result: attempt.result };
  }
  const subject = subjectOf(attempt);
  if (subject === null) return { kind: 'caller_unknown' };
  const account = await lockAccount(tx, subject.accountId);
  const { problems, missing } = await judge(tx, subject, request.input, account);
  if (problems.length > 0) return { kind: 'invalid', problems };
  const written = await writeOutcome(tx, subject, { ...request, account, missing });
  return {
    kind: 'recorded',
    outcome: written,
    released: await endWrapUp(tx, attempt, request.actor),
  };
}

/** Is the outcome complete, and what did the conversation before it lack? */
async function judge(
  tx: Transaction,
  subject: AttemptSubject,
  input: OutcomeInput,
  account: LockedAccount,
): Promise<{ problems: FieldProblem[]; missing: Need[] | null }> {
  const talk = await readTalkFacts(tx, subject);
  const problems = checkOutcomeInput(input, {
    ...{ ...account, zones: candidateZones(account), purpose: subject.purpose },
    room: input.promise === null ? NO_ROOM : await readPromiseRoom(tx, subject.accountId),
    ...{ talk, coolDownUntil: await findCoolDown(tx, subject.id) },
  });
  return { problems, missing: talk.mode === 'off' ? null : unmetNeeds(input.code, talk) };
}

interface LockedAccount {
  readonly amountDueMinor: bigint;
  readonly currency: string;
  readonly province: string | null;
  readonly statedZone: string | null;
  /** The database's clock. */
  readonly now: Date;
}

/** The debtor is locked already, as the attempt is. */
async function lockAccount(tx: Transaction, accountId: string): Promise<LockedAccount> {
  return one(
    await tx.query<LockedAccount>(
      `select a.amount_due_minor as "amountDueMinor", a.currency, d.province,
         d.stated_zone as "statedZone", clock_timestamp() as now
       from account a join debtor d on d.id = a.debtor_id where a.id = $1
       for no key update of a`,
      [accountId],
    ),
    `account ${accountId}`,
  );
}

async function writeOutcome(
  tx: Transaction,
  attempt: AttemptSubject,
  facts: {
    readonly input: OutcomeInput;
    readonly actor: string;
    readonly account: LockedAccount;
    readonly missing: Need[] | null;
  },
): Promise<Outcome> {
  const { input, actor, account } = facts;
  const id = await insertOutcome(tx, attempt, facts);
  const promised = await promiseOfOutcome(tx, attempt, { ...facts, outcomeId: id });
  const { code, callbackAt } = input;
  const since = { now: account.now, promiseSilentUntil: promised };
  const step = await stepAfterOutcome(tx, attempt, input, since);
  // before the account's next step: a wrong number may have been the last one
  await placeOutcomeHold(tx, attempt, code, actor);
  await applyNextStep(tx, attempt, step);
  if (callbackAt !== null) await agreeOn(tx, attempt, callbackAt, actor);
  if (isRightParty(code)) {
    await closeCallbackRequests(tx, attempt, actor);
    await closeFollowUpsOf(tx, attempt.accountId, actor);
    await endKeptFrom(tx, attempt);
  }
  const outcome = await findOutcome(tx, attempt.id);
  if (outcome === null) throw new Error(`outcome of attempt ${attempt.id} is gone`);
  return outcome;
}

/**
 * Of a talk that came in the campaign is the one that would dial. Without one, or without a number of
 * the person, the account is due at that time and nobody is promised.
 */
async function agreeOn(
  tx: Transaction,
  { phoneId, ...attempt }: AttemptSubject,
  at: Date,
  actor: string,
): Promise<void> {
  const campaignId = attempt.campaignId ?? (await findDialingCampaign(tx, attempt.accountId));
  if (campaignId === null || phoneId === null) return;
  await agreeCallback(tx, { ...attempt, campaignId, phoneId, attemptId: attempt.id, at, actor });
}

/** @returns its id. */
async function insertOutcome(
  tx: Transaction,
  attempt: AttemptSubject,
  {
    input,
    actor,
    missing,
  }: {
    readonly input: OutcomeInput;
    readonly actor: string;
    readonly missing: Need[] | null;
  },
): Promise<string> {
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, root_cause, note,
         callback_at, recorded_by, missing)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
      [
        attempt.id,
        attempt.creditorId,
        attempt.accountId,
        attempt.debtorId,
        input.code,
        input.rootCause,
        input.note,
        input.callbackAt,
        actor,
        missing,
      ],
    ),
    'new outcome',
  );
  await appendEvent(tx, {
    type: 'outcome.recorded',
    creditorId: attempt.creditorId,
    campaignId: attempt.campaignId,
    agentId: attempt.agentId,
    payload: {
      attemptId: attempt.id,
      accountId: attempt.accountId,
      code: input.code,
      rootCause: input.rootCause,
      missing,
    },
  });
  return id;
}

/** Only the wrap-up of this very attempt: a late outcome leaves the agent's next call alone. */
async function endWrapUp(
  tx: Transaction,
  attempt: Attempt,
  actor: string,
): Promise<AgentSession | null> {
  const session = await lockAgentSession(tx, attempt.agentSessionId);
  if (session?.state !== 'wrap_up' || session.attemptId !== attempt.id) return null;
  const refusal = session.wanted === null ? await findConnectionRefusal(tx, session.agentId) : null;
  // a check that has run out is asked for at the next ready of the agent's own, not after a call
  if (refusal?.cause === 'connection_poor')
    return changeAgentState(tx, session, { to: 'paused', cause: refusal.cause, actor });
  return releaseAgent(tx, session, 'outcome_recorded', actor);
}

function isSameOutcome(outcome: Outcome, input: OutcomeInput): boolean {
  return (
    outcome.code === input.code &&
    outcome.rootCause === input.rootCause &&
    outcome.note === input.note &&
    outcome.callbackAt?.getTime() === input.callbackAt?.getTime() &&
    isSamePromise(outcome.promise, input.promise)
  );
}

function isSamePromise(promise: OutcomePromise | null, input: OutcomeInput['promise']): boolean {
  if (promise === null || input === null) return promise === null && input === null;
  return (
    promise.amountMinor === input.amountMinor.toString() &&
    promise.dueDate === input.dueDate &&
    promise.method === input.method
  );
}
