import { booksDate } from '../books-date';
import { bucketName } from '../bucket-name';
import type { KpiDimension } from './kpi-scope';

/** Rows that figures are counted from; places of values: kpi-scope.ts. */
export interface KpiFact {
  /** `from` and `where`. */
  readonly rows: string;
  /** By what they can be cut. */
  readonly by: Readonly<Partial<Record<KpiDimension, string>>>;
  /** Null: not money. */
  readonly currency: string | null;
}

/** The moment of a call: when it was dialed, or joined when it came in. */
export const CALL_AT = 'coalesce(t.dialed_at, t.connected_at, t.created_at)';
const hourOf = (at: string): string => `extract(hour from ${at} at time zone $5)::int`;
/**
 * For how many days an account had been on our list on a date of the books; null of null. One that was
 * on file only later counts as new. @param since SQL of the instant at which it came
 */
const listAge = (date: string, since: string): string =>
  `(array['0-7', '8-30', '31-90', '91-180', '181+'])[
    width_bucket(${date} - ${booksDate(since)}, array[8, 31, 91, 181]) + 1]`;
/** Of an account that no row `a` stands for. */
const listedAt = (accountId: string): string =>
  `(select l.created_at from account l where l.id = ${accountId})`;
const ours = (alias: string): string => `($1::uuid is null or ${alias}.creditor_id = $1)`;
const IN_CAMPAIGN = '($2::uuid is null or t.campaign_id = $2)';
// a case, because of a comparison of more than one column the planner expects one row in 200, and goes to
// look for the rest of each row by itself
const THESE_DAYS = `t.id >= $8 and t.id < $9
  and case when ${CALL_AT} < $3 then false else ${CALL_AT} < $4 end`;

/** As account `a` stood on the books then, else, of a day that was not seen, as it stands now. */
const standingThen = (
  column: string,
  date: string,
  now: string,
): string => `coalesce((select s.${column}
    from account_day s where s.account_id = a.id and s.day <= ${date} and s.day >= date_trunc('month', ${date})::date
    order by s.day desc limit 1), ${now})`;
export const dueDateOn = (date: string): string => standingThen('due_date', date, 'a.due_date');
export const dueMinorOn = (date: string): string =>
  standingThen('due_minor', date, 'a.stated_minor');
/** The bucket of account `a` on that date. */
export const bucketOn = (date: string): string => bucketName(`(${date} - ${dueDateOn(date)})`);
export const BUCKET_AT_CALL = bucketOn(booksDate(CALL_AT));

const ofCall = {
  bucket: BUCKET_AT_CALL,
  agent: 't.agent_id',
  hour: hourOf(CALL_AT),
  creditor: 't.creditor_id',
  campaign: 't.campaign_id',
  listAge: listAge(booksDate(CALL_AT), 'a.created_at'),
};

/** Calls `t` to account `a` that reached the network, whoever chose them: abandoned and manual ones too. */
export const DIALS: KpiFact = {
  rows: `from attempt t join account a on a.id = t.account_id
    where t.direction = 'out' and t.counted and ${THESE_DAYS} and ${ours('t')} and ${IN_CAMPAIGN}`,
  by: ofCall,
  currency: null,
};

/** What calls cost, of creditors that say so, by the latest version of their policies. */
export const PRICES = `(select creditor_id, (price->>'perAttemptMinor')::numeric as attempt,
      (price->>'perTalkMinuteMinor')::numeric as minute
    from (select distinct on (creditor_id) creditor_id, document->'figures'->'callCost' as price
      from collection_policy order by creditor_id, version desc) latest
    where jsonb_typeof(price) = 'object')`;

/** Calls `t` to account `a`, and those that came in, with what they cost `c`. */
export const COSTS: KpiFact = {
  rows: `from attempt t join account a on a.id = t.account_id join creditor cr on cr.id = t.creditor_id
    join ${PRICES} c on c.creditor_id = t.creditor_id
    where (t.counted or t.direction = 'in') and ${THESE_DAYS} and ${ours('t')} and ${IN_CAMPAIGN}`,
  by: ofCall,
  currency: 'cr.currency',
};

/** Talks `t` with the right party about account `a`, dialed or come in, by their outcome `o`. */
export const RIGHT_PARTY_TALKS: KpiFact = {
  rows: `from attempt t join outcome o on o.attempt_id = t.id and o.attempt_id >= $8 and o.attempt_id < $9
    join account a on a.id = o.account_id
    where o.code like 'RPC\\_%' and ${THESE_DAYS} and ${ours('o')} and ${IN_CAMPAIGN}`,
  by: { ...ofCall, creditor: 'o.creditor_id' },
  currency: null,
};

/** Talks `t` about account `a` that an agent had, whoever answered. */
export const TALKS: KpiFact = {
  rows: `from attempt t join account a on a.id = t.account_id
    where t.connected_at is not null and ${THESE_DAYS} and ${ours('t')} and ${IN_CAMPAIGN}`,
  by: ofCall,
  currency: null,
};

/** Forbidden phrases `m` that agents said in talks `t` of these days, about account `a`; dismissed ones are none. */
export const FORBIDDEN_PHRASES: KpiFact = {
  rows: `from attempt t join phrase_mark m on m.attempt_id = t.id join account a on a.id = t.account_id
    where m.verdict is distinct from 'dismissed' and ${THESE_DAYS} and ${ours('m')} and ${IN_CAMPAIGN}`,
  by: { ...ofCall, agent: 'm.agent_id', creditor: 'm.creditor_id' },
  currency: null,
};

/** A promise that the person gave and that was not refused or taken back. */
const GIVEN = `p.state not in ('proposed', 'cancelled')`;

/** Promises `p` of talks `t` of these days, about account `a`. */
export const PROMISES_MADE: KpiFact = {
  rows: `from attempt t join promise p on p.attempt_id = t.id and p.id >= $8
    join account a on a.id = p.account_id
    where ${GIVEN} and ${THESE_DAYS} and ${ours('p')} and ${IN_CAMPAIGN}`,
  by: { ...ofCall, creditor: 'p.creditor_id' },
  currency: 'p.currency',
};

/** Promises `p` that were due in these days and are decided, about account `a`, of talk `t`. */
export const PROMISES_DECIDED: KpiFact = {
  rows: `from promise p join account a on a.id = p.account_id
    left join attempt t on t.id = p.attempt_id and t.id >= $12 and t.id < $9
    where p.due_date between $6 and $7 and p.state in ('kept', 'broken') and ${ours('p')} and ${IN_CAMPAIGN}`,
  by: {
    ...ofCall,
    bucket: bucketOn(booksDate('p.created_at')),
    creditor: 'p.creditor_id',
    listAge: listAge(booksDate('p.created_at'), 'a.created_at'),
  },
  currency: 'p.currency',
};

/** The latest right-party talk about an account before `until`, of the 30 days before; `t`. */
const talkBefore = (account: string, until: string): string => `left join lateral (
    select w.agent_id, w.campaign_id, w.dialed_at, w.connected_at, w.created_at from outcome o
    join attempt w on w.id = o.attempt_id
    where o.account_id = ${account} and o.code like 'RPC\\_%' and o.attempt_id < first_id_at(${until})
      and o.attempt_id >= first_id_at(${until} - interval '30 days')
    order by o.attempt_id desc limit 1) t on true`;

const ofTalkBefore = { agent: 't.agent_id', hour: hourOf(CALL_AT), campaign: 't.campaign_id' };

/** Payments `y` of these days that stand (one that was reversed since does not), of account `a`. */
export const PAYMENTS: KpiFact = {
  rows: `from payment y join account a on a.id = y.account_id ${talkBefore('a.id', 'y.paid_at')}
    where y.reversed_at is null and y.paid_at >= $3 and y.paid_at < $4 and ${ours('y')} and ${IN_CAMPAIGN}`,
  by: {
    ...ofTalkBefore,
    bucket: bucketOn(booksDate('y.paid_at')),
    creditor: 'y.creditor_id',
    listAge: listAge(booksDate('y.paid_at'), 'a.created_at'),
  },
  currency: 'y.currency',
};

/** Common tables: the first and last days of these that were seen, and the accounts `b` open on the first. */
const SEEN = `select min(day) as first, max(day) as last from book_day
  where finished_at is not null and day between $6 and $7`;
const standingOn = (day: 'first' | 'last'): string => `select distinct on (s.account_id) s.*
  from account_day s, (${SEEN}) seen
  where s.day >= $10 and s.day <= $7 and s.day <= seen.${day}
    ${day === 'first' ? `and s.day >= date_trunc('month', seen.first)` : ''} and ${ours('s')}
  order by s.account_id, s.day desc`;

/**
 * Accounts `b` that were open on the first day of these that was seen, with how they stood on the last,
 * `e`; `seen` has both days. No rows where fewer than two days were seen.
 */
export const BOOK_PAIR = `from (${SEEN}) seen
  join (${standingOn('first')}) b on b.status = 'open' and seen.first < seen.last
  join (${standingOn('last')}) e on e.account_id = b.account_id`;
export const BUCKET_AT_FIRST = bucketName('(seen.first - b.due_date)');
export const BUCKET_AT_LAST = `case when e.status = 'open' then ${bucketName('(seen.last - e.due_date)')} else e.status end`;

/** Of them those past due on the first day, with the latest right-party talk of these days `t`. */
export const PAST_DUE: KpiFact = {
  rows: `${BOOK_PAIR} ${talkBefore('b.account_id', '$4::timestamptz')}
    where b.due_date < seen.first and ${IN_CAMPAIGN}`,
  by: {
    ...ofTalkBefore,
    bucket: BUCKET_AT_FIRST,
    creditor: 'b.creditor_id',
    listAge: listAge('seen.first', listedAt('b.account_id')),
  },
  currency: null,
};
export const PAST_DUE_MONEY: KpiFact = { ...PAST_DUE, currency: 'b.currency' };

/**
 * Accounts `e` as they stood on the last day of these that was seen, that were open on it or on the first, or
 * came between; `b` on the first, if it was there. No rows where fewer than two days were seen.
 */
export const BOOK_TO_LAST: KpiFact = {
  rows: `from (${SEEN}) seen
    join (${standingOn('last')}) e on seen.first < seen.last
    left join (${standingOn('first')}) b on b.account_id = e.account_id
    ${talkBefore('e.account_id', '$4::timestamptz')}
    where (coalesce(b.status, 'open') = 'open' or e.status = 'open') and ${IN_CAMPAIGN}`,
  by: {
    ...ofTalkBefore,
    // of one that was not there yet: as it stood on the last
    bucket: `coalesce(${BUCKET_AT_FIRST}, ${bucketName('(seen.last - e.due_date)')})`,
    creditor: 'e.creditor_id',
    listAge: listAge('seen.first', listedAt('e.account_id')),
  },
  currency: 'e.currency',
};

const dayBegins = (day: string): string => `${day}::timestamp at time zone 'Asia/Jakarta'`;
/** Of {@link BOOK_TO_LAST}: what came in between the two looks, and stands. */
export const COLLECTED_BETWEEN = `coalesce((select sum(y.amount_minor) from payment y
  where y.account_id = e.account_id and y.currency = e.currency and y.reversed_at is null
    and y.paid_at >= ${dayBegins('seen.first')} and y.paid_at < ${dayBegins('seen.last')}), 0)`;
/** Of the same: what is past due on the last day. */
export const PAST_DUE_AT_LAST = `case when e.status = 'open' and e.due_date < seen.last then e.due_minor else 0 end`;

/** People `k` who could be called on some day of these that was seen. */
export const SELECTABLE_PEOPLE: KpiFact = {
  rows: `from (select s.creditor_id, s.debtor_id, min(s.due_date) as due_date, min(seen.first) as first
      from (select s.*, lead(s.day) over (partition by s.account_id order by s.day) as until
        from account_day s where s.day >= $10 and s.day <= $7 and ${ours('s')}) s, (${SEEN}) seen
      where s.selectable and s.day >= date_trunc('month', seen.first) and s.day <= seen.last
        and coalesce(s.until > seen.first, true)
      group by 1, 2) k
    where $2::uuid is null`,
  by: {
    bucket: bucketName('(k.first - k.due_date)'),
    creditor: 'k.creditor_id',
    // of several accounts the one that has been there for longest
    listAge: listAge(
      'k.first',
      `(select min(l.created_at) from account l
        where l.debtor_id = k.debtor_id and l.creditor_id = k.creditor_id)`,
    ),
  },
  currency: null,
};

/** Was person `k` called in these days? */
export const CALLED = `exists (select from attempt t where t.debtor_id = k.debtor_id
  and t.creditor_id = k.creditor_id and t.direction = 'out' and t.counted and ${THESE_DAYS})`;

/**
 * Complaints `h` that were received in these days, as cases or as holds without a case, with the call
 * `t` in which they were made or the latest one of the 30 days before.
 */
export const COMPLAINTS: KpiFact = {
  rows: `from (
      select k.creditor_id, k.debtor_id, k.attempt_id, k.opened_at as at from case_file k
      where k.kind = 'complaint' and k.opened_at >= $3 and k.opened_at < $4
      union all
      select coalesce(l.creditor_id, a.creditor_id), l.debtor_id, null, l.placed_at
      from hold l left join account a on a.id = l.account_id
      where l.kind = 'complaint' and l.placed_at >= $3 and l.placed_at < $4
        and not exists (select from case_hold c where c.hold_id = l.id)) h
    left join lateral (select w.agent_id, w.campaign_id, w.account_id, w.dialed_at, w.connected_at, w.created_at
      from attempt w where w.debtor_id = h.debtor_id and w.creditor_id = h.creditor_id
        and w.id >= first_id_at(h.at - interval '30 days')
        and case when h.attempt_id is null then w.id < first_id_at(h.at) else w.id = h.attempt_id end
      order by w.id desc limit 1) t on true
    left join account a on a.id = t.account_id
    where ${ours('h')} and ${IN_CAMPAIGN}`,
  by: {
    ...ofTalkBefore,
    bucket: bucketOn(booksDate('h.at')),
    creditor: 'h.creditor_id',
    listAge: listAge(booksDate('h.at'), 'a.created_at'),
  },
  currency: null,
};
