import type { NumberStatus } from '../../domain/number-answer';
import type { PhoneOwner } from '../../domain/phone-owner';
import type { Queryable } from '../database';
import { ownershipNow } from '../number-evidence';
import { pageFetch, toPage, type Page, type PageRequest } from '../page';

export interface DebtorRow {
  readonly id: string;
  readonly name: string;
  /** ISO 3166-2. */
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly language: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const COLUMNS = `d.id, d.name, d.province, d.stated_zone as "statedZone", d.language,
  d.created_at as "createdAt", d.updated_at as "updatedAt"`;

export async function findDebtor(db: Queryable, id: string): Promise<DebtorRow | null> {
  const { rows } = await db.query<DebtorRow>(`select ${COLUMNS} from debtor d where d.id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

export async function listDebtors(
  db: Queryable,
  filter: { readonly creditorId: string | null },
  page: PageRequest,
): Promise<Page<DebtorRow>> {
  const { rows } = await db.query<DebtorRow>(
    `select ${COLUMNS} from debtor d where ($1::uuid is null or d.id < $1)
       and ($2::uuid is null
         or exists (select 1 from account where debtor_id = d.id and creditor_id = $2))
     order by d.id desc limit $3`,
    [page.beforeId, filter.creditorId, pageFetch(page)],
  );
  return toPage(rows, page);
}

export interface PhoneRow {
  readonly id: string;
  readonly e164: string;
  readonly owner: PhoneOwner;
  readonly line: 'mobile' | 'fixed' | 'unknown';
  readonly status: 'active' | 'invalid' | 'wrong_number' | 'retired' | 'doubtful';
  /** How likely it is the person's at this moment, 0 to 1. */
  readonly ownership: number;
  /** With status invalid: who said so. */
  readonly invalidBy: 'network' | 'look_up' | null;
  /** Null: it was not looked up. */
  readonly lookUp: NumberLookedUp | null;
  readonly position: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The latest answer of a look-up; it stands until `validUntil`. */
export interface NumberLookedUp {
  readonly status: NumberStatus;
  readonly operator: string | null;
  readonly ported: boolean | null;
  readonly reassignedAt: Date | null;
  readonly answeredAt: Date;
  readonly validUntil: Date;
}

const PHONE_COLUMNS = `id, e164, owner, line, status, position, ${ownershipNow('phone')} as ownership, created_at as "createdAt",
  updated_at as "updatedAt", case when status = 'invalid' then invalid_by end as "invalidBy",
  (select jsonb_build_object('status', n.status, 'operator', n.operator, 'ported', n.ported,
     'reassignedAt', n.reassigned_at, 'answeredAt', n.answered_at, 'validUntil', n.valid_until)
   from number_answer n where n.phone_id = phone.id and n.status is not null) as "lookUp"`;

/** All numbers of a person, in the order of trying. */
export async function listPhones(db: Queryable, debtorId: string): Promise<PhoneRow[]> {
  const { rows } = await db.query<Omit<PhoneRow, 'lookUp'> & { lookUp: LookedUpJson | null }>(
    `select ${PHONE_COLUMNS} from phone where debtor_id = $1 order by position, id`,
    [debtorId],
  );
  return rows.map((row) => ({ ...row, lookUp: row.lookUp && withInstants(row.lookUp) }));
}

type LookedUpJson = Omit<NumberLookedUp, 'reassignedAt' | 'answeredAt' | 'validUntil'> & {
  readonly reassignedAt: string | null;
  readonly answeredAt: string;
  readonly validUntil: string;
};

const withInstants = (row: LookedUpJson): NumberLookedUp => ({
  ...row,
  reassignedAt: row.reassignedAt === null ? null : new Date(row.reassignedAt),
  answeredAt: new Date(row.answeredAt),
  validUntil: new Date(row.validUntil),
});
