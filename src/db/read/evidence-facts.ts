import type { Queryable } from '../database';
import type { EvidenceScope } from './evidence';

export interface EvidenceHoldRow {
  readonly id: string;
  readonly kind: string;
  readonly reason: string;
  readonly evidence: string | null;
  readonly accountId: string | null;
  readonly e164: string | null;
  readonly creditor: string | null;
  readonly fromAt: Date;
  readonly toAt: Date | null;
  readonly startsOn: string | null;
  readonly days: number | null;
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
}

/** Holds on the person or on one of their numbers, lifted ones too, placed before the end. */
export async function listEvidenceHolds(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceHoldRow[]> {
  const { rows } = await db.query<EvidenceHoldRow>(
    `select h.id, h.kind, h.reason, h.evidence, h.account_id as "accountId", h.e164,
       c.code as creditor, h.from_at as "fromAt", h.to_at as "toAt", h.starts_on as "startsOn",
       h.days, h.placed_by as "placedBy", h.placed_at as "placedAt", h.lifted_at as "liftedAt",
       h.lifted_by as "liftedBy", h.lift_reason as "liftReason"
     from hold h left join creditor c on c.id = h.creditor_id
     where (h.debtor_id = $1
         or h.debtor_id is null and h.e164 in (select e164 from phone where debtor_id = $1))
       and ($2::uuid is null or h.creditor_id is null or h.creditor_id = $2) and h.placed_at < $3
     order by h.placed_at, h.id`,
    [scope.debtorId, scope.creditorId, scope.to],
  );
  return rows;
}

export interface EvidenceConsentRow {
  readonly id: string;
  readonly kind: string;
  readonly creditor: string | null;
  readonly givenAt: Date;
  readonly validFrom: Date | null;
  readonly validTo: Date | null;
  readonly windows: unknown;
  readonly includesHolidays: boolean;
  readonly evidence: string;
  readonly capturedBy: string;
  readonly withdrawnAt: Date | null;
  readonly withdrawalReason: string | null;
}

export async function listEvidenceConsents(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceConsentRow[]> {
  const { rows } = await db.query<EvidenceConsentRow>(
    `select s.id, s.kind, c.code as creditor, s.given_at as "givenAt", s.valid_from as "validFrom",
       s.valid_to as "validTo", s.windows, s.includes_holidays as "includesHolidays", s.evidence,
       s.captured_by as "capturedBy", w.at as "withdrawnAt", w.reason as "withdrawalReason"
     from consent s left join creditor c on c.id = s.creditor_id
     left join consent_withdrawal w on w.consent_id = s.id
     where s.debtor_id = $1 and ($2::uuid is null or s.creditor_id is null or s.creditor_id = $2)
       and s.captured_at < $3
     order by s.given_at, s.id`,
    [scope.debtorId, scope.creditorId, scope.to],
  );
  return rows;
}

export interface EvidencePreferenceRow {
  readonly id: string;
  readonly kind: string;
  readonly days: number[];
  readonly from: string;
  readonly to: string;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  readonly removedAt: Date | null;
  readonly removalReason: string | null;
}

export async function listEvidencePreferences(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidencePreferenceRow[]> {
  const { rows } = await db.query<EvidencePreferenceRow>(
    `select id, kind, days, from_clock as "from", to_clock as "to", recorded_by as "recordedBy",
       recorded_at as "recordedAt", removed_at as "removedAt", removal_reason as "removalReason"
     from contact_preference where debtor_id = $1 and recorded_at < $2 order by recorded_at, id`,
    [scope.debtorId, scope.to],
  );
  return rows;
}

export interface EvidenceContactRow {
  readonly id: string;
  readonly at: Date;
  readonly direction: string;
  readonly mode: string;
  readonly outcome: string;
  readonly e164: string | null;
  readonly creditor: string | null;
  readonly note: string | null;
  readonly source: string;
  readonly recordedBy: string;
}

export async function listEvidenceContacts(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceContactRow[]> {
  const { rows } = await db.query<EvidenceContactRow>(
    `select t.id, t.at, t.direction, t.mode, t.outcome, t.e164, c.code as creditor, t.note, t.source,
       t.recorded_by as "recordedBy"
     from contact t left join creditor c on c.id = t.creditor_id
     where t.debtor_id = $1 and ($2::uuid is null or t.creditor_id is null or t.creditor_id = $2)
       and t.at >= $3 and t.at < $4
     order by t.at, t.id`,
    [scope.debtorId, scope.creditorId, scope.from, scope.to],
  );
  return rows;
}

export interface EvidenceAuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly subjectId: string;
}

/** Kinds of things whose changes belong to a person. */
const PERSONAL_SUBJECTS = [
  ...['debtor', 'account', 'phone', 'hold', 'consent', 'preference', 'contact'],
  ...['agreement', 'payment', 'case', 'recording'],
];

/** Recorded changes of the given things, within the period. */
export async function listEvidenceAudit(
  db: Queryable,
  scope: EvidenceScope,
  subjectIds: readonly string[],
): Promise<EvidenceAuditRow[]> {
  const { rows } = await db.query<EvidenceAuditRow>(
    `select id, at, actor, action, subject, subject_id as "subjectId" from audit_entry
     where subject = any($5::text[]) and subject_id = any($1::text[]) and at >= $2 and at < $3
       and ($4::uuid is null or creditor_id is null or creditor_id = $4)
     order by at, id`,
    [subjectIds, scope.from, scope.to, scope.creditorId, PERSONAL_SUBJECTS],
  );
  return rows;
}
