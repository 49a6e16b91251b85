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
  const indexes = await dropIndexes(db);
  for (let first = from + 1; first <= size; first += CHUNK) {
    const last = Math.min(size, first + CHUNK - 1);
    await db.transaction(async (tx) => {
      // every row refers to one of the same statement: looking each up again is all that it saves
      await tx.query(`set local session_replication_role = replica`);
      await tx.query(`set local statement_timeout = 0`);
      await tx.query(
        `with made as materialized (
           select n, new_id() as debtor_id, new_id() as account_id, random() as b,
             random() as c, (10 ^ (7 + 4 * random()))::bigint as owed
           from generate_series($2::int, $3::int) n),
         people as (
           insert into debtor (id, name, province)
           select debtor_id, 'Orang ' || n, 'ID-JK' from made),
         numbers as (
           insert into phone (debtor_id, e164, owner)
           select debtor_id, '+628' || (1200000000 + n), 'debtor' from made)
         insert into account (id, creditor_id, debtor_id, external_id, product, currency,
           amount_due_minor, stated_minor, due_date, next_attempt_at, content_hash)
         select account_id, $1, debtor_id, 'A-' || n, 'pinjaman', 'IDR', owed, owed,
           current_date - (1 + 180 * b)::int, now() - c * interval '2 days', ''
         from made`,
        [creditorId, first, last],
      );
    });
  }
  await slow(db, ...indexes);
}

/** They are made again in a tenth of the time that it takes to fill them row by row. */
async function dropIndexes(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ name: string; made: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made
     from pg_index where indrelid in ('account'::regclass, 'phone'::regclass)
       and not indisunique`,
  );
  for (const { name } of rows) await db.query(`drop index ${name}`);
  return rows.map(({ made }) => made);
}

/**
 * Makes every account ready that is not, with the formula of the rank in SQL: choosing costs the same
 * however they got there, and the product's own way is measured by itself.
 */
export async function makeRestReady(db: Database, campaignId: string): Promise<void> {
  await slow(
    db,
    `insert into ready_account (campaign_id, account_id, rank, good_until, chance, campaign_version)
     select '${campaignId}', a.id,
       0.25 * (log(a.amount_due_minor + 1) / 12 + least((current_date - a.due_date) / 90.0, 1)) / 3
         - extract(epoch from a.next_attempt_at - '2026-01-01T00:00:00Z') / 86400,
       now() + interval '1 day', 0.25, 1
     from account a on conflict do nothing`,
  );
}

async function slow(db: Database, ...statements: string[]): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('set local statement_timeout = 0');
    await tx.query(`set local maintenance_work_mem = '512MB'`);
    for (const statement of statements) await tx.query(statement);
  });
}
