import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export const INBOUND_STATES = ['ringing', 'answered', 'missed'] as const;
export type InboundState = (typeof INBOUND_STATES)[number];

/** A call that came in, whatever became of it. */
export interface InboundCallRow {
  readonly id: string;
  readonly at: Date;
  readonly trunkId: string;
  /** E.164, one of the trunk's. */
  readonly called: string;
  /** E.164; null: withheld. */
  readonly caller: string | null;
  /** People whose own number it is. */
  readonly matches: number;
  readonly creditorId: string | null;
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly state: InboundState;
  /** Why it was missed. */
  readonly cause: string | null;
  /** The talk. */
  readonly attemptId: string | null;
  readonly decidedAt: Date | null;
}

export async function listInboundCalls(
  db: Queryable,
  filter: {
    readonly state: InboundState | null;
    readonly creditorId: string | null;
    readonly debtorId: string | null;
  },
  page: PageRequest,
): Promise<Page<InboundCallRow>> {
  const { rows } = await db.query<InboundCallRow>(
    `select id, at, trunk_id as "trunkId", called, caller, matches, creditor_id as "creditorId",
       debtor_id as "debtorId", account_id as "accountId", state, cause,
       attempt_id as "attemptId", decided_at as "decidedAt"
     from inbound_call
     where ($1::uuid is null or id < $1) and ($2::text is null or state = $2)
       and ($3::uuid is null or creditor_id = $3) and ($4::uuid is null or debtor_id = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.state, filter.creditorId, filter.debtorId, pageFetch(page)],
  );
  return toPage(rows, page);
}
