import type { CallPurpose, Collector, Place } from '../domain/call-facts';
import type { CampaignSettings } from '../domain/campaign-settings';
import type { StandingSwitch } from '../domain/kill-switch';
import type { PhoneOwner } from '../domain/phone-owner';
import type { Line } from '../domain/phone-number';
import { BOOKS_DATE } from './books-date';
import type { Queryable } from './database';
import { idsSince, type MonthSpan } from './new-id';
import { isNextPhonesTurn, PHONE_ORDER, PHONE_SETTINGS } from './phone-order';

const HOUR_MS = 3_600_000;

/** The call that is asked about. */
export interface CallAsked {
  readonly accountId: string;
  readonly campaignId: string;
  readonly purpose: CallPurpose;
  /** This number and no other, whoever answers it; null: any of the debtor's own. */
  readonly phoneId: string | null;
  /** A campaign that is asked about before it is kept; absent: as it stands. */
  readonly proposed?: ProposedCampaign;
}

/** The row of a campaign as it would be; `id` is the campaign's when there is one. */
export interface ProposedCampaign {
  readonly id: string;
  readonly creditor_id: string;
  readonly state: 'running';
  readonly version: number;
  readonly rule_packs: readonly string[];
  readonly settings: CampaignSettings;
}

export interface PhoneRow {
  readonly id: string;
  readonly owner: PhoneOwner;
  readonly e164: string;
  readonly place: Place;
  readonly line: Line;
}

/** What the gate reads of the call itself, beside ledger and person. */
export interface DialingRow {
  readonly account: {
    readonly id: string;
    readonly creditorId: string;
    readonly debtorId: string;
    readonly status: 'open' | 'paid' | 'closed';
    readonly blockedReason: string | null;
    /** Integer minor units. */
    readonly amountDueMinor: string;
    readonly currency: string;
    readonly product: string | null;
    readonly debtKind: string;
    readonly daysPastDue: number;
    readonly noticeMailedOn: string | null;
  };
  readonly debtor: { readonly province: string | null; readonly statedZone: string | null };
  readonly creditor: {
    readonly country: string;
    readonly collector: Collector;
    readonly rulePacks: readonly string[];
  };
  readonly campaign: {
    readonly id: string;
    readonly creditorId: string;
    readonly state: string;
    readonly version: number;
    readonly rulePacks: readonly string[];
    readonly settings: CampaignSettings;
  };
  /** Active numbers that may be meant, the one tried longest ago first; four weeks are as good as never. */
  readonly phones: readonly PhoneRow[];
  /** Enabled trunks that the campaign may use, best first. */
  readonly trunks: readonly { readonly id: string; readonly host: string }[];
  /** Kill switches that stand within reach of this call. */
  readonly switches: readonly StandingSwitch[];
  /** Open, not blocked, and its next attempt is due. */
  readonly isDue: boolean;
  /** Somebody is calling the person, about whichever account. */
  readonly isPersonInCall: boolean;
  /** Of packs and calendars. */
  readonly rulesRevision: bigint;
  /** The database's clock: the only one that decides. */
  readonly at: Date;
}

/**
 * {@link DialingRow} of an account for `campaign c`, whose id is `$1`, by its number `$2` or any. An
 * attempt is looked for by ids from `$3` to `$4`.
 * @param account expression for its id
 * @param campaign a table of campaigns
 * @param months of these ids
 */
export const dialingRow = (account: string, campaign: string, months: MonthSpan): string => `
  select jsonb_build_object('id', a.id, 'creditorId', a.creditor_id, 'debtorId', a.debtor_id,
         'status', a.status, 'blockedReason', a.blocked_reason,
         'amountDueMinor', a.amount_due_minor::text, 'currency', a.currency, 'product', a.product,
         'debtKind', a.debt_kind, 'daysPastDue', ${BOOKS_DATE} - a.due_date,
         'noticeMailedOn', a.notice_mailed_on) as account,
       jsonb_build_object('province', d.province, 'statedZone', d.stated_zone) as debtor,
       jsonb_build_object('country', cr.country, 'collector', cr.collector,
         'rulePacks', cr.rule_packs) as creditor,
       jsonb_build_object('id', c.id, 'creditorId', c.creditor_id, 'state', c.state,
         'version', c.version, 'rulePacks', c.rule_packs, 'settings', c.settings) as campaign,
       coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'owner', p.owner, 'e164', p.e164,
           'place', p.place, 'line', p.line) order by ${PHONE_ORDER})
         from phone p left join lateral (select t.id, t.created_at as tried, t.result from attempt t
           where t.phone_id = p.id and t.id >= $3 and t.id < $4
             and t.id >= ${months.ids[0]} and t.id < ${months.ids[1]}
           order by t.id desc limit 1) last on true,
           lateral ${isNextPhonesTurn(months)} turn
         where p.debtor_id = a.debtor_id and p.status = 'active'
           and case when $2::uuid is null then p.owner = 'debtor' else p.id = $2 end),
         '[]') as phones,
       coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'host', t.host)
           order by t.priority, t.id)
         from trunk t where t.enabled
           and (c.settings->'trunkIds' is null or c.settings->'trunkIds' ? t.id::text)),
         '[]') as trunks,
       coalesce((select jsonb_agg(jsonb_build_object('id', k.id, 'scope', k.scope,
           'scopeId', k.scope_id) order by k.id)
         from kill_switch k where k.released_at is null and (k.scope in ('all', 'trunk')
           or (k.scope = 'creditor' and k.scope_id = a.creditor_id)
           or (k.scope = 'campaign' and k.scope_id = c.id))), '[]') as switches,
       (select revision from rules_revision) as "rulesRevision",
       a.status = 'open' and a.blocked_reason is null
         and coalesce(a.next_attempt_at <= now(), false) as "isDue",
       exists (select from open_attempt o where o.debtor_id = a.debtor_id) as "isPersonInCall",
       date_trunc('milliseconds', clock_timestamp()) as at
     from account a join debtor d on d.id = a.debtor_id join creditor cr on cr.id = a.creditor_id,
       ${campaign} c, lateral ${PHONE_SETTINGS} way
  where a.id = ${account} and c.id = $1`;

/** How the campaign's answered calls since then ended, for the abandonment rules. */
export async function readCampaignStats(
  db: Queryable,
  campaignId: string,
  since: Date,
): Promise<{ abandoned: number; liveAnswered: number }> {
  // reserved within the hour before its answer
  const ids = idsSince(new Date(since.getTime() - HOUR_MS));
  const { rows } = await db.query<{ abandoned: number; liveAnswered: number }>(
    `select count(*) filter (where result = 'abandoned')::int as abandoned,
       count(*)::int as "liveAnswered"
     from attempt where campaign_id = $1 and answered_at >= $2
       and id >= $3 and id < $4`,
    [campaignId, since, ids.from, ids.to],
  );
  return rows[0] ?? { abandoned: 0, liveAnswered: 0 };
}
