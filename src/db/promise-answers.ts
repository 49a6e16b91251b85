import {
  isLivePromise,
  type CancelReason,
  type PromiseReason,
  type PromiseState,
} from '../domain/promise';
import { TransitionError } from '../domain/transition-error';
import { one, type Transaction } from './database';
import { settleAccount } from './settle-account';
import type { Settling } from './settling';

/** `same_person`: whoever proposed it has the first pair of eyes; a second is asked. */
export type PromiseAnswer = 'done' | 'not_found' | 'same_person';

/**
 * A second person says yes or no to a proposed promise. The account is judged first: a yes after the
 * limit finds it cancelled. The same answer of the same person again changes nothing.
 * @throws TransitionError when it is not proposed, or not any more
 */
export async function answerProposal(
  tx: Transaction,
  answer: {
    readonly id: string;
    readonly isYes: boolean;
    readonly actor: string;
    readonly note: string | null;
    readonly now?: Date;
  },
): Promise<PromiseAnswer> {
  const { id, isYes, actor, note } = answer;
  const promise = await lockAndSettle(tx, answer);
  if (promise === null) return 'not_found';
  const { state, proposedBy, approvedBy, endedBy, endReason } = promise;
  if (isYes && approvedBy === actor) return 'done';
  if (!isYes && endedBy === actor && endReason === 'approval_refused') return 'done';
  if (state !== 'proposed')
    throw new TransitionError('promise', state, isYes ? 'approve' : 'reject', []);
  if (proposedBy === actor) return 'same_person';
  if (isYes) {
    await tx.query(
      'update promise set approved_at = clock_timestamp(), approved_by = $2 where id = $1',
      [id, actor],
    );
  } else {
    await endPromise(tx, { id, reason: 'approval_refused', actor, note });
  }
  const cause = isYes ? 'promise.approved' : 'promise.refused';
  await settleAccount(tx, { ...settling(answer, promise.accountId), cause });
  return 'done';
}

/**
 * Cancels a promise that still waits, with the reason. The same again changes nothing.
 * @throws TransitionError when it waits no more
 */
export async function cancelPromise(
  tx: Transaction,
  cancel: {
    readonly id: string;
    readonly reason: CancelReason;
    readonly note: string | null;
    readonly actor: string;
    readonly now?: Date;
  },
): Promise<PromiseAnswer> {
  const promise = await lockAndSettle(tx, cancel);
  if (promise === null) return 'not_found';
  const { state, endedBy, endReason, accountId } = promise;
  if (endedBy === cancel.actor && endReason === cancel.reason) return 'done';
  if (!isLivePromise(state)) throw new TransitionError('promise', state, 'cancel', []);
  await endPromise(tx, cancel);
  await settleAccount(tx, { ...settling(cancel, accountId), cause: 'promise.cancelled' });
  return 'done';
}

interface AskedPromise {
  readonly accountId: string;
  readonly state: PromiseState;
  readonly proposedBy: string;
  readonly approvedBy: string | null;
  readonly endedBy: string | null;
  readonly endReason: PromiseReason | null;
}

/** Judged at this very moment, its debtor and account locked. */
async function lockAndSettle(
  tx: Transaction,
  asked: { readonly id: string; readonly actor: string; readonly now?: Date },
): Promise<AskedPromise | null> {
  const { rows } = await tx.query<{ accountId: string }>(
    'select account_id as "accountId" from promise where id = $1',
    [asked.id],
  );
  const [found] = rows;
  if (found === undefined) return null;
  await settleAccount(tx, { ...settling(asked, found.accountId), cause: 'promise.asked' });
  return one(
    await tx.query<AskedPromise>(
      `select account_id as "accountId", state, proposed_by as "proposedBy",
         approved_by as "approvedBy", ended_by as "endedBy", end_reason as "endReason"
       from promise where id = $1`,
      [asked.id],
    ),
    `promise ${asked.id}`,
  );
}

const settling = (
  { actor, now }: { readonly actor: string; readonly now?: Date },
  accountId: string,
): Pick<Settling, 'accountId' | 'actor' | 'now'> => ({
  ...{ accountId, actor },
  ...(now === undefined ? {} : { now }),
});

async function endPromise(
  tx: Transaction,
  end: {
    readonly id: string;
    readonly reason: PromiseReason;
    readonly actor: string;
    readonly note: string | null;
  },
): Promise<void> {
  await tx.query(
    `update promise set ended_as = 'cancelled', ended_at = clock_timestamp(), ended_by = $2,
       end_reason = $3, end_note = $4
     where id = $1`,
    [end.id, end.actor, end.reason, end.note],
  );
}
