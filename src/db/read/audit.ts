import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly creditorId: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly subjectId: string;
  /** Canonical JSON, as hashed and chained. */
  readonly record: string;
  readonly recordSha256: Buffer;
  /** Place in its chain; null: not chained yet. */
  readonly seq: number | null;
}

export interface AuditFilter {
  readonly subject: string | null;
  readonly subjectId: string | null;
  readonly actor: string | null;
  readonly creditorId: string | null;
  readonly from: Date | null;
  readonly until: Date | null;
}

/** What people changed, newest first. */
export async function listAudit(
  db: Queryable,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditRow>> {
  const { rows } = await db.query<AuditRow>(
    `select a.id, a.at, a.creditor_id as "creditorId", a.actor, a.action, a.subject,
       a.subject_id as "subjectId", a.record, a.record_sha256 as "recordSha256",
       e.seq::float8 as seq
     from audit_entry a left join ledger_entry e on e.subject_id = a.id
     where ($1::uuid is null or a.id < $1) and ($2::text is null or a.subject = $2)
       and ($3::text is null or a.subject_id = $3) and ($4::text is null or a.actor = $4)
       and ($5::uuid is null or a.creditor_id = $5)
       and ($6::timestamptz is null or a.at >= $6) and ($7::timestamptz is null or a.at < $7)
     order by a.id desc limit $8`,
    [
      page.beforeId,
      filter.subject,
      filter.subjectId,
      filter.actor,
      filter.creditorId,
      filter.from,
      filter.until,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
