import { createHash } from 'node:crypto';
import {
  JUDGED_STATES,
  moveAgreement,
  RUNNING_STATES,
  type AgreementState,
} from '../domain/agreement';
import { agentOfActor } from '../domain/actor';
import type { AgreementTerms } from '../domain/agreement-terms';
import type { AgreementKind } from '../domain/option';
import type { Said } from '../domain/said';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** An agreement as it is kept; see domain/agreement.ts. */
export interface Agreement {
  readonly id: string;
  readonly creditorId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly attemptId: string | null;
  readonly offerId: string | null;
  readonly kind: AgreementKind;
  readonly version: number;
  readonly replacesId: string | null;
  readonly currency: string;
  readonly terms: AgreementTerms;
  readonly policyVersion: number;
  /** IANA zone in which its days are counted. */
  readonly zone: string;
  readonly textId: string;
  readonly textEn: string;
  /** SHA-256 of both texts, lower-case hex. */
  readonly textHash: string;
  readonly madeBy: string;
  readonly acceptedAt: Date;
  readonly state: AgreementState;
  readonly stateSince: Date;
  readonly stateReason: string;
  readonly activeAt: Date | null;
  readonly brokenAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly holdId: string | null;
}

export const AGREEMENT_COLUMNS = `a.id, a.creditor_id as "creditorId", a.account_id as "accountId",
  a.debtor_id as "debtorId", a.attempt_id as "attemptId", a.offer_id as "offerId", a.kind, a.version,
  a.replaces_id as "replacesId", a.currency, a.terms, a.policy_version as "policyVersion", a.zone,
  a.text_id as "textId", a.text_en as "textEn", a.text_hash as "textHash", a.made_by as "madeBy",
  a.accepted_at as "acceptedAt", a.state, a.state_since as "stateSince",
  a.state_reason as "stateReason", a.active_at as "activeAt", a.broken_at as "brokenAt",
  a.next_check_at as "nextCheckAt", a.hold_id as "holdId"`;

/** What is written once and never changed. */
export type NewAgreement = Pick<
  Agreement,
  | 'creditorId'
  | 'accountId'
  | 'debtorId'
  | 'attemptId'
  | 'offerId'
  | 'kind'
  | 'currency'
  | 'terms'
  | 'policyVersion'
  | 'zone'
  | 'madeBy'
> & {
  readonly text: Said;
  /** The one that it takes the place of; null: the first. */
  readonly replaces: Pick<Agreement, 'id' | 'version'> | null;
  readonly state: 'active' | 'pending_approval';
  readonly nextCheckAt: Date | null;
};

export async function insertAgreement(tx: Transaction, made: NewAgreement): Promise<Agreement> {
  const hash = createHash('sha256').update(`${made.text.id}\n${made.text.en}`).digest('hex');
  return one(
    await tx.query<Agreement>(
      `insert into agreement as a (creditor_id, account_id, debtor_id, attempt_id, offer_id, kind,
         version, replaces_id, currency, terms, policy_version, zone, text_id, text_en, text_hash,
         made_by, state, state_reason, active_at, next_check_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
         case $17 when 'active' then 'accepted' else 'needs_approval' end,
         case $17 when 'active' then now() end, $18)
       returning ${AGREEMENT_COLUMNS}`,
      [
        ...[made.creditorId, made.accountId, made.debtorId, made.attemptId, made.offerId],
        ...[made.kind, (made.replaces?.version ?? 0) + 1, made.replaces?.id ?? null],
        ...[made.currency, JSON.stringify(made.terms), made.policyVersion, made.zone],
        ...[made.text.id, made.text.en, hash, made.madeBy, made.state, made.nextCheckAt],
      ],
    ),
    'new agreement',
  );
}

export interface AgreementChange {
  readonly to: AgreementState;
  /** A code: `kept`, `missed_payments`, `approved`. */
  readonly reason: string;
  /** Which change of a fact made us look. */
  readonly cause: string;
  readonly actor: string;
  /** In the words of whoever did it. */
  readonly note?: string | null;
}

/** Moves a locked agreement. @throws TransitionError when it may not go there */
export async function changeAgreement(
  tx: Transaction,
  before: Agreement,
  change: AgreementChange,
): Promise<Agreement> {
  const { to, reason, cause, actor, note = null } = change;
  moveAgreement(before.state, to);
  const after = one(
    await tx.query<Agreement>(
      `update agreement a set state = $2, state_reason = $3, state_since = clock_timestamp(),
         active_at = case $2 when 'active' then coalesce(active_at, clock_timestamp()) else active_at end,
         broken_at = case when $2 = 'broken' then clock_timestamp()
           when $2 in ('active', 'completed') then null else broken_at end,
         next_check_at = case when $2 = any($4) then next_check_at end
       where id = $1 returning ${AGREEMENT_COLUMNS}`,
      [before.id, to, reason, [...RUNNING_STATES, ...JUDGED_STATES]],
    ),
    `agreement ${before.id}`,
  );
  await recordAudit(tx, {
    creditorId: before.creditorId,
    actor,
    action: 'agreement.state_changed',
    subject: 'agreement',
    subjectId: before.id,
    before: { state: before.state, reason: before.stateReason },
    after: { state: to, reason, cause },
    reason: note,
  });
  await tellAgreement(tx, 'agreement.state_changed', after, { from: before.state, cause, actor });
  return after;
}

/** To supervisors, and to the agent who made it. */
export async function tellAgreement(
  tx: Transaction,
  type: 'agreement.made' | 'agreement.state_changed',
  agreement: Agreement,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { id, creditorId, accountId, attemptId, kind, state, stateReason, version } = agreement;
  await appendEvent(tx, {
    type,
    creditorId,
    agentId: agentOfActor(agreement.madeBy),
    payload: {
      ...{ agreementId: id, accountId, attemptId, kind, version, state, reason: stateReason },
      ...more,
    },
  });
}

/** An account's agreements, oldest first, locked; the account is locked already. */
export async function lockAgreements(tx: Transaction, accountId: string): Promise<Agreement[]> {
  const { rows } = await tx.query<Agreement>(
    `select ${AGREEMENT_COLUMNS} from agreement a where account_id = $1 order by id for no key update`,
    [accountId],
  );
  return rows;
}

/** @param onlyAgentId only when it was made in a talk of this agent; null: anybody's */
export async function findAgreement(
  db: Queryable,
  id: string,
  onlyAgentId: string | null = null,
): Promise<Agreement | null> {
  const { rows } = await db.query<Agreement>(
    `select ${AGREEMENT_COLUMNS} from agreement a
     where a.id = $1 and ($2::text is null or a.made_by = 'agent:' || $2)`,
    [id, onlyAgentId],
  );
  return rows[0] ?? null;
}

/** The agreement that was made of an offer; null: none was. */
export async function findAgreementOfOffer(
  db: Queryable,
  offerId: string,
): Promise<Agreement | null> {
  const { rows } = await db.query<Agreement>(
    `select ${AGREEMENT_COLUMNS} from agreement a where a.offer_id = $1`,
    [offerId],
  );
  return rows[0] ?? null;
}

/**
 * What a person accepted in a talk and nobody has taken back: in force, kept already, or waiting for a
 * second person. Null: nothing; an outcome that tells of an agreement cannot be recorded.
 */
export async function findAgreementOfAttempt(
  db: Queryable,
  attemptId: string,
): Promise<Pick<Agreement, 'id' | 'kind' | 'state'> | null> {
  const { rows } = await db.query<Pick<Agreement, 'id' | 'kind' | 'state'>>(
    `select id, kind, state from agreement
     where attempt_id = $1 and state in ('pending_approval', 'active', 'completed')
     order by id desc limit 1`,
    [attemptId],
  );
  return rows[0] ?? null;
}

/** What was agreed last in a talk, whatever became of it; null: nothing was. */
export async function findLastAgreement(
  db: Queryable,
  attemptId: string,
): Promise<Agreement | null> {
  const { rows } = await db.query<Agreement>(
    `select ${AGREEMENT_COLUMNS} from agreement a where a.attempt_id = $1
     order by a.accepted_at desc, a.id desc limit 1`,
    [attemptId],
  );
  return rows[0] ?? null;
}

export interface AgreementFilter {
  readonly agentId: string | null;
  readonly accountId: string | null;
  readonly attemptId: string | null;
  readonly kind: AgreementKind | null;
  readonly state: AgreementState | null;
}

export async function listAgreements(
  db: Queryable,
  filter: AgreementFilter,
  page: PageRequest,
): Promise<Page<Agreement>> {
  const { rows } = await db.query<Agreement>(
    `select ${AGREEMENT_COLUMNS} from agreement a
     where ($1::uuid is null or a.id < $1) and ($2::text is null or a.made_by = 'agent:' || $2)
       and ($3::uuid is null or a.account_id = $3) and ($4::uuid is null or a.attempt_id = $4)
       and ($5::text is null or a.kind = $5) and ($6::text is null or a.state = $6)
     order by a.id desc limit $7`,
    [
      page.beforeId,
      filter.agentId,
      filter.accountId,
      filter.attemptId,
      filter.kind,
      filter.state,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
