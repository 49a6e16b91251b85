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
     where id = any($1) or identity_hash = any($2::bytea[])
     order by id for no key update`,
    [ids, identityHashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(rows.map((row) => [row.id, row.identityHash]));
}

const DEBTOR_COLUMNS = `unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
  as new (id, name, identity_hash, province, stated_zone)`;

// as arrays, a column each: a list of JSON objects takes the database twice as long to read
const columnsOf = (debtors: readonly DebtorFacts[]): unknown[] => [
  debtors.map(({ id }) => id),
  debtors.map(({ name }) => name),
  debtors.map(({ identityHash }) => identityHash),
  debtors.map(({ province }) => province),
  debtors.map(({ timeZone }) => timeZone),
];

export async function insertDebtors(
  tx: Transaction,
  debtors: readonly DebtorFacts[],
): Promise<void> {
  if (debtors.length === 0) return;
  await tx.query(
    `insert into debtor (id, name, identity_hash, province, stated_zone)
     select id, name, decode(identity_hash, 'hex'), province, stated_zone from ${DEBTOR_COLUMNS}`,
    columnsOf(debtors),
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
       stated_zone = coalesce(new.stated_zone, debtor.stated_zone),
       identity_hash = coalesce(debtor.identity_hash, decode(new.identity_hash, 'hex'))
     from ${DEBTOR_COLUMNS} where debtor.id = new.id and debtor.id = any($1)
       -- most nights an amount has changed, and nothing about the person
       and (debtor.name <> new.name or coalesce(new.province <> debtor.province, new.province is not null)
         or coalesce(new.stated_zone <> debtor.stated_zone, new.stated_zone is not null)
         or (debtor.identity_hash is null and new.identity_hash is not null))`,
    columnsOf(debtors),
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
     select $1, external_id, debtor_id
     from unnest($2::text[], $3::uuid[]) as new (external_id, debtor_id)`,
    [
      creditorId,
      references.map(({ externalId }) => externalId),
      references.map(({ debtorId }) => debtorId),
    ],
  );
}
