import type { Queryable } from '../../src/db/database';

/** Made-up people with one number and one account each, straight in the database. */
export async function addDebtors(db: Queryable, creditorId: string, count: number): Promise<void> {
  await db.query(
    `with person as (
       insert into debtor (name, province)
         select 'Orang ' || n, 'ID-JK' from generate_series(1, $2::int) n returning id, name),
     number as (
       insert into phone (debtor_id, e164, owner)
         select id, '+62812000' || lpad(substr(name, 7), 5, '0'), 'debtor' from person)
     insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor,
         due_date, content_hash)
       select $1, id, 'A-' || substr(name, 7), 'IDR', 15000000, '2026-10-01', '' from person`,
    [creditorId, count],
  );
}
