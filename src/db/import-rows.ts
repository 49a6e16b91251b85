import { planImport, type PlannedRow } from '../domain/import-plan';
import type { ImportCounts, ImportRejection } from '../domain/import-report';
import { findDiffering, settleDialable, upsertAccounts } from './accounts';
import { ADVISORY_LOCK } from './advisory-lock';
import { one, type Session, type Transaction } from './database';
import {
  findDebtorReferences,
  insertDebtorReferences,
  insertDebtors,
  lockDebtors,
  updateDebtors,
} from './debtors';
import { newId } from './new-id';
import { promoteAgainFrom } from './promotion';
import { settleStated, writeStatedDebts } from './stated-debts';
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

const SHADOWED = [
  ...['debtor', 'debtor_reference', 'phone', 'account'],
  ...['instalment', 'payment_instruction'],
];

/**
 * Writes rows of a file, in its order: the rejected ones are told, the others are in the
 * database when the transaction commits.
 */
export async function importRows(
  tx: Transaction,
  scope: ImportScope,
  rows: readonly Omit<PlannedRow, 'newDebtorId'>[],
): Promise<{ counts: ImportCounts; rejections: readonly ImportRejection[] }> {
  const begun = scope.dryRun ? null : await takeTurn(tx);
  const { first, rejections } = await dropDuplicates(tx, rows);
  if (scope.dryRun) await copyToShadow(tx, scope.creditorId, first);
  const accounts = await findDiffering(
    tx,
    scope.creditorId,
    first.map(({ row, contentHash }) => ({ externalId: row.externalAccountId, contentHash })),
  );
  const differing = first.filter(({ row }) => accounts.has(row.externalAccountId));
  const plan = await planAndWrite(tx, scope.creditorId, differing, accounts);
  if (!scope.dryRun && plan.changedAccounts.length > 0)
    await settleStated(tx, scope.creditorId, plan.changedAccounts);
  // what is due since the transaction began is seen when it ends, and the turn may have been long
  if (begun !== null && differing.length > 0) await promoteAgainFrom(tx, scope.creditorId, begun);
  return {
    counts: {
      ...plan.counts,
      unchangedCount: first.length - differing.length,
      rejectedCount: plan.counts.rejectedCount + rejections.length,
    },
    rejections: [...rejections, ...plan.rejections],
  };
}

/** Waits until no other import is within a batch. @returns when the transaction began */
async function takeTurn(tx: Transaction): Promise<Date> {
  const turn = await tx.query<{ begun: Date }>('select now() as begun, pg_advisory_xact_lock($1)', [
    ADVISORY_LOCK.importBatch,
  ]);
  return one(turn, 'turn').begun;
}

async function planAndWrite(
  tx: Transaction,
  creditorId: string,
  rows: readonly Omit<PlannedRow, 'newDebtorId'>[],
  differing: ReadonlyMap<string, string | null>,
): Promise<ReturnType<typeof planImport>> {
  const accounts = new Map<string, { debtorId: string }>();
  for (const [externalId, debtorId] of differing) {
    if (debtorId !== null) accounts.set(externalId, { debtorId });
  }
  const externalIds = rows.map(({ row }) => row.externalDebtorId);
  const references = await findDebtorReferences(tx, creditorId, externalIds);
  const identities = await lockDebtors(
    tx,
    [...references.values(), ...[...accounts.values()].map((account) => account.debtorId)],
    rows.flatMap(({ identityHash }) => identityHash ?? []),
  );
  const phones = await findPhoneOwners(tx, [...identities.keys()]);
  const at = new Date();
  const plan = planImport(
    rows.map((row) => ({ ...row, newDebtorId: newId(at) })),
    { accounts, references, identities, phones },
  );
  const touched = [...plan.newDebtors, ...plan.changedDebtors].map((debtor) => debtor.id);
  // nobody waits for rows: sent one behind the other, and people stay locked no longer than it takes
  await Promise.all([
    insertDebtors(tx, plan.newDebtors),
    updateDebtors(tx, plan.changedDebtors),
    insertDebtorReferences(tx, creditorId, plan.newReferences),
    insertPhones(tx, plan.newPhones),
    disownPhones(tx, plan.disownedPhones),
    upsertAccounts(tx, creditorId, [...plan.newAccounts, ...plan.changedAccounts]),
    settleDialable(tx, touched),
    writeStatedDebts(tx, creditorId, { created: plan.newAccounts, changed: plan.changedAccounts }),
  ]);
  return plan;
}

type Row = Omit<PlannedRow, 'newDebtorId'>;

/** The first row of each account in the file, and a rejection for every later one. */
async function dropDuplicates(
  tx: Transaction,
  rows: readonly Row[],
): Promise<{ first: Row[]; rejections: ImportRejection[] }> {
  const given = new Map<string, number>();
  for (const { line, row } of rows) {
    if (!given.has(row.externalAccountId)) given.set(row.externalAccountId, line);
  }
  const before = await claim(tx, [...given.keys()], [...given.values()]);
  const first: Row[] = [];
  const rejections: ImportRejection[] = [];
  for (const each of rows) {
    const id = each.row.externalAccountId;
    const line = before.get(id) ?? given.get(id) ?? each.line;
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

/** The first row of an account claims it. @returns the line of those that were claimed before */
async function claim(
  tx: Transaction,
  externalIds: readonly string[],
  lines: readonly number[],
): Promise<Map<string, number>> {
  const claimed = await tx.query(
    `insert into import_seen select * from unnest($1::text[], $2::int[]) on conflict do nothing`,
    [externalIds, lines],
  );
  if (claimed.rowCount === externalIds.length) return new Map();
  const { rows } = await tx.query<{ externalId: string; line: number }>(
    `select external_id as "externalId", line from import_seen where external_id = any($1)`,
    [externalIds],
  );
  return new Map(rows.map((row) => [row.externalId, row.line]));
}

/** Gives the shadow tables what is on file of the rows, except what the file has changed before. */
async function copyToShadow(
  tx: Transaction,
  creditorId: string,
  rows: readonly Row[],
): Promise<void> {
  const copy = (table: string, where: string, values: unknown[]) =>
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
