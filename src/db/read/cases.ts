import type { CaseKind } from '../../domain/case-kind';
import type { CaseState } from '../../domain/case-state';
import { CASE_COLUMNS, type CaseFile } from '../cases';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface CaseFilter {
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly kind: CaseKind | null;
  readonly state: CaseState | null;
  readonly owner: string | null;
  /** Not decided, and its deadline has passed. */
  readonly isOverdue: boolean | null;
}

export async function listCases(
  db: Queryable,
  filter: CaseFilter,
  page: PageRequest,
): Promise<Page<CaseFile>> {
  const { rows } = await db.query<CaseFile>(
    `select ${CASE_COLUMNS} from case_file
     where ($1::uuid is null or id < $1) and ($2::uuid is null or debtor_id = $2)
       and ($3::uuid is null or account_id = $3) and ($4::text is null or kind = $4)
       and ($5::text is null or state = $5) and ($6::text is null or owner = $6)
       and ($7::boolean is null or (decided_at is null and due_at < now()) = $7)
     order by id desc limit $8`,
    [
      page.beforeId,
      filter.debtorId,
      filter.accountId,
      filter.kind,
      filter.state,
      filter.owner,
      filter.isOverdue,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}

export interface CaseEvidence {
  readonly id: string;
  readonly kind: string;
  readonly body: string;
  readonly addedBy: string;
  readonly addedAt: Date;
}

export async function listCaseEvidence(db: Queryable, caseId: string): Promise<CaseEvidence[]> {
  const { rows } = await db.query<CaseEvidence>(
    `select id, kind, body, added_by as "addedBy", added_at as "addedAt" from case_evidence
     where case_id = $1 order by added_at, id`,
    [caseId],
  );
  return rows;
}

/** Ids of the holds that a case has placed, and that still stand. */
export async function listStandingHolds(db: Queryable, caseId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select h.id from case_hold c join hold h on h.id = c.hold_id
     where c.case_id = $1 and h.lifted_at is null and (h.to_at is null or h.to_at > now())
     order by h.id`,
    [caseId],
  );
  return rows.map(({ id }) => id);
}
