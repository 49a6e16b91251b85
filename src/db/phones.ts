import type { PhoneFacts, PhoneOnFile } from '../domain/import-plan';
import type { PhoneOwner } from '../domain/phone-owner';
import type { Transaction } from './database';

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

const PHONE_RECORD = `jsonb_to_recordset($1) as new
  ("debtorId" uuid, e164 text, owner text, line text, number int)`;

/** Adds numbers behind those that the debtor has. */
export async function insertPhones(tx: Transaction, phones: readonly PhoneFacts[]): Promise<void> {
  if (phones.length === 0) return;
  await tx.query(
    `insert into phone (debtor_id, e164, owner, line, position)
     select "debtorId", e164, owner, line,
       (select coalesce(max(position), 0) from phone where debtor_id = "debtorId")
         + row_number() over (partition by "debtorId" order by number)
     from ${PHONE_RECORD}
     on conflict (debtor_id, e164) do nothing`,
    [JSON.stringify(phones.map((phone, number) => ({ ...phone, number })))],
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
         where p.debtor_id = new."debtorId" and p.e164 = new.e164
           and attempt.debtor_id = new."debtorId") as dialed
       from ${PHONE_RECORD}
     ) facts
     where phone.debtor_id = facts."debtorId" and phone.e164 = facts.e164`,
    [JSON.stringify(phones)],
  );
}
