import type { Collector, Place } from '../../domain/call-facts';
import type { Line } from '../../domain/phone-number';
import { BOOKS_DATE } from '../books-date';
import type { Queryable } from '../database';

/** An open account and a number of its debtor: one call that could be made about it. */
export interface BudgetRow {
  readonly accountId: string;
  readonly creditorId: string;
  readonly product: string | null;
  readonly debtKind: string;
  readonly daysPastDue: number;
  readonly noticeMailedOn: string | null;
  readonly country: string;
  readonly collector: Collector;
  readonly creditorPacks: readonly string[];
  /** Empty without a campaign. */
  readonly campaignPacks: readonly string[];
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly phoneId: string;
  readonly e164: string;
  readonly place: Place;
  readonly line: Line;
  /** The database's clock. */
  readonly at: Date;
}

/**
 * Open accounts of a person times the person's own active numbers; the rule packs of a campaign
 * join for accounts of its creditor.
 */
export async function readBudgetRows(
  db: Queryable,
  debtorId: string,
  campaignId: string | null,
): Promise<BudgetRow[]> {
  const { rows } = await db.query<BudgetRow>(
    `select a.id as "accountId", a.creditor_id as "creditorId", a.product,
       a.debt_kind as "debtKind", ${BOOKS_DATE} - a.due_date as "daysPastDue",
       a.notice_mailed_on as "noticeMailedOn", cr.country, cr.collector,
       cr.rule_packs as "creditorPacks", coalesce(c.rule_packs, '{}') as "campaignPacks",
       d.province, d.stated_zone as "statedZone", p.id as "phoneId", p.e164, p.place, p.line,
       clock_timestamp() as at
     from debtor d join account a on a.debtor_id = d.id join creditor cr on cr.id = a.creditor_id
     join phone p on p.debtor_id = d.id
     left join campaign c on c.id = $2 and c.creditor_id = a.creditor_id
     where d.id = $1 and a.status = 'open' and p.owner = 'debtor' and p.status = 'active'
     order by a.id, p.position, p.id`,
    [debtorId, campaignId],
  );
  return rows;
}
