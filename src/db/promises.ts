import type { PromisePolicy } from '../domain/collection-policy/promise';
import { endOfDays } from '../domain/judge-promises';
import type { PromiseState } from '../domain/promise';
import type { PromiseInput } from '../domain/promise-input';
import { candidateZones } from '../domain/province-zone';
import type { AttemptSubject } from './attempts';
import { BOOKS_DATE } from './books-date';
import { readCollectionPolicy } from './collection-policies';
import { one, type Transaction } from './database';
import { judgeAccount } from './judge-account';
import { keepChange } from './promise-changes';

/** Whose promise it is, and the talk it was made in, when there was one. */
export interface PromiseSubject extends Pick<
  AttemptSubject,
  'creditorId' | 'accountId' | 'debtorId'
> {
  readonly attemptId: string | null;
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
  const superseded = number === 1 ? await supersede(tx, subject.accountId, actor) : [];
  const terms = await readTerms(tx, subject, promise);
  const state = terms.approveUntil === null ? 'open' : 'proposed';
  const id = await insertPromise(tx, subject, promise, { ...terms, state, superseded, actor });
  const reason = state === 'open' ? 'made' : 'needs_approval';
  const cause = 'promise.made';
  await keepChange(tx, { promiseId: id, from: null, to: state, reason, cause, actor });
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
           and p.due_date > ${BOOKS_DATE} - $2::int) as broken
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

/**
 * Ends the account's promises for themselves, and judges them: what was paid for one in time stays kept.
 * @returns those that were still waiting
 */
async function supersede(tx: Transaction, accountId: string, actor: string): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; before: PromiseState }>(
    `update promise p set ended_as = 'superseded', ended_at = clock_timestamp(), ended_by = $2,
       end_reason = 'newer_promise'
     where p.account_id = $1 and p.agreement_id is null and p.ended_at is null
     returning p.id, p.state as before`,
    [accountId, actor],
  );
  if (rows.length === 0) return [];
  const judged = await judgeAccount(tx, { accountId, cause: 'promise.made', actor });
  const superseded = (judged?.promises ?? [])
    .filter(({ before, judged: { state } }) => before !== state && state === 'superseded')
    .map(({ id }) => id);
  return rows.filter(({ id }) => superseded.includes(id)).map(({ id }) => id);
}
