import type { PromiseState } from '../../domain/promise';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

/** A promise to pay. */
export interface PromiseRow {
  readonly id: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly attemptId: string | null;
  readonly agreementId: string | null;
  readonly number: number;
  /** Integer minor units, as text. */
  readonly amountMinor: string;
  readonly keptMinor: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly method: string;
  readonly state: PromiseState;
  readonly createdAt: Date;
}

const COLUMNS = `p.id, p.creditor_id as "creditorId", p.account_id as "accountId",
  p.attempt_id as "attemptId", p.agreement_id as "agreementId", p.number,
  p.amount_minor::text as "amountMinor", p.kept_minor::text as "keptMinor", p.currency,
  p.due_date as "dueDate", p.method, p.state, p.created_at as "createdAt"`;

export async function listPromises(
  db: Queryable,
  filter: {
    readonly agentId: string | null;
    readonly campaignId: string | null;
    readonly accountId: string | null;
    readonly state: PromiseState | null;
  },
  page: PageRequest,
): Promise<Page<PromiseRow>> {
  const { rows } = await db.query<PromiseRow>(
    `select ${COLUMNS} from promise p left join attempt t on t.id = p.attempt_id
     where ($1::uuid is null or p.id < $1) and ($2::uuid is null or t.agent_id = $2)
       and ($3::uuid is null or t.campaign_id = $3) and ($4::uuid is null or p.account_id = $4)
       and ($5::text is null or p.state = $5)
     order by p.id desc limit $6`,
    [
      page.beforeId,
      filter.agentId,
      filter.campaignId,
      filter.accountId,
      filter.state,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
