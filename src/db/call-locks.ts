import type { Queryable, Transaction } from './database';
import type { CallAsked } from './dialing-facts';

/**
 * The locks of a call that come after the debtor's, as parts of a statement: `taken`, the account,
 * then `numbers`, every number that may be dialed, in sorted order. Whoever counts the attempts on
 * a number holds its lock. They are taken when {@link LOCKED_NUMBERS} is read.
 * @param account expression for its id; null locks nothing
 * @param phone expression: this number alone; null: any of the debtor's own
 */
export const callLocks = (account: string, phone: string): string => `
  taken as materialized (
    select id, debtor_id from account where id = ${account} for no key update),
  ${numberLocks(phone)}`;

/** The numbers of {@link callLocks}, where `taken` has the account. A person has a number once. */
export const numberLocks = (phone: string): string => `
  numbers as materialized (
    select e164, pg_advisory_xact_lock(key) from (
      select p.e164, hashtextextended(p.e164, 0) as key
      from phone p join taken t on t.debtor_id = p.debtor_id
      where p.status = 'active' and case when ${phone}::uuid is null then p.owner = 'debtor'
        else p.id = ${phone}::uuid end
      order by key) sorted)`;

/** E.164. */
export const LOCKED_NUMBERS = `array(select e164 from numbers)`;

/**
 * The account that the transaction locked last, by {@link rememberLocked}: for a statement that is sent
 * before the answer of the one that takes the locks, and sees what was committed until it began.
 * Null: none.
 */
export const LOCKED_ACCOUNT = `nullif(current_setting('santun.locked_account', true), '')::uuid`;

/** A column for the statement that takes the locks. @param account expression for its id; null: none */
export const rememberLocked = (account: string): string =>
  `set_config('santun.locked_account', coalesce(${account}::text, ''), true) as remembered`;

/** An account under every lock of its call. */
export interface LockedAccount {
  readonly accountId: string;
  /** E.164: no other number may be asked about, for its attempts are not counted exactly. */
  readonly numbers: readonly string[];
}

/**
 * Takes every lock of a call, the debtor's first; null, without waiting, when somebody is deciding
 * about this person. What is so of the call must be read afterwards, by another statement.
 */
export async function lockFreeCall(
  tx: Transaction,
  accountId: string,
): Promise<LockedAccount | null> {
  const { rows } = await tx.query<LockedAccount>(
    `with person as materialized (
       select id from debtor where id = (select debtor_id from account where id = $1)
       for no key update skip locked),
     ${callLocks('(select $1::uuid from person)', 'null')}
     select $1 as "accountId", ${LOCKED_NUMBERS} as numbers from person`,
    [accountId],
  );
  return rows[0] ?? null;
}

/** Locks a person, whoever else is deciding about them. */
export async function lockDebtor(db: Queryable, debtorId: string): Promise<void> {
  await db.query('select from debtor where id = $1 for no key update', [debtorId]);
}

/** Locks the account's debtor, whoever else is deciding about this person. */
export async function lockDebtorOf(tx: Transaction, accountId: string): Promise<void> {
  await tx.query(
    `select from debtor where id = (select debtor_id from account where id = $1)
     for no key update`,
    [accountId],
  );
}

/** Locks the account's debtor, then the account: what is decided of its money and promises takes turns. */
export async function lockAccount(tx: Transaction, accountId: string): Promise<void> {
  await lockDebtorOf(tx, accountId);
  await tx.query('select from account where id = $1 for no key update', [accountId]);
}

/** Takes the locks of a call that come after the debtor's, which the caller holds. */
export async function lockCall(
  tx: Transaction,
  asked: Pick<CallAsked, 'accountId' | 'phoneId'>,
): Promise<void> {
  await tx.query(`with ${callLocks('$1', '$2')} select ${LOCKED_NUMBERS} as numbers`, [
    asked.accountId,
    asked.phoneId,
  ]);
}
