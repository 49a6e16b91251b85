import type { PhoneFacts, PhoneOnFile } from '../domain/import-plan';
import type { PhoneOwner } from '../domain/phone-owner';
import type { Transaction } from './database';
import { newId } from './new-id';

/** debtor id -> E.164 -> phone. */
export async function findPhoneOwners(
  tx: Transaction,
  debtorIds: readonly string[],
): Promise<Map<string, Map<string, PhoneOnFile>>> {
  const { rows } = await tx.query<{ debtorId: string; e164: string; owner: PhoneOwner }>(
    `select debtor_id as "debtorId", e164, owner from phone where debtor_id = any($1)`,
    [debtorIds],
  );
  const byDebtor = new Map<string, Map<string, PhoneOnFile>>();
  for (const { debtorId, e164, owner } of rows) {
    const phones = byDebtor.get(debtorId) ?? new Map<string, PhoneOnFile>();
    byDebtor.set(debtorId, phones.set(e164, { owner }));
  }
  return byDebtor;
}

/** Adds numbers behind those that the debtor has. */
export async function insertPhones(tx: Transaction, phones: readonly PhoneFacts[]): Promise<void> {
  if (phones.length === 0) return;
  const at = new Date();
  await tx.query(
    `insert into phone (id, debtor_id, e164, owner, line, position)
     select id, debtor_id, e164, owner, line,
       (select coalesce(max(position), 0) from phone p where p.debtor_id = new.debtor_id)
         + row_number() over (partition by debtor_id order by number)
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[])
       with ordinality as new (id, debtor_id, e164, owner, line, number)
     on conflict (debtor_id, e164) do nothing`,
    [
      phones.map(() => newId(at)),
      phones.map(({ debtorId }) => debtorId),
      phones.map(({ e164 }) => e164),
      phones.map(({ owner }) => owner),
      phones.map(({ line }) => line),
    ],
  );
}

/**
 * Numbers that turn out to be somebody else's. One that was dialed keeps the owner that its
 * attempts rest on, and is retired instead.
 */
export async function disownPhones(tx: Transaction, phones: readonly PhoneFacts[]): Promise<void> {
  if (phones.length === 0) return;
  await tx.query(
    `update phone set updated_at = now(),
       owner = case when dialed then phone.owner else facts.owner end,
       status = case when dialed then 'retired' else status end
     from (
       select new.*, exists (
         select 1 from attempt join phone p on p.id = attempt.phone_id
         where p.debtor_id = new.debtor_id and p.e164 = new.e164
           and attempt.debtor_id = new.debtor_id) as dialed
       from unnest($1::uuid[], $2::text[], $3::text[]) as new (debtor_id, e164, owner)
     ) facts
     where phone.debtor_id = facts.debtor_id and phone.e164 = facts.e164
       and phone.debtor_id = any($1)`,
    [
      phones.map(({ debtorId }) => debtorId),
      phones.map(({ e164 }) => e164),
      phones.map(({ owner }) => owner),
    ],
  );
}
