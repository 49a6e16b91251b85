import { inColumns, toFactInput, type FactKind, type FactRow } from '../domain/fact-row';
import type { FieldProblem } from '../domain/field-problem';
import { giveConsent } from './consents';
import { recordContact } from './contacts';
import type { Transaction } from './database';
import { findDebtorReferences, lockDebtors } from './debtors';
import type { FactWrite } from './fact-write';
import { placeHold } from './holds';
import { recordPreference } from './preferences';

/** A row with the id under which its source is remembered. */
export interface NumberedFactRow {
  readonly line: number;
  readonly row: FactRow;
  readonly externalId: string;
}

export interface FactImport {
  readonly kind: FactKind;
  readonly creditorId: string;
  readonly source: string;
  readonly actor: string;
}

export type FactResult =
  | { readonly line: number; readonly kind: 'written' | 'repeated' }
  | { readonly line: number; readonly kind: 'rejected'; readonly problems: FieldProblem[] };

/**
 * Writes rows of a file, each as the API would. Everybody whom the rows bear on is locked first, in
 * the order of ids: two imports never wait for each other in a circle.
 */
export async function importFactRows(
  tx: Transaction,
  scope: FactImport,
  rows: readonly NumberedFactRow[],
): Promise<FactResult[]> {
  const found = await findSubjects(tx, scope.creditorId, rows);
  await lockDebtors(tx, [...found.persons], []);
  const results: FactResult[] = [];
  for (const each of rows) results.push(await importRow(tx, scope, found, each));
  return results;
}

interface Subjects {
  readonly debtors: ReadonlyMap<string, string>;
  readonly accounts: ReadonlyMap<string, { readonly id: string; readonly debtorId: string }>;
  readonly persons: ReadonlySet<string>;
}

async function findSubjects(
  tx: Transaction,
  creditorId: string,
  rows: readonly NumberedFactRow[],
): Promise<Subjects> {
  const debtors = await findDebtorReferences(
    tx,
    creditorId,
    rows.flatMap(({ row }) => row.externalDebtorId ?? []),
  );
  const accounts = await tx.query<{ externalId: string; id: string; debtorId: string }>(
    `select external_id as "externalId", id, debtor_id as "debtorId" from account
     where creditor_id = $1 and external_id = any($2)`,
    [creditorId, rows.flatMap(({ row }) => row.externalAccountId ?? [])],
  );
  const holders = await tx.query<{ debtorId: string }>(
    'select distinct debtor_id as "debtorId" from phone where e164 = any($1)',
    [rows.flatMap(({ row }) => row.number ?? [])],
  );
  return {
    debtors,
    accounts: new Map(accounts.rows.map((row) => [row.externalId, row])),
    persons: new Set([
      ...debtors.values(),
      ...accounts.rows.map(({ debtorId }) => debtorId),
      ...holders.rows.map(({ debtorId }) => debtorId),
    ]),
  };
}

async function importRow(
  tx: Transaction,
  scope: FactImport,
  found: Subjects,
  { line, row, externalId }: NumberedFactRow,
): Promise<FactResult> {
  const rejected = (...problems: FieldProblem[]): FactResult => ({
    line,
    kind: 'rejected',
    problems,
  });
  const debtor = lookUp(found.debtors, row.externalDebtorId);
  const account = lookUp(found.accounts, row.externalAccountId);
  if (debtor === null) return rejected(unknown('external_debtor_id', 'debtor'));
  if (account === null) return rejected(unknown('external_account_id', 'account'));
  const debtorId = debtor ?? account?.debtorId;
  const origin = { ...row.fields, source: scope.source, externalId };
  const creditor = row.onlyThisCreditor ? { creditorId: scope.creditorId } : {};
  const subject = { ...origin, ...creditor, debtorId };
  const write = await writeFact(tx, scope, row, subject, account?.id);
  if (Array.isArray(write)) return rejected(...write);
  if (write.kind !== 'refused') return { line, kind: write.kind };
  return rejected(inColumns(scope.kind, write.problem));
}

/** Undefined: the row names none; null: there is none of that name. */
function lookUp<T>(found: ReadonlyMap<string, T>, name: string | null): T | null | undefined {
  return name === null ? undefined : (found.get(name) ?? null);
}

const unknown = (field: string, what: string): FieldProblem => ({
  field,
  reason: `the creditor has no such ${what}`,
  accepted: `an id of one of its ${what}s`,
});

/** The row's problems, or what became of it. */
async function writeFact(
  tx: Transaction,
  { kind, actor, creditorId }: FactImport,
  row: FactRow,
  subject: Readonly<Record<string, unknown>> & { readonly debtorId: string | undefined },
  accountId: string | undefined,
): Promise<FactWrite<unknown> | FieldProblem[]> {
  const number = row.number ?? undefined;
  switch (kind) {
    case 'holds': {
      const parsed = toFactInput(kind, { ...subject, accountId, number });
      return 'problems' in parsed ? [...parsed.problems] : placeHold(tx, parsed.input, actor);
    }
    case 'consents': {
      const phoneId = await phoneOf(tx, subject.debtorId, number);
      const parsed = toFactInput(kind, { ...subject, phoneId });
      return 'problems' in parsed ? [...parsed.problems] : giveConsent(tx, parsed.input, actor);
    }
    case 'preferences': {
      const parsed = toFactInput(kind, subject);
      return 'problems' in parsed
        ? [...parsed.problems]
        : recordPreference(tx, parsed.input, actor);
    }
    case 'contacts': {
      const accountIds = accountId === undefined ? [] : [accountId];
      const parsed = toFactInput(kind, { ...subject, creditorId, number, accountIds });
      return 'problems' in parsed ? [...parsed.problems] : recordContact(tx, parsed.input, actor);
    }
  }
}

async function phoneOf(
  tx: Transaction,
  debtorId: string | undefined,
  e164: string | undefined,
): Promise<string | undefined> {
  if (e164 === undefined) return undefined;
  const { rows } = await tx.query<{ id: string }>(
    'select id from phone where debtor_id = $1 and e164 = $2',
    [debtorId, e164],
  );
  return rows[0]?.id;
}
