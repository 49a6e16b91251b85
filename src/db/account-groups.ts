import { campaignCondition, parametersAfter, type CampaignChoice } from './account-filter';
import type { Queryable } from './database';
import { BOOKS_DATE } from './dialing-facts';

/**
 * Accounts of a campaign about which the rules say the same, and which stand at the same step.
 * `likeness` names what the rules can tell apart: one account of it speaks for all.
 */
export interface AccountGroup {
  /** One of them, to be asked about. */
  readonly accountId: string;
  /** Null: paid, closed, or without a number to dial: no rule is asked. */
  readonly likeness: string | null;
  readonly open: boolean;
  readonly dialable: boolean;
  /** Why they may not be dialed although open; null: they may. */
  readonly blockedReason: string | null;
  readonly due: boolean;
  /** No attempt on the person is open. */
  readonly free: boolean;
  readonly accounts: number;
  /** The first instant at which one of them, not due yet, becomes due. */
  readonly nextDueAt: Date | null;
}

/** Columns `open`, `dialable`, `blocked`, `due`, `free`, `next_attempt_at`, `likeness`, `id`. */
const likenessOf = (condition: string): string => `
  select a.id, a.status = 'open' as open, p.id is not null as dialable, a.blocked_reason as blocked,
    coalesce(a.next_attempt_at <= now(), false) as due, a.next_attempt_at,
    a.debtor_id not in (select debtor_id from open_attempt) as free,
    case
      when a.status <> 'open' or p.id is null then null
      -- a person with a history, a wish, a hold or a shared number is like nobody else
      when a.debtor_id in (select debtor_id from attempt
          where id >= first_id_at(now() - make_interval(days => $2))
            and created_at >= now() - make_interval(days => $2))
        or a.debtor_id in (select debtor_id from contact where at >= now() - make_interval(days => $2))
        or a.debtor_id in (select debtor_id from consent where kind in ('time', 'frequency'))
        or a.debtor_id in (select debtor_id from contact_preference where removed_at is null)
        or a.debtor_id in (select debtor_id from hold where debtor_id is not null and lifted_at is null)
        or p.e164 in (select e164 from hold where e164 is not null and lifted_at is null)
        or p.e164 in (select e164 from contact where e164 is not null
          and at >= now() - make_interval(days => $2))
        or p.e164 in (select e164 from phone group by e164 having count(*) > 1)
      then a.debtor_id::text || a.id
      else jsonb_build_array(d.stated_zone, d.province, a.debt_kind, a.product, p.place, p.line,
        case when p.line <> 'mobile' then left(p.e164, 6) end, a.notice_mailed_on,
        a.amount_due_minor = 0,
        (select count(*) from unnest($3::int[]) days where ${BOOKS_DATE} - a.due_date > days))::text
    end as likeness
  from account a join debtor d on d.id = a.debtor_id
  left join lateral (select id, e164, place, line from phone
    where debtor_id = a.debtor_id and owner = 'debtor' and status = 'active'
    order by position, id limit 1) p on true
  where a.creditor_id = $1 and ${condition}`;

/**
 * The accounts that a campaign takes, grouped, the largest likeness first: 100,000 accounts nobody has
 * called lately are some dozens of groups.
 * @param rules how far back they look (days), and the days past due at which they change
 */
export async function groupAccounts(
  db: Queryable,
  choice: Pick<CampaignChoice, 'creditorId' | 'filter' | 'reminders'>,
  rules: { readonly lookbackDays: number; readonly dpdEdges: readonly number[] },
): Promise<AccountGroup[]> {
  const { values, parameter } = parametersAfter(
    choice.creditorId,
    rules.lookbackDays,
    rules.dpdEdges,
  );
  const { rows } = await db.query<AccountGroup>(
    `select min(id::text)::uuid as "accountId", likeness, open, dialable, blocked as "blockedReason",
       due, free, count(*)::int as accounts,
       min(next_attempt_at) filter (where not due) as "nextDueAt"
     from (${likenessOf(campaignCondition(choice, parameter))}) one
     -- by the hour in which they become due: one hour's accounts wait no longer than that
     group by likeness, open, dialable, blocked, due, free,
       case when not due then date_trunc('hour', next_attempt_at) end
     order by sum(count(*)) over (partition by likeness) desc, likeness, "accountId"`,
    values,
  );
  return rows;
}
