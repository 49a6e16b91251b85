import type { Queryable } from '../database';

/** What the recipient of a hand-over needs to collect, and no more: nothing of anybody's need or health. */
export interface HandedAccount {
  readonly accountId: string;
  readonly externalId: string;
  readonly name: string;
  readonly province: string | null;
  readonly language: string;
  readonly product: string | null;
  readonly currency: string;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly dueDate: string;
  /** E.164: the person's own numbers that may be dialed, in order. */
  readonly phones: string[];
  readonly recalledAt: Date | null;
}

export async function listHandedAccounts(
  db: Queryable,
  handOverId: string,
): Promise<HandedAccount[]> {
  const { rows } = await db.query<HandedAccount>(
    `select a.id as "accountId", a.external_id as "externalId", d.name, d.province, d.language,
       a.product, a.currency, a.amount_due_minor::text as "amountDueMinor", a.due_date as "dueDate",
       array(select e164 from phone where debtor_id = d.id and owner = 'debtor' and status = 'active'
         order by position, id) as phones, h.recalled_at as "recalledAt"
     from hand_over_account h join account a on a.id = h.account_id
     join debtor d on d.id = a.debtor_id
     where h.hand_over_id = $1 order by a.external_id`,
    [handOverId],
  );
  return rows;
}
