import type { QueryResultRow } from 'pg';
import type { FieldProblem } from '../domain/field-problem';
import { one, type Transaction } from './database';

/** What became of a fact that somebody wants kept. */
export type FactWrite<T> =
  | { readonly kind: 'written'; readonly fact: T }
  /** The same source has told the same before: nothing was changed. */
  | { readonly kind: 'repeated'; readonly fact: T }
  /** It refers to something that is not there, or contradicts what is. */
  | { readonly kind: 'refused'; readonly problem: FieldProblem };

export const refusedFact = (
  field: string,
  reason: string,
  accepted: string,
): { readonly kind: 'refused'; readonly problem: FieldProblem } => ({
  kind: 'refused',
  problem: { field, reason, accepted },
});

/** The source's id stands for something else already. */
export const otherFact = (what: string): ReturnType<typeof refusedFact> =>
  refusedFact('externalId', `names another ${what} of this source`, 'a new id, or the same facts');

/**
 * What the same source has told before under this id; null: nothing, or the fact has no id.
 * @param select up to its `from`, of a table with `source` and `external_id`
 */
export async function findByOrigin<Fact extends QueryResultRow>(
  tx: Transaction,
  select: string,
  { source, externalId }: { readonly source: string; readonly externalId?: string | undefined },
): Promise<Fact | null> {
  if (externalId === undefined) return null;
  const { rows } = await tx.query<Fact>(`${select} where source = $1 and external_id = $2`, [
    source,
    externalId,
  ]);
  return rows[0] ?? null;
}

/** Do two lists of values say the same? What is left out is null, instants are compared as such. */
export function sayTheSame(kept: readonly unknown[], told: readonly unknown[]): boolean {
  return JSON.stringify(kept) === JSON.stringify(told);
}

/** The instant of a caller's text, to be compared with one that was kept. */
export function instantOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

/** Whom and what a fact is about. */
export interface FactSubject {
  readonly debtorId: string | null;
  readonly accountId?: string | null;
  /** E.164. */
  readonly number?: string | null;
  readonly creditorId: string | null;
}

export interface LockedSubject {
  readonly kind: 'locked';
  /** Null: a number, whoever has it. */
  readonly debtorId: string | null;
  /** Whose books it belongs in: the creditor named, else the account's; null: the installation's. */
  readonly creditorId: string | null;
  /** Everybody whom it bears on, locked. */
  readonly persons: readonly string[];
  /** The database's clock. */
  readonly now: Date;
}

/**
 * Locks everybody whom the fact bears on, then the number, in the house's order. The gate decides
 * under the same locks: what is written here comes wholly before or wholly after its decision.
 */
export async function lockSubject(
  tx: Transaction,
  subject: FactSubject,
): Promise<LockedSubject | ReturnType<typeof refusedFact>> {
  const account =
    typeof subject.accountId !== 'string' ? null : await findOwner(tx, subject.accountId);
  const problem = await wrongReference(tx, subject, account);
  if (problem !== null) return problem;
  const debtorId = subject.debtorId ?? account?.debtorId ?? null;
  const persons = await lockPersons(tx, debtorId, subject.number ?? null);
  if (debtorId !== null && persons.length === 0) {
    return refusedFact('debtorId', 'there is no such person', 'the id of a debtor');
  }
  const clock = await tx.query<{ now: Date }>('select clock_timestamp() as now', []);
  const creditorId = subject.creditorId ?? account?.creditorId ?? null;
  return { kind: 'locked', debtorId, creditorId, persons, now: one(clock, 'clock').now };
}

interface AccountOwner {
  readonly debtorId: string;
  readonly creditorId: string;
}

/** What the subject refers to that is not there, or belongs to somebody else. */
async function wrongReference(
  tx: Transaction,
  subject: FactSubject,
  account: AccountOwner | null,
): Promise<ReturnType<typeof refusedFact> | null> {
  if (account === null) {
    if (typeof subject.accountId === 'string') {
      return refusedFact('accountId', 'there is no such account', 'the id of an account');
    }
    return subject.creditorId === null || (await creditorExists(tx, subject.creditorId))
      ? null
      : refusedFact('creditorId', 'there is no such creditor', 'the id of a creditor');
  }
  if (subject.debtorId !== null && subject.debtorId !== account.debtorId) {
    return refusedFact('accountId', 'is another person’s', 'an account of the person');
  }
  return subject.creditorId === null || subject.creditorId === account.creditorId
    ? null
    : refusedFact('creditorId', 'is not the account’s', 'its creditor, or leave it out');
}

async function findOwner(tx: Transaction, accountId: string): Promise<AccountOwner | null> {
  const { rows } = await tx.query<AccountOwner>(
    `select debtor_id as "debtorId", creditor_id as "creditorId" from account where id = $1`,
    [accountId],
  );
  return rows[0] ?? null;
}

async function creditorExists(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.query('select 1 from creditor where id = $1', [id])).rowCount === 1;
}

/** The person, or everybody who has the number, by id; then the number itself. */
async function lockPersons(
  tx: Transaction,
  debtorId: string | null,
  e164: string | null,
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    debtorId === null
      ? `select id from debtor where id in (select debtor_id from phone where e164 = $1)
         order by id for no key update`
      : 'select id from debtor where id = $1 for no key update',
    [debtorId ?? e164],
  );
  if (e164 !== null) {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [e164]);
  }
  return rows.map((row) => row.id);
}

/**
 * A reason not to call is gone, or a better time is known: what waits because of a denial is looked
 * at again at once. What waits for a promise, a callback or a retry goes on waiting.
 */
export async function lookAgain(tx: Transaction, persons: readonly string[]): Promise<void> {
  await tx.query(
    `update account a set next_attempt_at = now(), updated_at = now()
     where a.debtor_id = any($1) and a.status = 'open' and a.blocked_reason is null
       and a.next_attempt_at > now()
       and (a.put_off_until = a.next_attempt_at
         or (select d.verdict from decision d where d.account_id = a.id order by d.id desc limit 1) = 'deny')`,
    [persons],
  );
  await tx.query(
    `update message set next_at = clock_timestamp()
     where debtor_id = any($1) and state = 'queued' and cause <> 'gateway_refused'
       and next_at > clock_timestamp()`,
    [persons],
  );
}
