import { describeDebt, type Debt, type Instalment } from '../domain/debt';
import {
  foldDebt,
  type AdjustmentFact,
  type DebtFacts,
  type FoldedDebt,
} from '../domain/fold-debt';
import { candidateZones } from '../domain/province-zone';
import { readCollectionPolicy } from './collection-policies';
import type { Queryable } from './database';

/** An account's own columns, as far as its debt goes. */
export interface DebtAccount {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly currency: string;
  readonly status: 'open' | 'paid' | 'closed';
  readonly dueDate: string;
  readonly amountDueMinor: bigint;
  readonly creditMinor: bigint;
  readonly statedMinor: bigint;
  readonly statedAtUs: bigint;
  readonly statedZone: string | null;
  readonly province: string | null;
  /** The database's clock. */
  readonly now: Date;
}

/** An account with what its money comes to by the facts. */
export interface AccountDebt {
  readonly account: DebtAccount;
  readonly facts: DebtFacts;
  readonly folded: FoldedDebt;
}

const MICROSECONDS = (at: string): string => `(extract(epoch from ${at}) * 1000000)::bigint`;

/** What is owed now, by the facts; null: no such account. */
export async function readDebt(db: Queryable, accountId: string): Promise<Debt | null> {
  const found = await foldAccount(db, accountId);
  if (found === null) return null;
  const { account, folded } = found;
  return describeDebt({
    accountId,
    creditorId: account.creditorId,
    currency: account.currency,
    instalments: folded.instalments,
    zones: candidateZones(account),
    asOf: account.now,
  });
}

/** Reads the facts of an account's debt and adds them up; null: no such account. */
export async function foldAccount(db: Queryable, accountId: string): Promise<AccountDebt | null> {
  const account = await readAccount(db, accountId);
  if (account === null) return null;
  const [stated, payments, adjustments, { policy }] = await Promise.all([
    readStated(db, account),
    readPayments(db, account),
    readAdjustments(db, accountId),
    readCollectionPolicy(db, account.creditorId),
  ]);
  const { statedAtUs } = account;
  const facts = { statedAtUs, stated, payments, adjustments, policy: policy.allocation };
  return { account, facts, folded: foldDebt(facts) };
}

async function readAccount(db: Queryable, id: string): Promise<DebtAccount | null> {
  const { rows } = await db.query<DebtAccount>(
    `select a.id, a.creditor_id as "creditorId", a.debtor_id as "debtorId", a.currency, a.status,
       a.due_date as "dueDate", a.amount_due_minor as "amountDueMinor",
       a.credit_minor as "creditMinor", a.stated_minor as "statedMinor",
       ${MICROSECONDS('a.stated_at')} as "statedAtUs", d.stated_zone as "statedZone", d.province,
       clock_timestamp() as now
     from account a join debtor d on d.id = a.debtor_id where a.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

async function readStated(db: Queryable, account: DebtAccount): Promise<readonly Instalment[]> {
  const { rows } = await db.query<
    Omit<Instalment, 'outstanding'> & { [Key in keyof Instalment['outstanding']]: bigint }
  >(
    `select id, number, due_date as "dueDate", principal_minor as "principalMinor",
       interest_minor as "interestMinor", penalty_minor as "penaltyMinor", fee_minor as "feeMinor"
     from instalment where account_id = $1 and superseded_at is null`,
    [account.id],
  );
  if (rows.length > 0)
    return rows.map(({ id, number, dueDate, ...outstanding }) => ({
      ...{ id, number, dueDate },
      outstanding,
    }));
  const { id, dueDate, statedMinor: principalMinor } = account;
  const none = { interestMinor: 0n, penaltyMinor: 0n, feeMinor: 0n };
  return [{ id, number: 1, dueDate, outstanding: { principalMinor, ...none } }];
}

/** A payment in another currency than the debt's says nothing of it. */
async function readPayments(
  db: Queryable,
  { id, currency }: DebtAccount,
): Promise<DebtFacts['payments']> {
  const { rows } = await db.query<DebtFacts['payments'][number]>(
    `select id, provider || ' ' || provider_payment_id as key, amount_minor as "amountMinor",
       paid_at as "paidAt", ${MICROSECONDS('received_at')} as "receivedAtUs",
       ${MICROSECONDS('reversed_at')} as "reversedAtUs"
     from payment where account_id = $1 and currency = $2`,
    [id, currency],
  );
  return rows;
}

async function readAdjustments(
  db: Queryable,
  accountId: string,
): Promise<DebtFacts['adjustments']> {
  const { rows } = await db.query<AdjustmentFact>(
    `select id, kind, amount_minor as "amountMinor", instalment_number as "instalmentNumber",
       ${MICROSECONDS('created_at')} as "createdAtUs"
     from adjustment where account_id = $1 and voided_at is null`,
    [accountId],
  );
  return rows;
}
