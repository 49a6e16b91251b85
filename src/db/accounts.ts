import type { AccountFacts } from '../domain/import-plan';
import type { Transaction } from './database';

export interface AccountOnFile {
  readonly debtorId: string;
  /** Hex. */
  readonly contentHash: string;
}

/** The creditor's own number of the account -> what an import compares with. */
export async function findAccountsOnFile(
  tx: Transaction,
  creditorId: string,
  externalIds: readonly string[],
): Promise<Map<string, AccountOnFile>> {
  const { rows } = await tx.query<AccountOnFile & { externalId: string }>(
    `select external_id as "externalId", debtor_id as "debtorId",
       encode(content_hash, 'hex') as "contentHash"
     from account where creditor_id = $1 and external_id = any($2)`,
    [creditorId, externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row]));
}

/**
 * Writes accounts of an import. An amount of 0 means paid; one above 0 opens a paid account
 * again, and leaves a closed one closed. When it is called next and why it may not be stays as
 * it is: that was decided by calls and people, not by a file.
 */
export async function upsertAccounts(
  tx: Transaction,
  creditorId: string,
  accounts: readonly AccountFacts[],
): Promise<void> {
  if (accounts.length === 0) return;
  const rows = accounts
    .map(({ debtorId, planned: { row, contentHash } }) => ({
      debtorId,
      contentHash,
      externalId: row.externalAccountId,
      product: row.product,
      currency: row.currency,
      amountDueMinor: row.amountDueMinor.toString(),
      dueDate: row.dueDate,
    }))
    .sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  await tx.query(
    `insert into account (creditor_id, debtor_id, external_id, product, currency,
       amount_due_minor, due_date, status, content_hash)
     select $2, "debtorId", "externalId", product, currency, "amountDueMinor", "dueDate",
       case when "amountDueMinor" = 0 then 'paid' else 'open' end, decode("contentHash", 'hex')
     from jsonb_to_recordset($1) as new ("debtorId" uuid, "externalId" text, product text,
       currency text, "amountDueMinor" bigint, "dueDate" date, "contentHash" text)
     on conflict (creditor_id, external_id) do update set
       product = excluded.product, currency = excluded.currency,
       amount_due_minor = excluded.amount_due_minor, due_date = excluded.due_date,
       content_hash = excluded.content_hash, updated_at = now(),
       status = case when account.status = 'closed' then 'closed' else excluded.status end,
       next_attempt_at = case
         when account.status = 'paid' and excluded.status = 'open' and account.blocked_reason is null
           then coalesce(account.next_attempt_at, now())
         else account.next_attempt_at end`,
    [JSON.stringify(rows), creditorId],
  );
}

/** Blocks the accounts of debtors without a number to call, and frees those that have one now. */
export async function settleDialable(tx: Transaction, debtorIds: readonly string[]): Promise<void> {
  if (debtorIds.length === 0) return;
  await tx.query(
    `update account set updated_at = now(),
       blocked_reason = case when dialable then null else 'no_dialable_phone' end,
       -- the gate took its next moment away with the last number
       next_attempt_at = case when dialable then coalesce(next_attempt_at, now()) end
     from (
       select id, exists (
         select 1 from phone where debtor_id = debtor.id and owner = 'debtor' and status = 'active'
       ) as dialable
       from debtor where id = any($1)
     ) person
     where account.debtor_id = person.id
       and account.blocked_reason is not distinct from
         (case when dialable then 'no_dialable_phone' end)`,
    [debtorIds],
  );
}
