import type { Collector, LocalWindow } from '../domain/call-facts';
import { BOOKS_DATE } from './books-date';
import type { Queryable } from './database';
import { idsOfLatestDays } from './new-id';
import { NUMBER_SCORE } from './phone-order';
import { objectsToProfiling } from './profiling-objection';

/** Payments that are looked at for a payday: two years of monthly ones. */
const PAYMENTS = 24;

/** What a moment for an account is chosen by, models of groups apart. */
export interface MomentFacts {
  readonly accountId: string;
  readonly debtorId: string;
  readonly creditorId: string;
  readonly status: 'open' | 'paid' | 'closed';
  readonly blockedReason: string | null;
  readonly nextAttemptAt: Date | null;
  /** The moment that was chosen last; another one than `nextAttemptAt`: it was moved since. */
  readonly plannedFor: Date | null;
  readonly product: string | null;
  readonly daysPastDue: number;
  readonly country: string;
  readonly collector: Collector;
  readonly creditorPacks: readonly string[];
  /** Of the campaign that was asked about; empty without one. */
  readonly campaignPacks: readonly string[];
  readonly province: string | null;
  readonly statedZone: string | null;
  /** The number that would be dialed next, by its chance of the right party. */
  readonly phoneId: string | null;
  readonly e164: string | null;
  readonly line: 'mobile' | 'fixed' | 'unknown' | null;
  readonly personState: Buffer | null;
  readonly payday: StatedPayday | null;
  /** Local dates, the latest first. */
  readonly paymentDates: readonly string[];
  readonly preferred: readonly LocalWindow[];
  readonly refused: readonly LocalWindow[];
  readonly objects: boolean;
  readonly inControl: boolean;
  /** The control group's lot for this attempt, 0 to below 1. */
  readonly lot: number;
}

export interface StatedPayday {
  readonly kind: 'monthly' | 'weekly' | 'irregular';
  readonly day: number | null;
  readonly source: 'stated' | 'employer';
}

const windows = (kind: string): string =>
  `coalesce((select jsonb_agg(jsonb_build_object('days', w.days, 'from', w.from_clock, 'to', w.to_clock) order by w.id)
     from contact_preference w where w.debtor_id = d.id and w.kind = '${kind}' and w.removed_at is null), '[]')`;

/** Of `debtor d`. */
export const OBJECTS = objectsToProfiling('d.id');
/** Is the person of the permanent control group? Of `debtor d`, `creditor cr`. */
export const IN_CONTROL = `share_of(d.id, 'best-time') < cr.control_share`;

/** One of the person's own active numbers. */
export interface NumberRow {
  readonly phoneId: string;
  readonly position: number;
  /** Latest dial of the last four weeks; null: none. */
  readonly triedAt: Date | null;
}

/** In no order. */
export async function readNumbers(db: Queryable, debtorId: string): Promise<NumberRow[]> {
  const tried = idsOfLatestDays(28);
  const { rows } = await db.query<NumberRow>(
    `select p.id as "phoneId", p.position, (select t.created_at from attempt t
         where t.phone_id = p.id and t.id >= $2 and t.id < $3
         order by t.id desc limit 1) as "triedAt"
     from phone p where p.debtor_id = $1 and p.owner = 'debtor' and p.status = 'active'`,
    [debtorId, tried.from, tried.to],
  );
  return rows;
}

/** In no order; accounts that are not there are left out. */
export async function readMomentFacts(
  db: Queryable,
  accountIds: readonly string[],
  campaignId: string | null,
): Promise<MomentFacts[]> {
  const { rows } = await db.query<MomentFacts>(
    `select a.id as "accountId", a.debtor_id as "debtorId", a.creditor_id as "creditorId",
       a.status, a.blocked_reason as "blockedReason", a.next_attempt_at as "nextAttemptAt",
       pl.planned_for as "plannedFor", a.product, ${BOOKS_DATE} - a.due_date as "daysPastDue",
       cr.country, cr.collector, cr.rule_packs as "creditorPacks",
       coalesce((select c.rule_packs from campaign c where c.id = $2), '{}') as "campaignPacks",
       d.province, d.stated_zone as "statedZone", p.id as "phoneId", p.e164, p.line,
       m.state as "personState",
       (select jsonb_build_object('kind', y.kind, 'day', y.day, 'source', y.source)
        from payday y where y.debtor_id = d.id order by y.id desc limit 1) as payday,
       array(select y.paid_on::text from payment_date y where y.debtor_id = d.id
         order by y.paid_on desc limit ${PAYMENTS}) as "paymentDates",
       ${windows('preferred')} as preferred, ${windows('refused')} as refused,
       ${OBJECTS} as objects, ${IN_CONTROL} as "inControl",
       share_of(a.id, 'lot ' || a.attempt_count) as lot
     from account a join debtor d on d.id = a.debtor_id join creditor cr on cr.id = a.creditor_id
     left join best_time_plan pl on pl.account_id = a.id
     left join best_time_person m on m.debtor_id = d.id
     left join lateral (select p.id, p.e164, p.line from phone p
       where p.debtor_id = d.id and p.owner = 'debtor' and p.status = 'active'
       order by ${NUMBER_SCORE} desc, p.position, p.id limit 1) p on true
     where a.id = any($1::uuid[])`,
    [accountIds, campaignId],
  );
  return rows;
}
