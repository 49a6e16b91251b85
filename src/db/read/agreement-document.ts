import type { AgreementDocumentFacts } from '../../domain/agreement-document';
import type { Queryable } from '../database';

export type AgreementDocumentRow = AgreementDocumentFacts & {
  readonly creditorId: string;
  readonly debtorId: string;
};

/** An agreement with all that its document says, names among it. Null: there is none. */
export async function readAgreementDocument(
  db: Queryable,
  id: string,
): Promise<AgreementDocumentRow | null> {
  const { rows } = await db.query<AgreementDocumentRow>(
    `select a.id, a.creditor_id as "creditorId", a.debtor_id as "debtorId", a.version, a.kind, a.currency,
       a.terms, a.zone, a.policy_version as "policyVersion", a.text_id as "textId", a.text_en as "textEn",
       a.text_hash as "textHash", a.made_by as "madeBy", a.accepted_at as "acceptedAt",
       c.name as "creditorName", c.code as "creditorCode", d.name as "debtorName",
       (select min(f.external_id) from debtor_reference f
         where f.debtor_id = d.id and f.creditor_id = c.id) as "debtorReference",
       n.external_id as "accountReference", n.product,
       case when s.id is not null then jsonb_build_object('daysPastDue', s.facts->'daysPastDue',
         'due', s.facts->'due', 'total', s.facts->'total') end as statement,
       s.made_at as "offeredAt", v.recap_at as "recapAt",
       p.state as "approvalState", p.needs_role as "approvalRole", p.decided_by as "decidedBy",
       p.decided_at as "decidedAt",
       r.id as "recordingId", encode(r.sha256, 'hex') as "recordingSha256",
       r.started_at as "recordingStartedAt", r.duration_ms as "recordingMs"
     from agreement a join creditor c on c.id = a.creditor_id join debtor d on d.id = a.debtor_id
     join account n on n.id = a.account_id
     left join offer o on o.id = a.offer_id left join option_set s on s.id = o.option_set_id
     left join conversation v on v.attempt_id = a.attempt_id
     left join agreement_approval p on p.agreement_id = a.id
     left join recording r on r.attempt_id = a.attempt_id and r.started_at is not null
     where a.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export interface RecordedAcceptance {
  readonly acceptedAt: Date;
  readonly recordingId: string;
  readonly startedAt: Date;
  readonly durationMs: number;
}

/** The recording of the talk in which it was accepted; null: there is none, or it is not stored yet. */
export async function findRecordedAcceptance(
  db: Queryable,
  agreementId: string,
): Promise<RecordedAcceptance | null> {
  const { rows } = await db.query<RecordedAcceptance>(
    `select a.accepted_at as "acceptedAt", r.id as "recordingId", r.started_at as "startedAt",
       r.duration_ms as "durationMs"
     from agreement a join recording r on r.attempt_id = a.attempt_id
     where a.id = $1 and r.started_at is not null and r.duration_ms is not null`,
    [agreementId],
  );
  return rows[0] ?? null;
}
