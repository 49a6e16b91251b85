import type { BlockedReason } from '../../domain/dial-retry';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export const ACCOUNT_STATUSES = ['open', 'paid', 'closed'] as const;
export type AccountStatus = (typeof ACCOUNT_STATUSES)[number];

export interface AccountRow {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly externalId: string;
  readonly product: string | null;
  readonly currency: string;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly dueDate: string;
  readonly noticeMailedOn: string | null;
  readonly status: AccountStatus;
  readonly blockedReason: BlockedReason | null;
  readonly nextAttemptAt: Date | null;
  readonly attemptCount: number;
  readonly lastAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `id, creditor_id as "creditorId", debtor_id as "debtorId",
  external_id as "externalId", product, currency, amount_due_minor::text as "amountDueMinor",
  due_date as "dueDate", notice_mailed_on as "noticeMailedOn", status, blocked_reason as "blockedReason",
  next_attempt_at as "nextAttemptAt", attempt_count as "attemptCount",
  last_attempt_at as "lastAttemptAt", created_at as "createdAt", updated_at as "updatedAt"`;

export async function findAccount(db: Queryable, id: string): Promise<AccountRow | null> {
  const { rows } = await db.query<AccountRow>(`select ${COLUMNS} from account where id = $1`, [id]);
  return rows[0] ?? null;
}

export interface AccountFilter {
  readonly creditorId: string | null;
  readonly debtorId: string | null;
  readonly externalId: string | null;
  readonly status: AccountStatus | null;
  readonly blockedReason: BlockedReason | null;
}

export async function listAccounts(
  db: Queryable,
  filter: AccountFilter,
  page: PageRequest,
): Promise<Page<AccountRow>> {
  const { rows } = await db.query<AccountRow>(
    `select ${COLUMNS} from account where ($1::uuid is null or id < $1)
       and ($2::uuid is null or creditor_id = $2) and ($3::uuid is null or debtor_id = $3)
       and ($4::text is null or external_id = $4) and ($5::text is null or status = $5)
       and ($6::text is null or blocked_reason = $6)
     order by id desc limit $7`,
    [
      page.beforeId,
      filter.creditorId,
      filter.debtorId,
      filter.externalId,
      filter.status,
      filter.blockedReason,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
