import type { Component } from '../../domain/debt';
import type { Queryable } from '../database';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';
import type { UnmatchedReason } from '../payments';

export const PAYMENT_STATES = ['matched', 'unmatched', 'reversed'] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** A payment; amounts are integer minor units as text. */
export interface PaymentView {
  readonly id: string;
  readonly creditorId: string;
  /** Null: nobody knows yet whose it is. */
  readonly accountId: string | null;
  readonly provider: string;
  readonly providerPaymentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly method: string | null;
  readonly accountExternalId: string | null;
  readonly reference: string | null;
  readonly state: PaymentState;
  readonly unmatchedReason: UnmatchedReason | null;
  readonly paidAt: Date;
  readonly receivedAt: Date;
  readonly matchedAt: Date | null;
  readonly matchedBy: string | null;
  readonly reversedAt: Date | null;
  /** What of it paid what; the rest is credit. */
  readonly allocations: readonly {
    readonly instalmentId: string;
    readonly component: Component;
    readonly amountMinor: string;
  }[];
}

const STATE = `case when p.reversed_at is not null then 'reversed'
  when p.account_id is null then 'unmatched' else 'matched' end`;
const SELECT = `select p.id, p.creditor_id as "creditorId", p.account_id as "accountId", p.provider,
    p.provider_payment_id as "providerPaymentId", p.amount_minor::text as "amountMinor", p.currency,
    p.method, p.account_external_id as "accountExternalId", p.reference, ${STATE} as state,
    p.unmatched_reason as "unmatchedReason", p.paid_at as "paidAt", p.received_at as "receivedAt",
    p.matched_at as "matchedAt", p.matched_by as "matchedBy", p.reversed_at as "reversedAt",
    coalesce((select jsonb_agg(jsonb_build_object('instalmentId', a.instalment_id,
        'component', a.component, 'amountMinor', a.amount_minor::text)
        order by a.instalment_id, a.component)
      from payment_allocation a where a.payment_id = p.id), '[]') as allocations
  from payment p`;

export async function findPaymentView(db: Queryable, id: string): Promise<PaymentView | null> {
  const { rows } = await db.query<PaymentView>(`${SELECT} where p.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listPayments(
  db: Queryable,
  filter: {
    readonly creditorId: string | null;
    readonly accountId: string | null;
    readonly state: PaymentState | null;
  },
  page: PageRequest,
): Promise<Page<PaymentView>> {
  const { rows } = await db.query<PaymentView>(
    `${SELECT} where ($1::uuid is null or p.id < $1) and ($2::uuid is null or p.creditor_id = $2)
       and ($3::uuid is null or p.account_id = $3) and ($4::text is null or ${STATE} = $4)
     order by p.id desc limit $5`,
    [page.beforeId, filter.creditorId, filter.accountId, filter.state, pageFetch(page)],
  );
  return toPage(rows, page);
}
