import type { PromiseInput } from '../domain/promise-input';
import type { AttemptSubject } from './attempts';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export const PROMISE_STATES = ['open', 'kept', 'broken', 'cancelled'] as const;
export type PromiseState = (typeof PROMISE_STATES)[number];

/** A promise to pay. */
export interface PromiseRow {
  readonly id: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly attemptId: string;
  /** Integer minor units, as text. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly dueDate: string;
  readonly method: string;
  readonly state: PromiseState;
  readonly createdAt: Date;
}

const COLUMNS = `p.id, p.creditor_id as "creditorId", p.account_id as "accountId",
  p.attempt_id as "attemptId", p.amount_minor::text as "amountMinor", p.currency,
  p.due_date as "dueDate", p.method, p.state, p.created_at as "createdAt"`;

/**
 * Writes the promise of a talk. An account has one open promise: a newer one takes the place of
 * the older, which is cancelled.
 */
export async function makePromise(
  tx: Transaction,
  attempt: AttemptSubject,
  promise: PromiseInput & { readonly outcomeId: string; readonly currency: string },
): Promise<void> {
  const replaced = await tx.query<{ id: string }>(
    `update promise set state = 'cancelled' where account_id = $1 and state = 'open' returning id`,
    [attempt.accountId],
  );
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into promise (creditor_id, account_id, debtor_id, attempt_id, outcome_id,
         amount_minor, currency, due_date, method)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
      [
        attempt.creditorId,
        attempt.accountId,
        attempt.debtorId,
        attempt.id,
        promise.outcomeId,
        promise.amountMinor,
        promise.currency,
        promise.dueDate,
        promise.method,
      ],
    ),
    'new promise',
  );
  await appendEvent(tx, {
    type: 'promise.made',
    creditorId: attempt.creditorId,
    campaignId: attempt.campaignId,
    agentId: attempt.agentId,
    payload: {
      promiseId: id,
      attemptId: attempt.id,
      accountId: attempt.accountId,
      amountMinor: promise.amountMinor.toString(),
      currency: promise.currency,
      dueDate: promise.dueDate,
      replacedPromiseId: replaced.rows[0]?.id ?? null,
    },
  });
}

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
    `select ${COLUMNS} from promise p join attempt t on t.id = p.attempt_id
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
