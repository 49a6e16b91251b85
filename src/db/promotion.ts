import type { AccountFilter } from '../domain/campaign-document/account-filter';
import type { CampaignSettings } from '../domain/campaign-settings';
import { campaignCondition, parametersAfter } from './account-filter';
import type { Queryable } from './database';
import { HAS_HISTORY, LIKENESS_KEY, type RuleReach } from './account-groups';
import { BOOKS_DATE } from './books-date';
import type { Split } from './experiment-arm';

/** Of the last account that was seen, in the order of the index account_due. Text, as Postgres wrote it: to the microsecond. */
export interface Place {
  readonly at: string;
  readonly due: string;
  readonly id: string;
}

/** How far a campaign's accounts are promoted. */
export interface Promotion {
  readonly campaignId: string;
  readonly creditorId: string;
  readonly campaignVersion: number;
  /** As they were checked when they were written. */
  readonly filter: AccountFilter;
  readonly settings: CampaignSettings;
  /** Whom it calls otherwise now; null: nobody. */
  readonly split: Split | null;
  readonly head: Place;
  /** Null: no pass is due now. */
  readonly pass: Place | null;
}

/** Before every account. */
const START = `'-infinity', '-infinity', '00000000-0000-0000-0000-000000000000'`;

const LEASE = `interval '2 seconds'`;
/** Transactions that were under way when the head passed their instant are over by then. */
const LATE_COMMITS = `interval '2 seconds'`;
/** A pass that saw no more than this costs some milliseconds: the next one may follow at once. */
const SMALL_PASS = 2_000;
/** A larger one is followed by a pause of so many times its own length. */
const PAUSE = 20;

const place = (name: string): string => `jsonb_build_object('at', p.${name}_at::text,
  'due', p.${name}_due::text, 'id', p.${name}_id)`;

/**
 * Takes the campaign's promotion for this process, for 2 s after the last slice at the longest; null when another one
 * has it, or the campaign is not running. A new version of the campaign begins a new pass.
 */
export async function takePromotion(db: Queryable, campaignId: string): Promise<Promotion | null> {
  const { rows } = await db.query<Promotion>(
    `insert into promotion as p (campaign_id, held_until, head_at, head_due, head_id,
       pass_at, pass_due, pass_id, campaign_version)
     select id, clock_timestamp() + ${LEASE}, clock_timestamp() - ${LATE_COMMITS}, '-infinity',
       '00000000-0000-0000-0000-000000000000', ${START}, version
     from campaign where id = $1 and state = 'running'
     on conflict (campaign_id) do update set held_until = excluded.held_until,
       campaign_version = excluded.campaign_version,
       next_pass_at = case when p.campaign_version = excluded.campaign_version
         then p.next_pass_at else clock_timestamp() end,
       pass_at = case when p.campaign_version = excluded.campaign_version
         then p.pass_at else '-infinity' end
     where p.held_until is null or p.held_until < clock_timestamp()
     returning p.campaign_id as "campaignId", p.campaign_version as "campaignVersion",
       (select creditor_id from campaign c where c.id = p.campaign_id) as "creditorId",
       (select filter from campaign c where c.id = p.campaign_id) as filter,
       (select settings from campaign c where c.id = p.campaign_id) as settings,
       (select split from campaign c where c.id = p.campaign_id) as split,
       ${place('head')} as head,
       case when p.next_pass_at <= clock_timestamp() then ${place('pass')} end as pass`,
    [campaignId],
  );
  return rows[0] ?? null;
}

/** Where a slice ended. */
export interface SliceEnd {
  /** The last account seen; null: none. */
  readonly last: Place | null;
  /** Nothing due lies behind it. */
  readonly ended: boolean;
  readonly scanned: number;
}

/** The head goes on from there; at the end it waits a little behind the clock. */
export async function moveHead(
  db: Queryable,
  campaignId: string,
  { last, ended }: SliceEnd,
): Promise<void> {
  await db.query(
    `update promotion set held_until = clock_timestamp() + ${LEASE},
       head_at = case when $2 then greatest(head_at, clock_timestamp() - ${LATE_COMMITS})
         else $3::timestamptz end,
       head_due = case when $2 then '-infinity' else $4::date end,
       head_id = case when $2 then '00000000-0000-0000-0000-000000000000' else $5::uuid end
     where campaign_id = $1`,
    [campaignId, ended || last === null, last?.at ?? null, last?.due ?? null, last?.id ?? null],
  );
}

/** The pass goes on from there; at the end it begins anew, after a pause if it was long. */
export async function movePass(
  db: Queryable,
  campaignId: string,
  { last, ended, scanned }: SliceEnd,
): Promise<void> {
  const over = ended || last === null;
  await db.query(
    over
      ? `update promotion set held_until = clock_timestamp() + ${LEASE},
           (pass_at, pass_due, pass_id) = (${START}),
           next_pass_at = clock_timestamp() + case when pass_scanned + $2 <= ${SMALL_PASS}
             then interval '0' else ${PAUSE} * (clock_timestamp() - pass_began_at) end,
           pass_began_at = clock_timestamp(), pass_scanned = 0
         where campaign_id = $1`
      : `update promotion set held_until = clock_timestamp() + ${LEASE},
           pass_at = $3::timestamptz, pass_due = $4::date, pass_id = $5::uuid,
           pass_began_at = case when pass_scanned = 0 then clock_timestamp() else pass_began_at end,
           pass_scanned = pass_scanned + $2
         where campaign_id = $1`,
    over ? [campaignId, scanned] : [campaignId, scanned, last.at, last.due, last.id],
  );
}

/** Gives the promotion back. */
export async function releasePromotion(db: Queryable, campaignId: string): Promise<void> {
  await db.query('update promotion set held_until = null where campaign_id = $1', [campaignId]);
}

/**
 * Lets the campaigns of a creditor look again at all that became due since an instant. To be called
 * in a transaction that makes accounts due at an instant of the past, as a long import does.
 */
export async function promoteAgainFrom(
  db: Queryable,
  creditorId: string,
  since: Date,
): Promise<void> {
  await db.query(
    `update promotion set head_at = $2, head_due = '-infinity',
       head_id = '00000000-0000-0000-0000-000000000000'
     where head_at > $2 and campaign_id in (select id from campaign where creditor_id = $1)`,
    [creditorId, since],
  );
}

/** An account that is due for the campaign, and is not promoted yet. */
export interface DueCandidate {
  readonly accountId: string;
  readonly debtorId: string;
  readonly place: Place;
  /** The same: the rules say the same of them. Null: it has a history, or no number; it is like nobody. */
  readonly likeness: string | null;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly daysPastDue: number;
  readonly promiseBroken: boolean;
  readonly dueAt: Date;
}

/** What an account's rank rests on, of `account a`: columns of {@link DueCandidate}. */
export const RANK_FACTS = `a.amount_due_minor::text as "amountDueMinor",
  ${BOOKS_DATE} - a.due_date as "daysPastDue",
  exists (select from promise k where k.account_id = a.id and k.state = 'broken'
    and k.due_date >= ${BOOKS_DATE} - 14) as "promiseBroken"`;

/**
 * The next due accounts of the creditor behind a place, and among them those that the campaign takes
 * and that are not ready yet, or not any more. Reads `limit` entries of the index account_due, a whole
 * number.
 */
export async function readDueSlice(
  db: Queryable,
  promotion: Omit<Promotion, 'head' | 'pass' | 'split'>,
  reach: RuleReach,
  after: Place,
  limit: number,
): Promise<{
  readonly end: SliceEnd;
  readonly candidates: readonly DueCandidate[];
  /** What was written before is known of them; as Postgres wrote it. */
  readonly readAt: string;
}> {
  const { campaignId, creditorId, campaignVersion, filter, settings } = promotion;
  const choice = { filter, reminders: settings.reminders };
  const { values, parameter } = parametersAfter(
    ...[campaignId, creditorId, after.at, after.due, after.id, campaignVersion],
    ...[reach.lookbackDays, reach.dpdEdges],
  );
  const { rows } = await db.query<{
    last: Place | null;
    scanned: number;
    readAt: string;
    candidates: (Omit<DueCandidate, 'dueAt'> & { dueAt: string })[];
  }>(
    `with slice as materialized (
       select a.* from account a
       where a.creditor_id = $2 and a.status = 'open' and a.blocked_reason is null
         and a.next_attempt_at <= now() and (a.next_attempt_at, a.due_date, a.id)
           > ($3::timestamptz, $4::date, $5::uuid)
       order by a.next_attempt_at, a.due_date, a.id limit ${limit})
     select (select count(*)::int from slice) as scanned, statement_timestamp()::text as "readAt",
       (select jsonb_build_object('at', next_attempt_at::text, 'due', due_date::text, 'id', id)
        from slice order by next_attempt_at desc, due_date desc, id desc limit 1) as last,
       coalesce((select jsonb_agg(one order by one.at, one.due, one."accountId") from (
         select a.id as "accountId", a.debtor_id as "debtorId", a.next_attempt_at as at, a.due_date as due,
           jsonb_build_object('at', a.next_attempt_at::text, 'due', a.due_date::text,
             'id', a.id) as place,
           a.next_attempt_at as "dueAt", ${RANK_FACTS},
           case when p.id is null or ${HAS_HISTORY('$7')} then null
             else ${LIKENESS_KEY('$8')} end as likeness
         from slice a join debtor d on d.id = a.debtor_id
           left join lateral (select id, e164, place, line from phone
             where debtor_id = a.debtor_id and owner = 'debtor' and status = 'active'
             order by position, id limit 1) p on true
         where ${campaignCondition(choice, parameter)}
           and not exists (select from ready_account r where r.campaign_id = $1
             and r.account_id = a.id and r.good_until > now() and r.campaign_version = $6)
           and not exists (select from open_attempt o where o.debtor_id = a.debtor_id)) one),
         '[]') as candidates`,
    values,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a select without from gives one row');
  const { last, scanned, readAt, candidates } = row;
  return {
    readAt,
    end: { last, ended: scanned < limit, scanned },
    candidates: candidates.map((one) => ({ ...one, dueAt: new Date(one.dueAt) })),
  };
}

/**
 * Puts accounts off that are still due, and that nobody is deciding about at the moment. The instants
 * are in the order of the accounts.
 * @returns how many
 */
export async function putOff(
  db: Queryable,
  accountIds: readonly string[],
  until: readonly Date[],
): Promise<number> {
  const { rowCount } = await db.query(
    `update account a set next_attempt_at = free.until, put_off_until = free.until,
       updated_at = now()
     from (select a.id, off.until from account a
         join unnest($1::uuid[], $2::timestamptz[]) off (id, until) on off.id = a.id
       where a.status = 'open' and a.blocked_reason is null and a.next_attempt_at <= now()
       order by a.id for no key update of a skip locked) free
     where a.id = free.id`,
    [accountIds, until],
  );
  return rowCount ?? 0;
}
