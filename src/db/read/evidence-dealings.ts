import type {
  EvidenceAgreement,
  EvidenceCase,
  EvidenceMessage,
  EvidencePayment,
  EvidencePromise,
  EvidenceRecording,
} from '../../domain/evidence-dealings';
import type { Queryable } from '../database';
import type { EvidenceScope } from './evidence';

/** An instant as the bundle has it, also inside of JSON. */
const utc = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** Of the person, $1, and of the creditor $2 or of all. */
const ofScope = (alias: string): string =>
  `${alias}.debtor_id = $1 and ($2::uuid is null or ${alias}.creditor_id = $2)`;

export async function listEvidencePromises(
  db: Queryable,
  { debtorId, creditorId, to }: EvidenceScope,
): Promise<EvidencePromise[]> {
  const { rows } = await db.query<EvidencePromise>(
    `select p.id, c.code as creditor, p.account_id as "accountId", p.attempt_id as "attemptId",
       p.agreement_id as "agreementId", p.number, p.amount_minor::text as "amountMinor",
       p.kept_minor::text as "keptMinor", p.currency, p.due_date as "dueDate", p.method, p.state,
       ${utc('p.created_at')} as "createdAt", ${utc('p.decided_at')} as "decidedAt",
       p.decided_reason as "decidedReason",
       coalesce((select jsonb_agg(jsonb_build_object('at', ${utc('h.at')}, 'from', h.from_state,
           'to', h.to_state, 'keptMinor', h.kept_minor::text, 'reason', h.reason, 'actor', h.actor)
           order by h.at, h.id)
         from promise_change h where h.promise_id = p.id), '[]') as changes
     from promise p join creditor c on c.id = p.creditor_id
     where ${ofScope('p')} and p.created_at < $3 order by p.created_at, p.id`,
    [debtorId, creditorId, to],
  );
  return rows;
}

/** An agreement without what follows from other rows. */
export type EvidenceAgreementRow = Omit<EvidenceAgreement, 'instalments' | 'document'>;

export async function listEvidenceAgreements(
  db: Queryable,
  { debtorId, creditorId, to }: EvidenceScope,
): Promise<EvidenceAgreementRow[]> {
  const { rows } = await db.query<EvidenceAgreementRow>(
    `select a.id, c.code as creditor, a.account_id as "accountId", a.attempt_id as "attemptId",
       a.kind, a.version, a.replaces_id as "replacesId", a.state, ${utc('a.state_since')} as "stateSince",
       a.state_reason as "stateReason", ${utc('a.accepted_at')} as "acceptedAt",
       ${utc('a.active_at')} as "activeAt", ${utc('a.broken_at')} as "brokenAt", a.made_by as "madeBy",
       a.currency, a.terms, jsonb_build_object('id', a.text_id, 'en', a.text_en) as text,
       a.text_hash as "textHash",
       (select jsonb_build_object('state', v.state, 'needsRole', v.needs_role, 'askedBy', v.asked_by,
           'askedAt', ${utc('v.asked_at')}, 'decidedBy', v.decided_by,
           'decidedAt', ${utc('v.decided_at')}, 'reason', v.reason)
         from agreement_approval v where v.agreement_id = a.id) as approval
     from agreement a join creditor c on c.id = a.creditor_id
     where ${ofScope('a')} and a.accepted_at < $3 order by a.accepted_at, a.id`,
    [debtorId, creditorId, to],
  );
  return rows;
}

export async function listEvidencePayments(
  db: Queryable,
  { debtorId, creditorId, from, to }: EvidenceScope,
): Promise<EvidencePayment[]> {
  const { rows } = await db.query<EvidencePayment>(
    `select p.id, c.code as creditor, p.account_id as "accountId", p.provider,
       p.provider_payment_id as "providerPaymentId", p.amount_minor::text as "amountMinor", p.currency,
       p.method, p.reference, ${utc('p.paid_at')} as "paidAt", ${utc('p.received_at')} as "receivedAt",
       ${utc('p.reversed_at')} as "reversedAt", r.reason as "reversalReason"
     from payment p join creditor c on c.id = p.creditor_id
     left join payment_reversal r on r.creditor_id = p.creditor_id and r.provider = p.provider
       and r.provider_payment_id = p.provider_payment_id
     where ${ofScope('p')} and (p.paid_at >= $3 or p.received_at >= $3) and p.paid_at < $4
       and p.received_at < $4
     order by p.paid_at, p.id`,
    [debtorId, creditorId, from, to],
  );
  return rows;
}

/** Numbers are whole. */
export async function listEvidenceMessages(
  db: Queryable,
  { debtorId, creditorId, from, to }: EvidenceScope,
): Promise<EvidenceMessage[]> {
  const { rows } = await db.query<EvidenceMessage>(
    `select m.id, c.code as creditor, m.account_id as "accountId", m.kind, m.subject_id as "subjectId",
       jsonb_build_object('id', m.body_id, 'en', m.body_en) as text, m.state, m.cause,
       ${utc('m.queued_at')} as "queuedAt", ${utc('m.send_at')} as "sendAt",
       ${utc('m.sent_at')} as "sentAt",
       coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'channel', s.channel, 'number', p.e164,
           'language', s.language, 'state', s.state, 'claimedAt', ${utc('s.claimed_at')},
           'receiptAt', ${utc('s.receipt_at')}, 'failure', s.failure, 'contactId', s.contact_id)
           order by s.id)
         from message_send s left join phone p on p.id = s.phone_id where s.message_id = m.id), '[]')
         as sends
     from message m join creditor c on c.id = m.creditor_id
     where ${ofScope('m')} and (m.queued_at >= $3 or m.sent_at >= $3) and m.queued_at < $4
     order by m.queued_at, m.id`,
    [debtorId, creditorId, from, to],
  );
  return rows;
}

export async function listEvidenceCases(
  db: Queryable,
  { debtorId, creditorId, to }: EvidenceScope,
): Promise<EvidenceCase[]> {
  const { rows } = await db.query<EvidenceCase>(
    `select f.id, c.code as creditor, f.account_id as "accountId", f.attempt_id as "attemptId", f.kind,
       f.type, f.scope, f.state, f.claim, f.opened_by as "openedBy", ${utc('f.opened_at')} as "openedAt",
       ${utc('f.due_at')} as "dueAt", ${utc('f.decided_at')} as "decidedAt",
       f.decided_by as "decidedBy", f.decision_reason as "decisionReason", f.remedy,
       f.adjust_minor::text as "adjustMinor",
       coalesce((select jsonb_agg(jsonb_build_object('kind', e.kind, 'body', e.body,
           'addedBy', e.added_by, 'addedAt', ${utc('e.added_at')}) order by e.added_at, e.id)
         from case_evidence e where e.case_id = f.id), '[]') as proofs
     from case_file f join creditor c on c.id = f.creditor_id
     where ${ofScope('f')} and f.opened_at < $3 order by f.opened_at, f.id`,
    [debtorId, creditorId, to],
  );
  return rows;
}

export async function listEvidenceRecordings(
  db: Queryable,
  { debtorId, creditorId, from, to }: EvidenceScope,
): Promise<EvidenceRecording[]> {
  const { rows } = await db.query<EvidenceRecording>(
    `select r.id, c.code as creditor, r.attempt_id as "attemptId", r.state,
       ${utc('r.started_at')} as "startedAt", r.duration_ms as "durationMs",
       encode(r.sha256, 'hex') as sha256, ${utc('r.erased_at')} as "erasedAt",
       r.erase_reason as "eraseReason"
     from recording r join creditor c on c.id = r.creditor_id
     where ${ofScope('r')} and r.created_at >= $3 and r.created_at < $4 order by r.created_at, r.id`,
    [debtorId, creditorId, from, to],
  );
  return rows;
}
