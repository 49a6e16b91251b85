import type { Queryable } from '../database';
import type { ImportKind } from '../imports';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface ImportRow {
  readonly id: string;
  readonly creditorId: string;
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly fileSha256: string | null;
  readonly format: 'csv' | 'jsonl';
  readonly dryRun: boolean;
  readonly state: 'running' | 'done' | 'failed';
  readonly newCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
  readonly rejectedCount: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

const COLUMNS = `id, creditor_id as "creditorId", kind, file_name as "fileName",
  file_sha256 as "fileSha256", format, dry_run as "dryRun", state, new_count as "newCount",
  changed_count as "changedCount", unchanged_count as "unchangedCount",
  rejected_count as "rejectedCount", started_at as "startedAt", finished_at as "finishedAt"`;

export async function findImport(db: Queryable, id: string): Promise<ImportRow | null> {
  const { rows } = await db.query<ImportRow>(`select ${COLUMNS} from import_batch where id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function listImports(
  db: Queryable,
  filter: { readonly creditorId: string | null },
  page: PageRequest,
): Promise<Page<ImportRow>> {
  const { rows } = await db.query<ImportRow>(
    `select ${COLUMNS} from import_batch where ($1::uuid is null or id < $1)
       and ($2::uuid is null or creditor_id = $2) order by id desc limit $3`,
    [page.beforeId, filter.creditorId, pageFetch(page)],
  );
  return toPage(rows, page);
}

export interface RejectionRow {
  /** 1-based line of the file. */
  readonly line: number;
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
}

/** Where a page of rejections ended. */
export interface RejectionCursor {
  readonly line: number;
  readonly field: string;
}

/** Rejections in the file's order. */
export async function listRejections(
  db: Queryable,
  importId: string,
  page: { readonly limit: number; readonly after: RejectionCursor | null },
): Promise<{ items: RejectionRow[]; next: RejectionCursor | null }> {
  const { rows } = await db.query<RejectionRow>(
    `select line, field, reason, accepted from import_rejection
     where import_id = $1 and ($2::int is null or (line, field) > ($2, $3))
     order by line, field limit $4`,
    [importId, page.after?.line ?? null, page.after?.field ?? null, page.limit + 1],
  );
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  const more = rows.length > page.limit && last !== undefined;
  return { items, next: more ? { line: last.line, field: last.field } : null };
}
