import type { AccountFacts } from '../domain/import-plan';
import type { Transaction } from './database';
import { replaceInstructions } from './payment-instructions';
import { settleAccount } from './settle-account';
import { stopForPaid } from './settle-debt';

/**
 * Writes what rows say of debts beside their amounts; the accounts are written already. Instalments of
 * an account that is stated anew, and that the row does not name, are of its past.
 */
export async function writeStatedDebts(
  tx: Transaction,
  creditorId: string,
  accounts: {
    readonly created: readonly AccountFacts[];
    readonly changed: readonly AccountFacts[];
  },
): Promise<void> {
  if (accounts.changed.length > 0) {
    await tx.query(
      `update instalment set superseded_at = now() where superseded_at is null and account_id in (
         select id from account where creditor_id = $1 and external_id = any($2))`,
      [creditorId, accounts.changed.map(externalIdOf)],
    );
  }
  const stated = [...accounts.created, ...accounts.changed];
  const instalments = stated.flatMap((each) =>
    (each.planned.row.debt?.instalments ?? []).map(({ amounts, number, dueDate }) => ({
      ...{ external_id: externalIdOf(each), number, due_date: dueDate },
      principal_minor: amounts.principalMinor.toString(),
      interest_minor: amounts.interestMinor.toString(),
      penalty_minor: amounts.penaltyMinor.toString(),
      fee_minor: amounts.feeMinor.toString(),
    })),
  );
  if (instalments.length > 0) {
    await tx.query(
      `insert into instalment (creditor_id, account_id, number, due_date, principal_minor,
         interest_minor, penalty_minor, fee_minor)
       select $1, a.id, s.number, s.due_date, s.principal_minor, s.interest_minor, s.penalty_minor,
         s.fee_minor
       from jsonb_to_recordset($2) as s (external_id text, number int, due_date date,
         principal_minor bigint, interest_minor bigint, penalty_minor bigint, fee_minor bigint)
       join account a on a.creditor_id = $1 and a.external_id = s.external_id
       on conflict (account_id, number) do update set due_date = excluded.due_date,
         principal_minor = excluded.principal_minor, interest_minor = excluded.interest_minor,
         penalty_minor = excluded.penalty_minor, fee_minor = excluded.fee_minor,
         superseded_at = null`,
      [creditorId, JSON.stringify(instalments)],
    );
  }
  for (const each of stated) {
    const instructions = each.planned.row.debt?.instructions ?? null;
    if (instructions === null) continue;
    const { rows } = await tx.query<{ id: string }>(
      'select id from account where creditor_id = $1 and external_id = $2',
      [creditorId, externalIdOf(each)],
    );
    const account = rows[0];
    if (account !== undefined)
      await replaceInstructions(tx, { id: account.id, creditorId }, instructions);
  }
}

/**
 * What follows for calls and for what else is known of accounts that were stated anew: those of which
 * nothing is due are silent, and whatever rests on the debt is brought into agreement with it. The
 * persons are locked.
 */
export async function settleStated(
  tx: Transaction,
  creditorId: string,
  changed: readonly AccountFacts[],
): Promise<void> {
  const externalIds = changed.map(externalIdOf);
  await tx.query(
    `update payment_silence set to_at = clock_timestamp() where to_at is null and account_id in (
       select id from account where creditor_id = $1 and external_id = any($2) and status <> 'paid')`,
    [creditorId, externalIds],
  );
  const paid = await tx.query<{ id: string; debtorId: string; creditorId: string }>(
    `select id, debtor_id as "debtorId", creditor_id as "creditorId" from account a
     where creditor_id = $1 and external_id = any($2) and status = 'paid'
       and not exists (select from payment_silence where account_id = a.id and to_at is null)
     order by debtor_id`,
    [creditorId, externalIds],
  );
  for (const account of paid.rows) await stopForPaid(tx, account);
  const { rows } = await tx.query<{ id: string }>(
    `select id from account a where creditor_id = $1 and external_id = any($2)
       and (exists (select from payment where account_id = a.id)
         or exists (select from adjustment where account_id = a.id)
         or exists (select from promise where account_id = a.id))
     order by debtor_id`,
    [creditorId, externalIds],
  );
  for (const { id } of rows) {
    await settleAccount(tx, { accountId: id, cause: 'account.stated', actor: 'import' });
  }
}

const externalIdOf = ({ planned }: AccountFacts): string => planned.row.externalAccountId;
