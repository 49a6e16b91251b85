import type { PromisePolicy } from '../domain/collection-policy/promise';
import { endOfDays } from '../domain/judge-promises';
import {
  isLivePromise,
  LIVE_PROMISE_STATES,
  movePromise,
  type PromiseReason,
  type PromiseState,
} from '../domain/promise';
import type { PromiseInput } from '../domain/promise-input';
import { candidateZones } from '../domain/province-zone';
import type { AttemptSubject } from './attempts';
import { readCollectionPolicy } from './collection-policies';
import { one, type Transaction } from './database';
import { appendEvent } from './events';

/** Whose promise it is, and the talk it was made in, when there was one. */
export interface PromiseSubject extends Pick<
  AttemptSubject,
  'creditorId' | 'accountId' | 'debtorId'
> {
  readonly attemptId: string | null;
  readonly campaignId?: string | null;
  readonly agentId?: string | null;
}

export interface NewPromise extends PromiseInput {
  readonly currency: string;
  /** Of a promise for itself: the outcome that tells of it. */
  readonly outcomeId?: string | null;
  /** It is an instalment of this plan, or the payment of this settlement. */
  readonly agreementId?: string | null;
  /** Its place among those of the agreement, from 1. */
  readonly number?: number;
}

export interface MadePromise {
  readonly id: string;
  /** `proposed` when it needs a second person's yes. */
  readonly state: 'open' | 'proposed';
  /** Until then it keeps the account silent, at the most. */
  readonly silentUntil: Date;
}

const HOUR_MS = 3_600_000;

/**
 * Writes a promise, with the terms of the creditor's policy as it is in force. A promise for itself takes
 * the place of the account's earlier one, and so does the first instalment of an agreement. After too
 * many broken ones it is only proposed; what belongs to an agreement has its approval there. The debtor
 * and the account are locked; the caller settles the account afterwards.
 */
export async function makePromise(
  tx: Transaction,
  subject: PromiseSubject,
  promise: NewPromise,
  actor: string,
): Promise<MadePromise> {
  const { number = 1 } = promise;
  const terms = await readTerms(tx, subject, promise);
  const superseded = number === 1 ? await supersede(tx, subject.accountId, actor) : [];
  const state = terms.approveUntil === null ? 'open' : 'proposed';
  const id = await insertPromise(tx, subject, promise, { ...terms, state, superseded, actor });
  const reason = state === 'open' ? 'made' : 'needs_approval';
  await keepChange(tx, { promiseId: id, from: null, to: state, reason, cause: 'made', actor });
  await appendEvent(tx, {
    type: 'promise.made',
    creditorId: subject.creditorId,
    campaignId: subject.campaignId ?? null,
    agentId: subject.agentId ?? null,
    payload: {
      promiseId: id,
      attemptId: subject.attemptId,
      accountId: subject.accountId,
      agreementId: promise.agreementId ?? null,
      number,
      state,
      amountMinor: promise.amountMinor.toString(),
      currency: promise.currency,
      dueDate: promise.dueDate,
      replacedPromiseId: superseded[0] ?? null,
    },
  });
  return { id, state, silentUntil: terms.approveUntil ?? terms.graceUntil };
}

/** @returns its id. */
async function insertPromise(
  tx: Transaction,
  subject: PromiseSubject,
  promise: NewPromise,
  as: Terms & Pick<MadePromise, 'state'> & { superseded: readonly string[]; actor: string },
): Promise<string> {
  const { agreementId = null, number = 1, outcomeId = null } = promise;
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into promise (creditor_id, account_id, debtor_id, attempt_id, outcome_id, agreement_id,
         number, amount_minor, currency, due_date, method, state, proposed_by, policy_version,
         threshold_pct, grace_days, grace_until, approve_until, judge_at, supersedes, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
         coalesce($18::timestamptz, $17::timestamptz), $19, $20) returning id`,
      [
        ...[subject.creditorId, subject.accountId, subject.debtorId, subject.attemptId],
        // an outcome tells of one promise
        ...[agreementId === null ? outcomeId : null, agreementId, number],
        ...[promise.amountMinor, promise.currency, promise.dueDate, promise.method],
        ...[as.state, as.actor, as.policyVersion],
        ...[as.policy.thresholdPercent, as.policy.graceDays, as.graceUntil],
        ...[as.approveUntil, as.superseded[0] ?? null, as.now],
      ],
    ),
    'new promise',
  );
  await tx.query('update promise set superseded_by = $2 where id = any($1)', [as.superseded, id]);
  return id;
}

interface Terms {
  readonly policy: PromisePolicy;
  readonly policyVersion: number;
  readonly graceUntil: Date;
  readonly approveUntil: Date | null;
  /** The database's clock. */
  readonly now: Date;
}

async function readTerms(
  tx: Transaction,
  { creditorId, accountId }: PromiseSubject,
  { dueDate, agreementId = null }: NewPromise,
): Promise<Terms> {
  const { version, policy } = await readCollectionPolicy(tx, creditorId);
  const { graceDays, approvalHours, brokenBeforeApproval, brokenWithinDays } = policy.promise;
  const { now, broken, ...place } = one(
    await tx.query<{
      now: Date;
      broken: number;
      province: string | null;
      statedZone: string | null;
    }>(
      `select clock_timestamp() as now, d.province, d.stated_zone as "statedZone",
         (select count(*)::int from promise p where p.account_id = a.id and p.state = 'broken'
           and p.due_date > current_date - $2::int) as broken
       from account a join debtor d on d.id = a.debtor_id where a.id = $1`,
      [accountId, brokenWithinDays],
    ),
    `account ${accountId}`,
  );
  const graceUntil = endOfDays(dueDate, graceDays, candidateZones(place));
  const needsApproval = agreementId === null && broken >= brokenBeforeApproval;
  const latestYes = Math.min(now.getTime() + approvalHours * HOUR_MS, graceUntil.getTime());
  return {
    ...{ policy: policy.promise, policyVersion: version, graceUntil, now },
    approveUntil: needsApproval ? new Date(latestYes) : null,
  };
}

/** Ends the account's promises for themselves. @returns those that were still waiting */
async function supersede(tx: Transaction, accountId: string, actor: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; state: PromiseState }>(
    `update promise p set ended_as = 'superseded', ended_at = clock_timestamp(), ended_by = $2,
       end_reason = 'newer_promise', judge_at = null,
       state = case when b.state = any($3) then 'superseded' else b.state end
     from promise b
     where b.id = p.id and p.account_id = $1 and p.agreement_id is null and p.ended_at is null
     returning p.id, b.state`,
    [accountId, actor, LIVE_PROMISE_STATES],
  );
  const waiting = rows.filter(({ state }) => isLivePromise(state));
  for (const { id, state } of waiting) {
    const to = movePromise(state, 'superseded');
    const reason = 'newer_promise';
    await keepChange(tx, { promiseId: id, from: state, to, reason, cause: 'newer_promise', actor });
  }
  return waiting.map(({ id }) => id);
}

export interface PromiseChange {
  readonly promiseId: string;
  readonly from: PromiseState | null;
  readonly to: PromiseState;
  readonly reason: PromiseReason;
  readonly note?: string | null;
  /** Which change of a fact made us look. */
  readonly cause: string;
  readonly actor: string;
}

/** Keeps a change of a promise, for good. */
export async function keepChange(tx: Transaction, change: PromiseChange): Promise<void> {
  await tx.query(
    `insert into promise_change (promise_id, creditor_id, from_state, to_state, kept_minor, reason,
       note, cause, actor)
     select id, creditor_id, $2, $3, kept_minor, $4, $5, $6, $7 from promise where id = $1`,
    [
      ...[change.promiseId, change.from, change.to, change.reason, change.note ?? null],
      ...[change.cause, change.actor],
    ],
  );
}
