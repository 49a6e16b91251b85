import type { Database } from '../../../src/db/database';

/** Rows that one statement makes. */
const CHUNK = 50_000;

/**
 * Adds made-up people with one number and one due account each, until the creditor has `size`
 * accounts: balances from thousands to hundreds of millions of rupiah, up to 180 days past due, due
 * since some moment of the last two days.
 */
export async function growPortfolio(
  db: Database,
  creditorId: string,
  from: number,
  size: number,
): Promise<void> {
  for (let first = from + 1; first <= size; first += CHUNK) {
    const last = Math.min(size, first + CHUNK - 1);
    await db.transaction(async (tx) => {
      // every row refers to one of the same statement: looking each up again is all that it saves
      await tx.query(`set local session_replication_role = replica`);
      await tx.query(`set local statement_timeout = 0`);
      await tx.query(
        `with made as materialized (
           select n, new_id() as debtor_id, new_id() as account_id, random() as a, random() as b,
             random() as c
           from generate_series($2::int, $3::int) n),
         people as (
           insert into debtor (id, name, province)
           select debtor_id, 'Orang ' || n, 'ID-JK' from made),
         numbers as (
           insert into phone (debtor_id, e164, owner)
           select debtor_id, '+628' || (1200000000 + n), 'debtor' from made)
         insert into account (id, creditor_id, debtor_id, external_id, product, currency,
           amount_due_minor, due_date, next_attempt_at, content_hash)
         select account_id, $1, debtor_id, 'A-' || n, 'pinjaman', 'IDR',
           (10 ^ (7 + 4 * a))::bigint, current_date - (1 + 180 * b)::int,
           now() - c * interval '2 days', ''
         from made`,
        [creditorId, first, last],
      );
    });
  }
}
