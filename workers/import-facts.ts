import { createHash } from 'node:crypto';
import type { Session, Transaction } from '../src/db/database';
import { importFactRows, type FactImport, type NumberedFactRow } from '../src/db/import-facts';
import { recordImportProgress } from '../src/db/imports';
import { canonicalJson } from '../src/domain/canonical-json';
import { factColumns, parseFactRow, type FactKind, type FactRow } from '../src/domain/fact-row';
import type { ImportCounts, ImportRejection, ImportReport } from '../src/domain/import-report';
import {
  importFile,
  retried,
  type ImportBatch,
  type ImportDatabase,
  type ImportFileInput,
} from './import-file';
import { rolledBack } from './rolled-back';

/** People stay locked for a batch, and a running campaign waits for them no longer than that. */
const BATCH_ROWS = 100;

export interface ImportFactsInput extends ImportFileInput {
  readonly kind: FactKind;
}

/**
 * Imports holds, consents, preferences or contacts of a creditor's people. Each row is written once
 * under its `external_id` (without one: under what it says), so the same file again changes
 * nothing, not even what was lifted, withdrawn or removed since.
 * @throws UnknownCreditorError; or a database error, after which the import counts as failed.
 */
export function importFacts(db: ImportDatabase, input: ImportFactsInput): Promise<ImportReport> {
  const { kind, dryRun, creditorCode } = input;
  const source = `import:${creditorCode}`;
  // line of each id that the file has named
  const seen = new Map<string, number>();
  return importFile(db, input, {
    kind,
    table: factColumns(kind),
    batchRows: BATCH_ROWS,
    prepare: () => Promise.resolve(),
    read: (line, raw, creditor) => {
      const parsed = parseFactRow(kind, raw, creditor.country);
      if ('problems' in parsed) return parsed;
      const problems = duplicate(parsed.row, line, seen);
      if (problems.length > 0) return { problems };
      return { row: { line, row: parsed.row, externalId: idOf(parsed.row) } };
    },
    write: async (session, importId, creditor, batch) => {
      const scope = { kind, creditorId: creditor.id, source, actor: `import:${importId}` };
      await retried(() => writeBatch(session, importId, scope, batch, dryRun));
    },
  });
}

type Batch = ImportBatch<NumberedFactRow>;

function duplicate(
  row: FactRow,
  line: number,
  seen: Map<string, number>,
): Omit<ImportRejection, 'line'>[] {
  const id = idOf(row);
  const before = seen.get(id);
  seen.set(id, before ?? line);
  if (before === undefined) return [];
  const field = row.externalId === null ? 'row' : 'external_id';
  return [{ field, reason: `duplicate of line ${before}`, accepted: 'one row a fact' }];
}

/** What a row without an id says is its id: said again, it is the same. */
function idOf(row: FactRow): string {
  if (row.externalId !== null) return row.externalId;
  // through JSON: what was not given is left out
  const said = JSON.parse(JSON.stringify(row)) as unknown;
  return `row:${createHash('sha256').update(canonicalJson(said)).digest('hex').slice(0, 40)}`;
}

async function writeBatch(
  session: Session,
  importId: string,
  scope: FactImport,
  batch: Batch,
  dryRun: boolean,
): Promise<void> {
  if (!dryRun) {
    await session.transaction(async (tx) => {
      await record(tx, importId, await write(tx, scope, batch));
    });
    return;
  }
  const told = await rolledBack(session, (tx) => write(tx, scope, batch));
  await session.transaction((tx) => record(tx, importId, told));
}

interface Told {
  readonly counts: ImportCounts;
  readonly rejections: readonly ImportRejection[];
}

const record = (tx: Transaction, importId: string, { counts, rejections }: Told): Promise<void> =>
  recordImportProgress(tx, importId, counts, rejections);

async function write(tx: Transaction, scope: FactImport, batch: Batch): Promise<Told> {
  const results = await importFactRows(tx, scope, batch.rows);
  const count = (kind: string): number => results.filter((each) => each.kind === kind).length;
  const rejections = results.flatMap((each) =>
    each.kind === 'rejected'
      ? each.problems.map((problem) => ({ line: each.line, ...problem }))
      : [],
  );
  return {
    counts: {
      newCount: count('written'),
      changedCount: 0,
      unchangedCount: count('repeated'),
      rejectedCount: count('rejected') + batch.rejectedCount,
    },
    rejections: [...batch.rejections, ...rejections],
  };
}
