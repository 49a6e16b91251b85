import type { DebtorFacts } from '../domain/import-plan';
import type { Transaction } from './database';

/** The creditor's own names for debtors -> debtor id. */
export async function findDebtorReferences(
  tx: Transaction,
  creditorId: string,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const { rows } = await tx.query<{ externalId: string; debtorId: string }>(
    `select external_id as "externalId", debtor_id as "debtorId" from debtor_reference
     where creditor_id = $1 and external_id = any($2)`,
    [creditorId, externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row.debtorId]));
}

/**
 * Locks the debtors with one of the ids or identities, in the order of their ids.
 * @returns debtor id -> identity hash (hex) or null.
 */
export async function lockDebtors(
  tx: Transaction,
  ids: readonly string[],
  identityHashes: readonly string[],
): Promise<Map<string, string | null>> {
  const { rows } = await tx.query<{ id: string; identityHash: string | null }>(
    `select id, encode(identity_hash, 'hex') as "identityHash" from debtor
     where id = any($1)
        or identity_hash = any(array(select decode(hash, 'hex') from unnest($2::text[]) hash))
     order by id for no key update`,
    [ids, identityHashes],
  );
  return new Map(rows.map((row) => [row.id, row.identityHash]));
}

export async function newIds(tx: Transaction, count: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    'select new_id() as id from generate_series(1, $1)',
    [count],
  );
  return rows.map((row) => row.id);
}

const DEBTOR_RECORD = `jsonb_to_recordset($1) as new
  (id uuid, name text, "identityHash" text, province text, "timeZone" text)`;

export async function insertDebtors(
  tx: Transaction,
  debtors: readonly DebtorFacts[],
): Promise<void> {
  if (debtors.length === 0) return;
  await tx.query(
    `insert into debtor (id, name, identity_hash, province, stated_zone)
     select id, name, decode("identityHash", 'hex'), province, "timeZone" from ${DEBTOR_RECORD}`,
    [JSON.stringify(debtors)],
  );
}

/** What the facts leave empty stays as it is. */
export async function updateDebtors(
  tx: Transaction,
  debtors: readonly DebtorFacts[],
): Promise<void> {
  if (debtors.length === 0) return;
  await tx.query(
    `update debtor set name = new.name, updated_at = now(),
       province = coalesce(new.province, debtor.province),
       stated_zone = coalesce(new."timeZone", debtor.stated_zone),
       identity_hash = coalesce(debtor.identity_hash, decode(new."identityHash", 'hex'))
     from ${DEBTOR_RECORD} where debtor.id = new.id`,
    [JSON.stringify(debtors)],
  );
}

export async function insertDebtorReferences(
  tx: Transaction,
  creditorId: string,
  references: readonly { readonly externalId: string; readonly debtorId: string }[],
): Promise<void> {
  if (references.length === 0) return;
  await tx.query(
    `insert into debtor_reference (creditor_id, external_id, debtor_id)
     select $2, "externalId", "debtorId"
     from jsonb_to_recordset($1) as new ("externalId" text, "debtorId" uuid)`,
    [JSON.stringify(references), creditorId],
  );
}
