import type { CallFacts } from '../../domain/call-facts';
import type { Queryable } from '../database';

/** Whose evidence, of which time, and of one creditor or of all. */
export interface EvidenceScope {
  readonly debtorId: string;
  /** Null: every creditor's. */
  readonly creditorId: string | null;
  /** `[from, to)` */
  readonly from: Date;
  readonly to: Date;
}

/** The person behind a creditor's own number for them; null: none. */
export async function findByReference(
  db: Queryable,
  creditorCode: string,
  externalId: string,
): Promise<{ debtorId: string; creditorId: string } | null> {
  const { rows } = await db.query<{ debtorId: string; creditorId: string }>(
    `select r.debtor_id as "debtorId", r.creditor_id as "creditorId"
     from debtor_reference r join creditor c on c.id = r.creditor_id
     where c.code = $1 and r.external_id = $2`,
    [creditorCode, externalId],
  );
  return rows[0] ?? null;
}

export interface EvidencePersonRow {
  readonly id: string;
  readonly name: string;
  readonly province: string | null;
  readonly statedZone: string | null;
  readonly language: string;
  readonly references: { creditor: string; externalId: string }[];
}

/** Null: there is no such person, or the creditor has nothing to do with them. */
export async function readEvidencePerson(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidencePersonRow | null> {
  const { rows } = await db.query<EvidencePersonRow>(
    `select d.id, d.name, d.province, d.stated_zone as "statedZone", d.language,
       coalesce((select jsonb_agg(jsonb_build_object('creditor', c.code, 'externalId', r.external_id)
           order by c.code, r.external_id)
         from debtor_reference r join creditor c on c.id = r.creditor_id
         where r.debtor_id = d.id and ($2::uuid is null or r.creditor_id = $2)), '[]') as references
     from debtor d where d.id = $1 and ($2::uuid is null
       or exists (select 1 from debtor_reference k where k.debtor_id = d.id and k.creditor_id = $2)
       or exists (select 1 from account k where k.debtor_id = d.id and k.creditor_id = $2))`,
    [scope.debtorId, scope.creditorId],
  );
  return rows[0] ?? null;
}

export interface EvidencePhoneRow {
  readonly id: string;
  readonly e164: string;
  readonly owner: string;
  readonly line: string;
  readonly place: string;
  readonly status: string;
}

/** All numbers of the person, also those that are not dialed. */
export async function listEvidencePhones(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidencePhoneRow[]> {
  const { rows } = await db.query<EvidencePhoneRow>(
    `select id, e164, owner, line, place, status from phone where debtor_id = $1
     order by position, id`,
    [scope.debtorId],
  );
  return rows;
}

export interface EvidenceAccountRow {
  readonly id: string;
  readonly creditor: string;
  readonly externalId: string;
  readonly product: string | null;
  readonly currency: string;
  readonly amountDueMinor: bigint;
  readonly dueDate: string;
  readonly status: string;
  readonly blockedReason: string | null;
}

export async function listEvidenceAccounts(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceAccountRow[]> {
  const { rows } = await db.query<EvidenceAccountRow>(
    `select a.id, c.code as creditor, a.external_id as "externalId", a.product, a.currency,
       a.amount_due_minor as "amountDueMinor", a.due_date as "dueDate", a.status,
       a.blocked_reason as "blockedReason"
     from account a join creditor c on c.id = a.creditor_id
     where a.debtor_id = $1 and ($2::uuid is null or a.creditor_id = $2) order by a.id`,
    [scope.debtorId, scope.creditorId],
  );
  return rows;
}

export interface EvidenceAttemptRow {
  readonly id: string;
  readonly direction: 'out' | 'in';
  readonly creditor: string;
  /** Null, and the mode: a call that came in. */
  readonly campaign: string | null;
  readonly accountId: string;
  readonly phoneId: string | null;
  /** Null: withheld. */
  readonly e164: string | null;
  readonly purpose: string;
  readonly mode: string | null;
  readonly agentId: string;
  readonly state: string;
  readonly result: string | null;
  readonly counted: boolean;
  readonly sipStatus: number | null;
  readonly endedBy: string | null;
  readonly overtimeMs: number | null;
  readonly createdAt: Date;
  readonly dialedAt: Date | null;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly connectedAt: Date | null;
  readonly endedAt: Date | null;
  /** Instants are Postgres' JSON text. */
  readonly changes: { at: string; from: string | null; to: string; cause: string; actor: string }[];
  readonly outcome: EvidenceOutcomeJson | null;
}

export interface EvidenceOutcomeJson {
  readonly code: string;
  readonly rootCause: string | null;
  readonly note: string | null;
  readonly callbackAt: string | null;
  readonly recordedBy: string;
  readonly recordedAt: string;
}

/** Every attempt of the scope with its changes and outcome, oldest first. */
export async function listEvidenceAttempts(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceAttemptRow[]> {
  const { rows } = await db.query<EvidenceAttemptRow>(
    `select t.id, t.direction, c.code as creditor, g.name as campaign, t.account_id as "accountId",
       t.phone_id as "phoneId", coalesce(p.e164, i.caller) as e164, t.purpose, t.mode, t.agent_id as "agentId", t.state,
       t.result, t.counted, t.sip_status as "sipStatus", t.ended_by as "endedBy",
       t.overtime_ms as "overtimeMs", t.created_at as "createdAt", t.dialed_at as "dialedAt",
       t.ringing_at as "ringingAt", t.answered_at as "answeredAt",
       t.connected_at as "connectedAt", t.ended_at as "endedAt",
       coalesce((select jsonb_agg(jsonb_build_object('at', e.at, 'from', e.from_state,
           'to', e.to_state, 'cause', e.cause, 'actor', e.actor) order by e.at, e.id)
         from attempt_event e where e.attempt_id = t.id), '[]') as changes,
       (select jsonb_build_object('code', o.code, 'rootCause', o.root_cause, 'note', o.note,
           'callbackAt', o.callback_at, 'recordedBy', o.recorded_by, 'recordedAt', o.recorded_at)
         from outcome o where o.attempt_id = t.id) as outcome
     from attempt t join creditor c on c.id = t.creditor_id
     left join campaign g on g.id = t.campaign_id left join phone p on p.id = t.phone_id
     left join inbound_call i on i.id = t.inbound_call_id
     where t.debtor_id = $1 and ($2::uuid is null or t.creditor_id = $2)
       and t.created_at >= $3 and t.created_at < $4
     order by t.created_at, t.id`,
    [scope.debtorId, scope.creditorId, scope.from, scope.to],
  );
  return rows;
}

export interface EvidenceDecisionRow {
  readonly id: string;
  readonly at: Date;
  readonly creditor: string;
  readonly campaign: string;
  readonly accountId: string;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
  readonly stage: string;
  readonly verdict: string;
  readonly deniedBy: string | null;
  readonly nextAllowedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly record: string;
  /** Of the facts: the call as the rules saw it; null: kept before it was. */
  readonly call: CallFacts | null;
  readonly recordSha256: Buffer | null;
  readonly signature: Buffer | null;
  readonly keyId: string | null;
  readonly chain: string | null;
  readonly seq: bigint | null;
  readonly hash: Buffer | null;
}

/** Every look of the gate at this person, permits and denials, oldest first; facts left out. */
export async function listEvidenceDecisions(
  db: Queryable,
  scope: EvidenceScope,
): Promise<EvidenceDecisionRow[]> {
  const { rows } = await db.query<EvidenceDecisionRow>(
    `select d.id, d.at, c.code as creditor, g.name as campaign, d.account_id as "accountId",
       d.phone_id as "phoneId", d.attempt_id as "attemptId", d.stage, d.verdict,
       d.denied_by as "deniedBy", d.next_allowed_at as "nextAllowedAt", d.expires_at as "expiresAt",
       d.record, d.facts::jsonb -> 'call' as call, d.record_sha256 as "recordSha256", d.signature, d.key_id as "keyId",
       l.chain, l.seq, l.hash
     from decision d join creditor c on c.id = d.creditor_id join campaign g on g.id = d.campaign_id
     left join ledger_entry l on l.subject_id = d.id
     where d.debtor_id = $1 and ($2::uuid is null or d.creditor_id = $2) and d.at >= $3 and d.at < $4
     order by d.at, d.id`,
    [scope.debtorId, scope.creditorId, scope.from, scope.to],
  );
  return rows;
}
