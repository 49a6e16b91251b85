import type { Queryable } from '../database';
import { BOOKS_DATE } from '../books-date';
import { STATEMENT_HISTORY, type CurrentCall } from './current-call';

/** What an agent sees of the person who may be called next. The number is masked before it leaves. */
export interface CurrentPreview extends Pick<
  CurrentCall,
  'creditorName' | 'openPromise' | 'brokenPromise' | 'lastOutcomes'
> {
  readonly id: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly shownAt: Date;
  readonly expiresAt: Date;
  readonly debtorName: string;
  /** ISO 3166-2 of the address; null: not known. */
  readonly province: string | null;
  /** IANA zone that the person named. */
  readonly statedZone: string | null;
  readonly e164: string;
  readonly product: string | null;
  readonly currency: string;
  /** Integer minor units, as text. */
  readonly amountDueMinor: string;
  readonly dueDate: string;
  /** By the creditor's books; not above zero: not past due. */
  readonly daysPastDue: number;
  /** Age of the account's data. */
  readonly accountUpdatedAt: Date;
}

/** What is shown to the agent now; null: nothing is. */
export async function readCurrentPreview(
  db: Queryable,
  agentId: string,
): Promise<CurrentPreview | null> {
  const { rows } = await db.query<CurrentPreview>(
    `select v.id, v.campaign_id as "campaignId", v.account_id as "accountId", v.shown_at as "shownAt",
       v.expires_at as "expiresAt", c.name as "creditorName", d.name as "debtorName", d.province,
       d.stated_zone as "statedZone", p.e164,
       a.product, a.currency, a.amount_due_minor::text as "amountDueMinor", a.due_date as "dueDate",
       ${BOOKS_DATE} - a.due_date as "daysPastDue", a.updated_at as "accountUpdatedAt", ${STATEMENT_HISTORY}
     from agent_session s join preview v on v.session_id = s.id and v.state = 'shown'
     join creditor c on c.id = v.creditor_id join account a on a.id = v.account_id
     join debtor d on d.id = v.debtor_id join phone p on p.id = v.phone_id
     where s.agent_id = $1 and s.ended_at is null and s.state = 'previewing'`,
    [agentId],
  );
  return rows[0] ?? null;
}
