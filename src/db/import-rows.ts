import { planImport, type PlannedRow } from '../domain/import-plan';
import type { ImportCounts, ImportRejection } from '../domain/import-report';
import { findAccountsOnFile, settleDialable, upsertAccounts } from './accounts';
import { ADVISORY_LOCK } from './advisory-lock';
import type { Session, Transaction } from './database';
import {
  findDebtorReferences,
  insertDebtorReferences,
  insertDebtors,
  lockDebtors,
  newIds,
  updateDebtors,
} from './debtors';
import { disownPhones, findPhoneOwners, insertPhones } from './phones';

export interface ImportScope {
  readonly creditorId: string;
  readonly dryRun: boolean;
}

/**
 * Makes the tables of one import's session: which accounts the file has named, and for a dry run
 * a shadow of each table that an import writes. A temporary table hides the one of its name, so
 * the very same statements run and nothing real is written or locked.
 */
export async function prepareImportSession(session: Session, dryRun: boolean): Promise<void> {
  await session.query(
    'create temporary table import_seen (external_id text primary key, line int not null)',
  );
  if (!dryRun) return;
  for (const table of SHADOWED) {
    await session.query(
      `create temporary table ${table}
         (like public.${table} including defaults including constraints including indexes)`,
    );
  }
}

const SHADOWED = ['debtor', 'debtor_reference', 'phone', 'account'] as const;

/**
 * Writes rows of a file, in its order: the rejected ones are told, the others are in the
 * database when the transaction commits.
 */
export async function importRows(
  tx: Transaction,
  scope: ImportScope,
  rows: readonly Omit<PlannedRow, 'newDebtorId'>[],
): Promise<{ counts: ImportCounts; rejections: readonly ImportRejection[] }> {
  if (!scope.dryRun)
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.importBatch]);
  const { first, rejections } = await dropDuplicates(tx, rows);
  if (scope.dryRun) await copyToShadow(tx, scope.creditorId, first);
  const accounts = await findAccountsOnFile(
    tx,
    scope.creditorId,
    first.map(({ row }) => row.externalAccountId),
  );
  const differing = first.filter(
    ({ row, contentHash }) => accounts.get(row.externalAccountId)?.contentHash !== contentHash,
  );
  const plan = await planAndWrite(tx, scope.creditorId, differing, accounts);
  return {
    counts: {
      ...plan.counts,
      unchangedCount: first.length - differing.length,
      rejectedCount: plan.counts.rejectedCount + rejections.length,
    },
    rejections: [...rejections, ...plan.rejections],
  };
}

async function planAndWrite(
  tx: Transaction,
  creditorId: string,
  rows: readonly Omit<PlannedRow, 'newDebtorId'>[],
  accounts: ReadonlyMap<string, { readonly debtorId: string }>,
): Promise<ReturnType<typeof planImport>> {
  const externalIds = rows.map(({ row }) => row.externalDebtorId);
  const references = await findDebtorReferences(tx, creditorId, externalIds);
  const identities = await lockDebtors(
    tx,
    [...references.values(), ...[...accounts.values()].map((account) => account.debtorId)],
    rows.flatMap(({ identityHash }) => identityHash ?? []),
  );
  const phones = await findPhoneOwners(tx, [...identities.keys()]);
  const ids = await newIds(tx, rows.length);
  const plan = planImport(
    rows.map((row, index) => ({ ...row, newDebtorId: ids[index] ?? '' })),
    { accounts, references, identities, phones },
  );
  await insertDebtors(tx, plan.newDebtors);
  await updateDebtors(tx, plan.changedDebtors);
  await insertDebtorReferences(tx, creditorId, plan.newReferences);
  await insertPhones(tx, plan.newPhones);
  await disownPhones(tx, plan.disownedPhones);
  await upsertAccounts(tx, creditorId, [...plan.newAccounts, ...plan.changedAccounts]);
  const touched = [...plan.newDebtors, ...plan.changedDebtors].map((debtor) => debtor.id);
  await settleDialable(tx, touched);
  return plan;
}

type Row = Omit<PlannedRow, 'newDebtorId'>;

/** The first row of each account in the file, and a rejection for every later one. */
async function dropDuplicates(
  tx: Transaction,
  rows: readonly Row[],
): Promise<{ first: Row[]; rejections: ImportRejection[] }> {
  // the first row of an account claims it; those of this batch come back with their own line
  const { rows: seen } = await tx.query<{ externalId: string; line: number }>(
    `with given as (
       select "externalId", min(line) as line
       from jsonb_to_recordset($1) as given ("externalId" text, line int) group by 1
     ), before as (
       select external_id, line from import_seen
       where external_id in (select "externalId" from given)
     ), claimed as (
       insert into import_seen select * from given on conflict do nothing
     )
     select given."externalId", coalesce(before.line, given.line) as line
     from given left join before on before.external_id = given."externalId"`,
    [JSON.stringify(rows.map(({ line, row }) => ({ externalId: row.externalAccountId, line })))],
  );
  const lineOf = new Map(seen.map((row) => [row.externalId, row.line]));
  const first: Row[] = [];
  const rejections: ImportRejection[] = [];
  for (const each of rows) {
    const line = lineOf.get(each.row.externalAccountId) ?? each.line;
    if (line === each.line) first.push(each);
    else {
      rejections.push({
        line: each.line,
        field: 'external_account_id',
        reason: `duplicate of line ${line}`,
        accepted: 'one row an account',
      });
    }
  }
  return { first, rejections };
}

/** Gives the shadow tables what is on file of the rows, except what the file has changed before. */
async function copyToShadow(
  tx: Transaction,
  creditorId: string,
  rows: readonly Row[],
): Promise<void> {
  const copy = (table: (typeof SHADOWED)[number], where: string, values: unknown[]) =>
    tx.query(
      `insert into pg_temp.${table} select * from public.${table} where ${where} on conflict do nothing`,
      values,
    );
  const named = (column: (row: Row) => string): unknown[] => [creditorId, rows.map(column)];
  await copy(
    'account',
    'creditor_id = $1 and external_id = any($2)',
    named(({ row }) => row.externalAccountId),
  );
  await copy(
    'debtor_reference',
    'creditor_id = $1 and external_id = any($2)',
    named(({ row }) => row.externalDebtorId),
  );
  await copy(
    'debtor',
    `id in (select debtor_id from pg_temp.account union select debtor_id from pg_temp.debtor_reference)
       or identity_hash = any(array(select decode(hash, 'hex') from unnest($1::text[]) hash))`,
    [rows.flatMap(({ identityHash }) => identityHash ?? [])],
  );
  await copy('phone', 'debtor_id in (select id from pg_temp.debtor)', []);
}
