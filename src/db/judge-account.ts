import {
  judgePromises,
  type JudgedPromise,
  type PaidFact,
  type PromiseFact,
} from '../domain/judge-promises';
import { promisePath, type PromiseReason, type PromiseState } from '../domain/promise';
import { candidateZones } from '../domain/province-zone';
import { one, type Transaction } from './database';
import { keepChange } from './promise-changes';
import type { Settling } from './settling';

/** A promise as it is kept, with what is judged of it by the facts. */
export interface KeptPromise extends PromiseFact {
  readonly agreementId: string | null;
  readonly attemptId: string | null;
  readonly currency: string;
  readonly before: PromiseState;
  readonly judged: JudgedPromise;
  /** What was left of it when its reminders were written; null: none were. */
  readonly remindedMinor: bigint | null;
}

/** What a locked account's promises hang on. */
export interface PromiseAccount {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly status: 'open' | 'paid' | 'closed';
  readonly amountDueMinor: bigint;
  readonly zones: readonly string[];
  /** The instant that is judged at. */
  readonly now: Date;
  /** The database's clock. */
  readonly clock: Date;
}

export interface JudgedAccount {
  readonly account: PromiseAccount;
  readonly promises: readonly KeptPromise[];
}

/**
 * Judges the promises of a locked account and writes what is different from before, each change with its
 * cause and actor. Null: it has none.
 */
export async function judgeAccount(
  tx: Transaction,
  settling: Settling,
): Promise<JudgedAccount | null> {
  const kept = await readPromises(tx, settling.accountId);
  if (kept.length === 0) return null;
  const account = await readAccount(tx, settling);
  const payments = await readPayments(tx, settling.accountId);
  const facts = await noteCleared(tx, account, kept, payments);
  const judged = judgePromises({ promises: facts, payments, zones: account.zones }, account.now);
  const promises = facts.flatMap((fact) => {
    const found = judged.find(({ id }) => id === fact.id);
    return found === undefined ? [] : [{ ...fact, judged: found }];
  });
  for (const promise of promises) await writeDifference(tx, promise, settling);
  return { account, promises };
}

interface PromiseRow extends Omit<KeptPromise, 'judged' | 'end'> {
  readonly endedAs: 'cancelled' | 'superseded' | null;
  readonly endedAt: Date | null;
  readonly endReason: PromiseReason | null;
  readonly endedBy: string | null;
  readonly endNote: string | null;
  readonly approvedBy: string | null;
  readonly keptMinor: bigint;
  readonly judgeAt: Date | null;
}
type ReadPromise = PromiseRow & Pick<PromiseFact, 'end'>;

/** Those without an end of their grace were decided before promises were judged. */
async function readPromises(tx: Transaction, accountId: string): Promise<ReadPromise[]> {
  const { rows } = await tx.query<PromiseRow>(
    `select id, agreement_id as "agreementId", attempt_id as "attemptId", currency,
       amount_minor as "amountMinor", due_date as "dueDate", created_at as "madeAt",
       threshold_pct as "thresholdPct", grace_days as "graceDays", grace_until as "graceUntil",
       approve_until as "approveUntil", approved_at as "approvedAt", approved_by as "approvedBy",
       cleared_at as "clearedAt", ended_as as "endedAs", ended_at as "endedAt",
       end_reason as "endReason", ended_by as "endedBy", end_note as "endNote", state as before,
       kept_minor as "keptMinor", judge_at as "judgeAt", reminded_minor as "remindedMinor"
     from promise where account_id = $1 and grace_until is not null order by id for update`,
    [accountId],
  );
  return rows.map((row) => {
    const { endedAs: as, endedAt: at, endReason: reason } = row;
    const end = as === null || at === null || reason === null ? null : { as, at, reason };
    return { ...row, end };
  });
}

async function readAccount(tx: Transaction, settling: Settling): Promise<PromiseAccount> {
  const { province, statedZone, ...account } = one(
    await tx.query<
      Omit<PromiseAccount, 'zones' | 'now'> & { province: string | null; statedZone: string | null }
    >(
      `select a.id, a.creditor_id as "creditorId", a.debtor_id as "debtorId", a.status,
         a.amount_due_minor as "amountDueMinor", d.province, d.stated_zone as "statedZone",
         clock_timestamp() as clock
       from account a join debtor d on d.id = a.debtor_id where a.id = $1`,
      [settling.accountId],
    ),
    `account ${settling.accountId}`,
  );
  const zones = candidateZones({ province, statedZone });
  return { ...account, zones, now: settling.now ?? account.clock };
}

async function readPayments(tx: Transaction, accountId: string): Promise<PaidFact[]> {
  const { rows } = await tx.query<PaidFact>(
    `select p.id, p.amount_minor as "amountMinor", p.paid_at as "paidAt",
       p.received_at as "receivedAt", p.reversed_at as "reversedAt"
     from payment p join account a on a.id = p.account_id and a.currency = p.currency
     where p.account_id = $1`,
    [accountId],
  );
  return rows;
}

/**
 * Keeps since when nothing is left due, for creditors who tell what is owed and not what was paid. What
 * becomes due later is another debt; a payment that is taken back is the same one.
 */
async function noteCleared(
  tx: Transaction,
  { id, amountDueMinor, status, now }: PromiseAccount,
  promises: readonly ReadPromise[],
  payments: readonly PaidFact[],
): Promise<ReadPromise[]> {
  const isCleared = amountDueMinor === 0n || status !== 'open';
  const isTakenBack = (since: Date): boolean =>
    payments.some(({ reversedAt }) => reversedAt !== null && reversedAt > since);
  const noted = promises.map((promise): ReadPromise => {
    const { clearedAt } = promise;
    if (clearedAt === null) return isCleared ? { ...promise, clearedAt: now } : promise;
    return !isCleared && isTakenBack(clearedAt) ? { ...promise, clearedAt: null } : promise;
  });
  const changed = noted.filter((one, index) => one.clearedAt !== promises[index]?.clearedAt);
  for (const { id: promiseId, clearedAt } of changed)
    await tx.query('update promise set cleared_at = $2 where id = $1 and account_id = $3', [
      ...[promiseId, clearedAt, id],
    ]);
  return noted;
}

type Judged = ReadPromise & { readonly judged: JudgedPromise };

async function writeDifference(
  tx: Transaction,
  promise: Judged,
  { cause, actor }: Settling,
): Promise<void> {
  const { id, before, judged } = promise;
  const steps = stepsOf(promise);
  if (steps.length === 0 && isAsKept(promise)) return;
  const { state, reason, keptMinor, decidedAt, silentUntil } = judged;
  await tx.query(
    `update promise set state = $2, kept_minor = $3, decided_at = $4, decided_reason = $5,
       judge_at = $6 where id = $1`,
    [id, state, keptMinor, decidedAt, decidedAt === null ? null : reason, silentUntil],
  );
  let from = before;
  for (const to of steps) {
    const told = whoAndWhy(promise, to) ?? { reason, actor };
    await keepChange(tx, { promiseId: id, from, to, cause, ...told });
    from = to;
  }
}

/** The states that it goes through; more of it came without a new state: the same once more. */
function stepsOf({ before, judged, keptMinor }: Judged): readonly PromiseState[] {
  const path = promisePath(before, judged.state);
  const cameMore = judged.state === 'partially_kept' && judged.keptMinor !== keptMinor;
  return path.length === 0 && cameMore ? [judged.state] : path;
}

const isAsKept = ({ judged, keptMinor, judgeAt }: Judged): boolean =>
  judged.keptMinor === keptMinor && judged.silentUntil?.getTime() === judgeAt?.getTime();

/** Of a change that a person asked for; null: it follows from the facts. */
function whoAndWhy(
  { approvedBy, end, endedBy, endNote }: Judged,
  to: PromiseState,
): { readonly reason: PromiseReason; readonly actor: string; readonly note?: string } | null {
  if (to === 'approved' && approvedBy !== null) return { reason: 'approved', actor: approvedBy };
  if (end?.as !== to || endedBy === null) return null;
  const note = endNote === null ? {} : { note: endNote };
  return { reason: end.reason, actor: endedBy, ...note };
}
