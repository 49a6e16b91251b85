import type { Segment } from '../domain/campaign-document/ordering';
import { maskE164 } from '../domain/phone-owner';
import {
  campaignCondition,
  parametersAfter,
  segmentIndex,
  type AccountChoice,
} from './account-filter';
import type { Queryable } from './database';
import { BOOKS_DATE } from './books-date';

/** One account that a choice takes; nothing in it names the person. */
export interface AccountSample {
  readonly accountId: string;
  readonly externalId: string;
  readonly daysPastDue: number;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly currency: string;
  readonly product: string | null;
  readonly province: string | null;
  /** The first segment that takes it; null: none. */
  readonly segment: string | null;
  /** The debtor's first number, masked; null: none to dial. */
  readonly phone: string | null;
}

export interface ChoicePreview {
  /** Open accounts that it takes. */
  readonly accounts: number;
  /** Of these by segment, in their order; the last is without one. */
  readonly segments: readonly { readonly segment: string | null; readonly accounts: number }[];
  readonly samples: readonly AccountSample[];
}

/** How many accounts a choice takes, and some of them: spread by a hash, the same each time. */
export async function previewChoice(
  db: Queryable,
  creditorId: string,
  choice: AccountChoice & { readonly segments?: readonly Segment[] | undefined },
  limit: number,
): Promise<ChoicePreview> {
  const segments = choice.segments ?? [];
  const { values, parameter } = parametersAfter(creditorId, limit);
  const taken = `select a.id, ${segmentIndex(segments, parameter)} as segment
    from account a join debtor d on d.id = a.debtor_id
    where a.creditor_id = $1 and a.status = 'open' and ${campaignCondition(choice, parameter)}`;
  const { rows } = await db.query<PreviewRow>(
    `with taken as materialized (${taken}),
     drawn as (select * from taken order by md5(id::text) limit $2)
     select (select coalesce(jsonb_agg(one), '[]') from (select segment, count(*)::int as accounts
         from taken group by segment) one) as counts,
       coalesce((select jsonb_agg(jsonb_build_object('accountId', a.id, 'externalId', a.external_id,
           'daysPastDue', ${BOOKS_DATE} - a.due_date, 'amountDueMinor', a.amount_due_minor::text,
           'currency', a.currency, 'product', a.product, 'province', d.province,
           'segment', drawn.segment, 'e164', (select e164 from phone p
             where p.debtor_id = d.id and p.owner = 'debtor' and p.status = 'active'
             order by p.position, p.id limit 1)) order by md5(a.id::text))
         from drawn join account a on a.id = drawn.id join debtor d on d.id = a.debtor_id), '[]')
         as samples`,
    values,
  );
  const { counts, samples } = rows[0] ?? { counts: [], samples: [] };
  const countOf = (index: number | null): number =>
    counts.find(({ segment }) => segment === index)?.accounts ?? 0;
  return {
    accounts: counts.reduce((sum, { accounts }) => sum + accounts, 0),
    segments: [
      ...segments.map(({ name }, index) => ({ segment: name, accounts: countOf(index) })),
      { segment: null, accounts: countOf(null) },
    ],
    samples: samples.map(({ e164, segment, ...sample }) => ({
      ...sample,
      segment: segment === null ? null : (segments[segment]?.name ?? null),
      phone: e164 === null ? null : maskE164(e164),
    })),
  };
}

interface PreviewRow {
  readonly counts: readonly { readonly segment: number | null; readonly accounts: number }[];
  readonly samples: readonly (Omit<AccountSample, 'phone' | 'segment'> & {
    readonly e164: string | null;
    readonly segment: number | null;
  })[];
}
