import type { PromiseReason, PromiseState } from '../../domain/promise';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

/** A promise to pay. */
export interface PromiseRow {
  readonly id: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly debtorId: string;
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
  readonly graceUntil: Date | null;
  readonly approveUntil: Date | null;
  readonly decidedAt: Date | null;
  readonly decidedReason: PromiseReason | null;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  readonly createdAt: Date;
}

const COLUMNS = `p.id, p.creditor_id as "creditorId", p.account_id as "accountId",
  p.debtor_id as "debtorId", p.attempt_id as "attemptId", p.agreement_id as "agreementId", p.number,
  p.amount_minor::text as "amountMinor", p.kept_minor::text as "keptMinor", p.currency,
  p.due_date as "dueDate", p.method, p.state, p.grace_until as "graceUntil",
  p.approve_until as "approveUntil", p.decided_at as "decidedAt",
  p.decided_reason as "decidedReason", p.supersedes, p.superseded_by as "supersededBy",
  p.created_at as "createdAt"`;

export interface PromiseFilter {
  readonly agentId: string | null;
  readonly campaignId: string | null;
  readonly accountId: string | null;
  readonly debtorId: string | null;
  readonly agreementId: string | null;
  readonly state: PromiseState | null;
  /** ISO 8601 dates, both ends inclusive. */
  readonly dueFrom: string | null;
  readonly dueTo: string | null;
}

export async function listPromises(
  db: Queryable,
  filter: PromiseFilter,
  page: PageRequest,
): Promise<Page<PromiseRow>> {
  const { agentId, campaignId, accountId, debtorId, agreementId, state } = filter;
  const { rows } = await db.query<PromiseRow>(
    `select ${COLUMNS} from promise p left join attempt t on t.id = p.attempt_id
     where ($1::uuid is null or p.id < $1) and ($2::uuid is null or t.agent_id = $2)
       and ($3::uuid is null or t.campaign_id = $3) and ($4::uuid is null or p.account_id = $4)
       and ($5::uuid is null or p.debtor_id = $5) and ($6::uuid is null or p.agreement_id = $6)
       and ($7::text is null or p.state = $7)
       and ($8::date is null or p.due_date >= $8) and ($9::date is null or p.due_date <= $9)
     order by p.id desc limit $10`,
    [
      ...[page.beforeId, agentId, campaignId, accountId, debtorId, agreementId, state],
      ...[filter.dueFrom, filter.dueTo, pageFetch(page)],
    ],
  );
  return toPage(rows, page);
}

/** A change of a promise, the oldest first. */
export interface PromiseChangeRow {
  readonly at: Date;
  readonly from: PromiseState | null;
  readonly to: PromiseState;
  readonly keptMinor: string;
  readonly reason: PromiseReason;
  readonly note: string | null;
  /** Which change of a fact made us look. */
  readonly cause: string;
  readonly actor: string;
}

export interface PromiseHistory extends PromiseRow {
  readonly thresholdPercent: number;
  readonly graceDays: number;
  readonly policyVersion: number;
  readonly changes: PromiseChangeRow[];
}

/** @param onlyAgentId made in a talk of this agent; null: anybody's */
export async function findPromise(
  db: Queryable,
  id: string,
  onlyAgentId: string | null,
): Promise<PromiseHistory | null> {
  const { rows } = await db.query<Omit<PromiseHistory, 'changes'>>(
    `select ${COLUMNS}, p.threshold_pct as "thresholdPercent", p.grace_days as "graceDays",
       p.policy_version as "policyVersion"
     from promise p left join attempt t on t.id = p.attempt_id
     where p.id = $1 and ($2::uuid is null or t.agent_id = $2)`,
    [id, onlyAgentId],
  );
  const [found] = rows;
  if (found === undefined) return null;
  const changes = await db.query<PromiseChangeRow>(
    `select at, from_state as "from", to_state as "to", kept_minor::text as "keptMinor", reason,
       note, cause, actor
     from promise_change where promise_id = $1 order by at, id`,
    [id],
  );
  return { ...found, changes: changes.rows };
}
