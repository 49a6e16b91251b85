import type { AccountFacts } from '../domain/import-plan';
import type { Transaction } from './database';
import { newId } from './new-id';

/**
 * Which accounts of a file are not on file as it has them.
 * @returns the creditor's own number of the account -> its debtor on file; null: a new account.
 */
export async function findDiffering(
  tx: Transaction,
  creditorId: string,
  accounts: readonly { readonly externalId: string; readonly contentHash: string }[],
): Promise<Map<string, string | null>> {
  const { rows } = await tx.query<{ externalId: string; debtorId: string | null }>(
    `select new.external_id as "externalId", on_file.debtor_id as "debtorId"
     from unnest($2::text[], $3::text[]) as new (external_id, content_hash)
     -- "limit" makes it one look into the index a row: a bare join may read every account there is
     left join lateral (select debtor_id, content_hash from account
       where creditor_id = $1 and external_id = new.external_id limit 1) on_file on true
     where on_file.content_hash is distinct from decode(new.content_hash, 'hex')`,
    [
      creditorId,
      accounts.map(({ externalId }) => externalId),
      accounts.map(({ contentHash }) => contentHash),
    ],
  );
  return new Map(rows.map((row) => [row.externalId, row.debtorId]));
}

/**
 * Writes accounts of an import. An amount of 0 means paid; one above 0 opens a paid account
 * again, and leaves a closed one closed. Why it may not be called, and a moment to come, stay as
 * they are: that was decided by calls and people, not by a file.
 */
export async function upsertAccounts(
  tx: Transaction,
  creditorId: string,
  accounts: readonly AccountFacts[],
): Promise<void> {
  if (accounts.length === 0) return;
  const at = new Date();
  const sorted = accounts
    .map(({ debtorId, planned: { row, contentHash } }) => ({ ...row, debtorId, contentHash }))
    .sort((a, b) => (a.externalAccountId < b.externalAccountId ? -1 : 1));
  await tx.query(
    `insert into account (id, creditor_id, debtor_id, external_id, product, currency,
       amount_due_minor, due_date, status, content_hash, stated_minor, stated_at, notice_mailed_on)
     select id, $1, debtor_id, external_id, product, currency, amount_due_minor, due_date,
       case when amount_due_minor = 0 then 'paid' else 'open' end, decode(content_hash, 'hex'),
       amount_due_minor, least(coalesce(stated_at, now()), now()), notice_mailed_on
     from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::date[],
       $9::text[], $10::timestamptz[], $11::date[]) as new (id, debtor_id, external_id, product,
       currency, amount_due_minor, due_date, content_hash, stated_at, notice_mailed_on)
     on conflict (creditor_id, external_id) do update set
       product = excluded.product, currency = excluded.currency,
       amount_due_minor = excluded.amount_due_minor, due_date = excluded.due_date,
       content_hash = excluded.content_hash, updated_at = now(),
       stated_minor = excluded.stated_minor, stated_at = excluded.stated_at,
       -- a file that does not say it does not take it back
       notice_mailed_on = coalesce(excluded.notice_mailed_on, account.notice_mailed_on),
       status = case when account.status = 'closed' then 'closed' else excluded.status end,
       next_attempt_at = case
         when account.blocked_reason is not null then account.next_attempt_at
         when account.status = 'paid' and excluded.status = 'open'
           then greatest(account.next_attempt_at, now())
         -- it is due, and what campaigns choose and order by has changed: due from now on, so that
         -- it is announced again (the selection looks at what became due since it looked last)
         when account.status = 'open' and account.next_attempt_at <= now()
           and (account.product, account.amount_due_minor, account.due_date, account.status)
             is distinct from
               (excluded.product, excluded.amount_due_minor, excluded.due_date, excluded.status)
           then now()
         else account.next_attempt_at end`,
    [
      creditorId,
      sorted.map(() => newId(at)),
      sorted.map(({ debtorId }) => debtorId),
      sorted.map(({ externalAccountId }) => externalAccountId),
      sorted.map(({ product }) => product),
      sorted.map(({ currency }) => currency),
      sorted.map(({ amountDueMinor }) => amountDueMinor.toString()),
      sorted.map(({ dueDate }) => dueDate),
      sorted.map(({ contentHash }) => contentHash),
      sorted.map(({ debt }) => debt?.statedAt ?? null),
      sorted.map(({ noticeMailedOn }) => noticeMailedOn),
    ],
  );
}

/** Blocks the accounts of debtors without a number to call, and frees those that have one now. */
export async function settleDialable(tx: Transaction, debtorIds: readonly string[]): Promise<void> {
  if (debtorIds.length === 0) return;
  // "limit" makes it one look into the index a person: a bare "exists" may read every phone there is
  const dialable = `(select true from phone
    where phone.debtor_id = account.debtor_id and owner = 'debtor' and phone.status = 'active' limit 1)`;
  // a number is the person's: it is good, or bad, for the accounts of every creditor
  await tx.unscoped.query(
    `update account set updated_at = now(),
       blocked_reason = case when ${dialable} then null else 'no_dialable_phone' end,
       -- the gate took its next moment away with the last number
       next_attempt_at = case when ${dialable} then greatest(next_attempt_at, now()) end
     where debtor_id = any($1) and blocked_reason is not distinct from
       (case when ${dialable} then 'no_dialable_phone' end)`,
    [debtorIds],
  );
}
