import { DateTime } from 'luxon';
import { checkPromiseInput, type PromiseInput } from '../domain/promise-input';
import type { FieldProblem } from '../domain/field-problem';
import { candidateZones } from '../domain/province-zone';
import { lockDebtorOf } from './call-locks';
import type { Transaction } from './database';
import { readPromiseRoom } from './promise-room';
import { makePromise } from './promises';
import { settleAccount } from './settle-account';

export interface PromiseElsewhere extends PromiseInput {
  readonly accountId: string;
  readonly actor: string;
}

export type RecordedPromise =
  | { readonly kind: 'recorded'; readonly id: string }
  | { readonly kind: 'no_account' }
  | { readonly kind: 'refused'; readonly problems: readonly FieldProblem[] };

/** Promises that another system made may be due so long ago. */
const PAST_DAYS = 30;

interface Account {
  readonly creditorId: string;
  readonly debtorId: string;
  readonly currency: string;
  readonly amountDueMinor: bigint;
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly now: Date;
}

/**
 * Keeps a promise that was made outside a call of ours: in a branch, by message, or in the system before
 * this one. It may be overdue, and is judged as any other at once.
 */
export async function recordPromise(
  tx: Transaction,
  { actor, accountId, ...promise }: PromiseElsewhere,
): Promise<RecordedPromise> {
  await lockDebtorOf(tx, accountId);
  const { rows } = await tx.query<Account>(
    `select a.creditor_id as "creditorId", a.debtor_id as "debtorId", a.currency,
       a.amount_due_minor as "amountDueMinor", d.province, d.stated_zone as "statedZone",
       clock_timestamp() as now
     from account a join debtor d on d.id = a.debtor_id where a.id = $1 for no key update of a`,
    [accountId],
  );
  const [account] = rows;
  if (account === undefined) return { kind: 'no_account' };
  const zones = candidateZones(account);
  const now = DateTime.fromJSDate(account.now).minus({ days: PAST_DAYS }).toJSDate();
  const room = await readPromiseRoom(tx, accountId);
  const problems = checkPromiseInput(promise, {
    ...{ ...account, now, zones },
    room: { ...room, horizonDays: room.horizonDays + PAST_DAYS },
  });
  if (problems.length > 0) return { kind: 'refused', problems };
  const { creditorId, debtorId, currency } = account;
  const subject = { creditorId, debtorId, accountId, attemptId: null };
  const { id } = await makePromise(tx, subject, { ...promise, currency }, actor);
  await settleAccount(tx, { accountId, cause: 'promise.made', actor });
  return { kind: 'recorded', id };
}
