import { campaignCondition, parametersAfter, type CampaignChoice } from './account-filter';
import type { Queryable } from './database';
import { BOOKS_DATE } from './books-date';

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
  /** Without a number to dial: what the last of the person's own numbers became; null: there was none. */
  readonly numberOff: string | null;
  readonly due: boolean;
  /** No attempt on the person is open. */
  readonly free: boolean;
  readonly accounts: number;
  /** The first instant at which one of them, not due yet, becomes due. */
  readonly nextDueAt: Date | null;
}

/**
 * What the rules can tell apart of account `a`, debtor `d` and number `p` without a history.
 * @param dpdEdges parameter: days past due at which they change, `int[]`
 */
export const LIKENESS_KEY = (
  dpdEdges: string,
): string => `jsonb_build_array(d.stated_zone, d.province, a.debt_kind, a.product, p.place, p.line,
        case when p.line <> 'mobile' then left(p.e164, 6) end, a.notice_mailed_on,
        a.amount_due_minor = 0,
        (select count(*) from unnest(${dpdEdges}::int[]) days
         where ${BOOKS_DATE} - a.due_date > days))::text`;

/** What rules read beside what {@link LIKENESS_KEY} names, of account `a` and number `p`. */
export const HAS_HISTORY = (lookbackDays: string): string => {
  // computed once a statement, not once an account
  const since = `(select now() - make_interval(days => ${lookbackDays}::int))`;
  const firstId = `(select first_id_at(now() - make_interval(days => ${lookbackDays}::int)))`;
  return `exists (select from attempt h where h.debtor_id = a.debtor_id and h.created_at >= ${since}
      and h.id >= ${firstId})
    or exists (select from contact h where h.debtor_id = a.debtor_id and h.at >= ${since})
    or exists (select from consent h where h.debtor_id = a.debtor_id
      and h.kind in ('time', 'frequency'))
    or exists (select from contact_preference h where h.debtor_id = a.debtor_id
      and h.removed_at is null)
    or exists (select from hold h where h.debtor_id = a.debtor_id and h.lifted_at is null)
    or exists (select from hold h where h.e164 = p.e164 and h.lifted_at is null)
    or exists (select from contact h where h.e164 = p.e164 and h.at >= ${since})
    or exists (select from phone h where h.e164 = p.e164 and h.id <> p.id)`;
};

/** How far back the rules look, and the days past due at which they change. */
export interface RuleReach {
  readonly lookbackDays: number;
  readonly dpdEdges: readonly number[];
}

/** Columns `open`, `dialable`, `blocked`, `number_off`, `due`, `free`, `next_attempt_at`, `likeness`, `id`. */
const likenessOf = (accounts: string, condition: string): string => `
  select a.id, a.status = 'open' as open, p.id is not null as dialable, a.blocked_reason as blocked,
    coalesce(a.next_attempt_at <= now(), false) as due, a.next_attempt_at,
    not exists (select from open_attempt o where o.debtor_id = a.debtor_id) as free,
    case when a.status = 'open' and p.id is null then (select
        case when status = 'invalid' then coalesce(invalid_by, 'network') || '_invalid' else status end
      from phone where debtor_id = a.debtor_id and owner = 'debtor'
      order by updated_at desc, id limit 1) end as number_off,
    case
      when a.status <> 'open' or p.id is null then null
      -- a person with a history, a wish, a hold or a shared number is like nobody else
      when ${HAS_HISTORY('$2')} then a.debtor_id::text || a.id
      else ${LIKENESS_KEY('$3')}
    end as likeness
  from ${accounts} join debtor d on d.id = a.debtor_id
  left join lateral (select id, e164, place, line from phone
    where debtor_id = a.debtor_id and owner = 'debtor' and status = 'active'
    order by position, id limit 1) p on true
  where a.creditor_id = $1 and ${condition}`;

/** A creditor with more accounts is looked at by a sample of about so many accounts of the table. */
const SAMPLE = 100_000;

export interface AccountGroups {
  /** Of a sample: the counts are scaled up to all. */
  readonly groups: AccountGroup[];
  readonly isSample: boolean;
}

/**
 * The accounts that a campaign takes, grouped, the largest likeness first: 100,000 accounts nobody has
 * called lately are some dozens of groups. Of a large portfolio some blocks of the table stand for
 * all, the same ones each time, so that the answer takes as long with millions of accounts.
 */
export async function groupAccounts(
  db: Queryable,
  choice: Pick<CampaignChoice, 'creditorId' | 'filter' | 'reminders'>,
  rules: RuleReach,
): Promise<AccountGroups> {
  const percent = await samplePercent(db, choice.creditorId);
  const accounts =
    percent === null
      ? 'account a'
      : `account a tablesample system (${String(percent)}) repeatable (1)`;
  const { values, parameter } = parametersAfter(
    choice.creditorId,
    rules.lookbackDays,
    rules.dpdEdges,
  );
  const { rows } = await db.query<AccountGroup>(
    `select min(id::text)::uuid as "accountId", likeness, open, dialable, blocked as "blockedReason",
       number_off as "numberOff", due, free, count(*)::int as accounts,
       min(next_attempt_at) filter (where not due) as "nextDueAt"
     from (${likenessOf(accounts, campaignCondition(choice, parameter))}) one
     -- by the hour in which they become due: one hour's accounts wait no longer than that
     group by likeness, open, dialable, blocked, number_off, due, free,
       case when not due then date_trunc('hour', next_attempt_at) end
     order by sum(count(*)) over (partition by likeness) desc, likeness, "accountId"`,
    values,
  );
  if (percent === null) return { groups: rows, isSample: false };
  const each = 100 / percent;
  const groups = rows.map((row) => ({ ...row, accounts: Math.round(row.accounts * each) }));
  return { groups, isSample: true };
}

/** How much of the table is looked at, per cent; null: each account of the creditor. */
async function samplePercent(db: Queryable, creditorId: string): Promise<number | null> {
  const { rows } = await db.query<{ own: number; all: number }>(
    `select (select count(*)::int from (select from account
         where creditor_id = $1 limit ${SAMPLE + 1}) own) as own,
       (select reltuples::float8 from pg_class where oid = 'account'::regclass) as all`,
    [creditorId],
  );
  const [row] = rows;
  if (row === undefined || row.own <= SAMPLE) return null;
  // one of a thousand steps: each is a statement of its own
  return Math.min(100, Math.max(0.1, Math.ceil((SAMPLE / Math.max(row.all, SAMPLE)) * 1_000) / 10));
}
