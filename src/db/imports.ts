import type {
  ImportCounts,
  ImportFormat,
  ImportRejection,
  ImportReport,
} from '../domain/import-report';
import { recordAudit } from './audit';
import { one, type Database, type Queryable, type Session, type Transaction } from './database';
import { appendEvent } from './events';

/** What a file is about. */
export const IMPORT_KINDS = [
  'accounts',
  'holds',
  'consents',
  'preferences',
  'contacts',
  'payments',
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** @returns id of the import, in state `running`. */
export async function createImport(
  db: Queryable,
  input: {
    creditorId: string;
    kind: ImportKind;
    fileName: string;
    format: ImportFormat;
    dryRun: boolean;
  },
): Promise<string> {
  const result = await db.query<{ id: string }>(
    `insert into import_batch (creditor_id, kind, file_name, format, dry_run)
     values ($1, $2, $3, $4, $5) returning id`,
    [input.creditorId, input.kind, input.fileName, input.format, input.dryRun],
  );
  return one(result, 'import').id;
}

const IMPORT_LOCK = `hashtextextended('import:' || $1::text, 0)`;

/** Shows that the import's process lives: the lock goes with the session's connection. */
export async function holdImport(session: Session, importId: string): Promise<void> {
  await session.query(`select pg_advisory_lock(${IMPORT_LOCK})`, [importId]);
}

/** Between the import's row and its lock, a slow pool included. */
const IMPORT_START_LIMIT = '1 minute';

/** Ends running imports whose process is gone. @returns how many. */
export async function failAbandonedImports(db: Database): Promise<number> {
  const { rows } = await db.query<{ id: string }>(
    `select id from import_batch where state = 'running' and started_at < now() - $1::interval`,
    [IMPORT_START_LIMIT],
  );
  let failed = 0;
  for (const { id } of rows) {
    await db.transaction(async (tx) => {
      const sql = `select pg_try_advisory_xact_lock(${IMPORT_LOCK}) as free`;
      if (!one(await tx.query<{ free: boolean }>(sql, [id]), 'advisory lock').free) return;
      const error = 'the process that read the file ended; send it again';
      await finishImport(tx, id, { error, fileSha256: null, actor: 'sweep' });
      failed += 1;
    });
  }
  return failed;
}

/** Adds what became of some rows; with the rows themselves, in their transaction. */
export async function recordImportProgress(
  tx: Transaction,
  importId: string,
  counts: ImportCounts,
  rejections: readonly ImportRejection[],
): Promise<void> {
  await tx.query(
    `update import_batch set new_count = new_count + $2, changed_count = changed_count + $3,
       unchanged_count = unchanged_count + $4, rejected_count = rejected_count + $5
     where id = $1`,
    [importId, counts.newCount, counts.changedCount, counts.unchangedCount, counts.rejectedCount],
  );
  if (rejections.length === 0) return;
  await tx.query(
    `insert into import_rejection (import_id, line, field, reason, accepted)
     select $1, line, field, reason, accepted
     from jsonb_to_recordset($2) as new (line int, field text, reason text, accepted text)
     on conflict do nothing`,
    [importId, JSON.stringify(rejections)],
  );
}

/** Ends an import and tells so, once. A dry run tells nobody. */
export async function finishImport(
  tx: Transaction,
  importId: string,
  end: {
    readonly error: string | null;
    readonly fileSha256: string | null;
    /** Who brought the file, or noticed that nobody reads it any more. */
    readonly actor: string;
  },
): Promise<void> {
  const { rows } = await tx.query<ImportCounts & { creditorId: string; dryRun: boolean }>(
    `update import_batch set state = $2, error = $3, file_sha256 = $4, finished_at = now()
     where id = $1 and state = 'running'
     returning creditor_id as "creditorId", dry_run as "dryRun", new_count as "newCount",
       changed_count as "changedCount", unchanged_count as "unchangedCount",
       rejected_count as "rejectedCount"`,
    [importId, end.error === null ? 'done' : 'failed', end.error, end.fileSha256],
  );
  const finished = rows[0];
  if (finished === undefined || finished.dryRun) return;
  const { creditorId, newCount, changedCount, unchangedCount, rejectedCount } = finished;
  const state = end.error === null ? 'done' : 'failed';
  const counts = { newCount, changedCount, unchangedCount, rejectedCount };
  await recordAudit(tx, {
    creditorId,
    actor: end.actor,
    action: 'import.finished',
    subject: 'import',
    subjectId: importId,
    before: null,
    after: { state, fileSha256: end.fileSha256, ...counts },
    reason: null,
  });
  await appendEvent(tx, {
    type: 'import.finished',
    creditorId,
    payload: { importId, state, ...counts },
  });
}

/** The import as a report, with its first `limit` rejections by line; null when there is none. */
export async function findImportReport(
  db: Queryable,
  importId: string,
  limit: number,
): Promise<(Omit<ImportReport, 'state'> & { state: ImportReport['state'] | 'running' }) | null> {
  const { rows } = await db.query<Omit<ImportReport, 'rejections'>>(
    `select import_batch.id as "importId", creditor.code as "creditorCode",
       file_name as "fileName", format, dry_run as "dryRun", state, error,
       file_sha256 as "fileSha256", new_count as "newCount", changed_count as "changedCount",
       unchanged_count as "unchangedCount", rejected_count as "rejectedCount"
     from import_batch join creditor on creditor.id = creditor_id where import_batch.id = $1`,
    [importId],
  );
  const found = rows[0];
  if (found === undefined) return null;
  const rejections = await db.query<ImportRejection>(
    `select line, field, reason, accepted from import_rejection
     where import_id = $1 order by line, field limit $2`,
    [importId, limit],
  );
  return { ...found, rejections: rejections.rows };
}
