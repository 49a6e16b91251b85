import type { LocalWindow } from '../domain/call-facts';
import { checkConsent, type ConsentInput, type ConsentKind } from '../domain/consent-input';
import { orderedWindow } from '../domain/local-window-input';
import { TransitionError } from '../domain/transition-error';
import { recordAudit } from './audit';
import { cancelRinging } from './cancel-ringing';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import {
  findByOrigin,
  instantOf,
  sayTheSame,
  lockSubject,
  lookAgain,
  otherFact,
  refusedFact,
  type FactWrite,
} from './fact-write';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Consent {
  readonly id: string;
  readonly debtorId: string;
  readonly creditorId: string | null;
  readonly kind: ConsentKind;
  readonly phoneId: string | null;
  readonly channel: string | null;
  readonly purpose: string | null;
  readonly givenAt: Date;
  readonly validFrom: Date | null;
  readonly validTo: Date | null;
  readonly windows: LocalWindow[] | null;
  readonly includesHolidays: boolean;
  readonly evidence: string;
  readonly source: string;
  readonly externalId: string | null;
  readonly capturedBy: string;
  readonly capturedAt: Date;
  readonly withdrawnAt: Date | null;
  readonly withdrawnBy: string | null;
  readonly withdrawalReason: string | null;
  readonly withdrawalEvidence: string | null;
}

const SELECT = `select c.id, c.debtor_id as "debtorId", c.creditor_id as "creditorId", c.kind,
    c.phone_id as "phoneId", c.channel, c.purpose, c.given_at as "givenAt",
    c.valid_from as "validFrom", c.valid_to as "validTo", c.windows,
    c.includes_holidays as "includesHolidays", c.evidence, c.source,
    c.external_id as "externalId", c.captured_by as "capturedBy", c.captured_at as "capturedAt",
    w.at as "withdrawnAt", w.withdrawn_by as "withdrawnBy", w.reason as "withdrawalReason",
    w.evidence as "withdrawalEvidence"
  from consent c left join consent_withdrawal w on w.consent_id = c.id`;

/** Writes a consent with its evidence. The ledger only grows: a withdrawal is a row of its own. */
export async function giveConsent(
  tx: Transaction,
  input: ConsentInput,
  actor: string,
): Promise<FactWrite<Consent>> {
  const creditorId = input.creditorId ?? null;
  const subject = await lockSubject(tx, { debtorId: input.debtorId, creditorId });
  if (subject.kind === 'refused') return subject;
  const [problem] = checkConsent(input, subject.now);
  if (problem !== undefined) return { kind: 'refused', problem };
  if (tx.isScoped && creditorId === null && !(await owesOnlyScoped(tx, input.debtorId))) {
    const reason = 'is missing, and the person owes other creditors too';
    return refusedFact('creditorId', reason, 'the creditor of yours towards whom it is');
  }
  if (input.phoneId !== undefined && !(await isThirdPartyPhone(tx, input))) {
    const accepted = 'a number of this person that somebody else answers';
    return refusedFact('phoneId', 'is not the number of a third person', accepted);
  }
  const before = await findByOrigin<Consent>(tx, SELECT, input);
  if (before !== null) {
    return isSame(before, input) ? { kind: 'repeated', fact: before } : otherFact('consent');
  }
  const consent = await insertConsent(tx, input, actor);
  await lookAgain(tx, subject.persons);
  await recordChange(tx, consent, { action: 'consent.given', actor, reason: null });
  return { kind: 'written', fact: consent };
}

/** A consent towards all is no single creditor's to record. */
async function owesOnlyScoped(tx: Transaction, debtorId: string): Promise<boolean> {
  const { rowCount } = await tx.query('select where owes_only_scoped($1)', [debtorId]);
  return rowCount === 1;
}

async function isThirdPartyPhone(
  tx: Transaction,
  { phoneId, debtorId }: Pick<ConsentInput, 'phoneId' | 'debtorId'>,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from phone where id = $1 and debtor_id = $2 and owner <> 'debtor'`,
    [phoneId, debtorId],
  );
  return rowCount === 1;
}

/** The moment that the input leaves open was filled in the first time. */
function isSame(consent: Consent, input: ConsentInput): boolean {
  const { debtorId, creditorId, kind, phoneId, channel, givenAt, validFrom, validTo } = consent;
  return (
    sayTheSame(
      [debtorId, creditorId, kind, phoneId, channel, givenAt, validFrom, validTo],
      [
        input.debtorId,
        input.creditorId,
        input.kind,
        input.phoneId,
        input.channel,
        instantOf(input.givenAt) ?? givenAt,
        instantOf(input.validFrom),
        instantOf(input.validTo),
      ],
    ) &&
    sayTheSame(
      [consent.windows?.map(orderedWindow), consent.includesHolidays],
      [input.windows?.map(orderedWindow), input.includesHolidays],
    )
  );
}

async function insertConsent(
  tx: Transaction,
  input: ConsentInput,
  actor: string,
): Promise<Consent> {
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into consent (debtor_id, creditor_id, kind, phone_id, channel, purpose, given_at,
         valid_from, valid_to, windows, includes_holidays, evidence, source, external_id, captured_by)
       values ($1, $2, $3, $4, $5, $6, coalesce($7, now()), $8, $9, $10, $11, $12, $13, $14, $15)
       returning id`,
      [
        input.debtorId,
        input.creditorId ?? null,
        input.kind,
        input.phoneId ?? null,
        input.channel ?? null,
        input.purpose ?? null,
        input.givenAt ?? null,
        input.validFrom ?? null,
        input.validTo ?? null,
        input.windows === undefined ? null : JSON.stringify(input.windows.map(orderedWindow)),
        input.includesHolidays,
        input.evidence,
        input.source,
        input.externalId ?? null,
        actor,
      ],
    ),
    'new consent',
  );
  const consent = await findConsent(tx, id);
  if (consent === null) throw new Error('the new consent is gone');
  return consent;
}

export interface Withdrawal {
  readonly id: string;
  readonly reason: string;
  readonly evidence: string | null;
  readonly actor: string;
}

/**
 * Ends a consent at once: what rests on it is refused at the INVITE. Null: there is none.
 * @throws TransitionError when it was withdrawn before.
 */
export async function withdrawConsent(
  tx: Transaction,
  { id, reason, evidence, actor }: Withdrawal,
): Promise<Consent | null> {
  const before = await findConsent(tx, id);
  if (before === null) return null;
  const { debtorId, creditorId } = before;
  const subject = await lockSubject(tx, { debtorId, creditorId });
  if (subject.kind === 'refused') throw new Error(`consent ${id} has lost its person`);
  const { rowCount } = await tx.query(
    `insert into consent_withdrawal (consent_id, at, reason, evidence, withdrawn_by)
     values ($1, clock_timestamp(), $2, $3, $4) on conflict do nothing`,
    [id, reason, evidence, actor],
  );
  if (rowCount === 0) throw new TransitionError('consent', 'withdrawn', 'withdraw', []);
  const consent = await findConsent(tx, id);
  if (consent === null) throw new Error(`consent ${id} is gone`);
  // a call may be ringing on the strength of it; a recording needs a talk first
  if (consent.kind !== 'recording') {
    await cancelRinging(tx, { who: { debtorId }, creditorId: creditorId ?? undefined });
  }
  await recordChange(tx, consent, { action: 'consent.withdrawn', actor, reason });
  return consent;
}

async function recordChange(
  tx: Transaction,
  consent: Consent,
  change: {
    action: 'consent.given' | 'consent.withdrawn';
    actor: string;
    reason: string | null;
  },
): Promise<void> {
  const { id, debtorId, creditorId, kind, channel, phoneId, windows, includesHolidays } = consent;
  const view = {
    debtorId,
    creditorId,
    kind,
    channel,
    phoneId,
    givenAt: consent.givenAt.toISOString(),
    validFrom: consent.validFrom?.toISOString() ?? null,
    validTo: consent.validTo?.toISOString() ?? null,
    windows,
    includesHolidays,
    evidence: consent.evidence,
  };
  const isNew = change.action === 'consent.given';
  await recordAudit(tx, {
    creditorId,
    actor: change.actor,
    action: change.action,
    subject: 'consent',
    subjectId: id,
    before: isNew ? null : { ...view, withdrawn: false },
    after: { ...view, withdrawn: !isNew },
    reason: change.reason,
  });
  await appendEvent(tx, {
    type: change.action,
    creditorId,
    payload: { consentId: id, debtorId, kind, channel },
  });
}

export async function findConsent(db: Queryable, id: string): Promise<Consent | null> {
  const { rows } = await db.query<Consent>(`${SELECT} where c.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listConsents(
  db: Queryable,
  filter: {
    readonly debtorId: string | null;
    readonly kind: ConsentKind | null;
    /** Neither withdrawn nor over. */
    readonly active: boolean | null;
  },
  page: PageRequest,
): Promise<Page<Consent>> {
  const { rows } = await db.query<Consent>(
    `${SELECT}
     where ($1::uuid is null or c.id < $1) and ($2::uuid is null or c.debtor_id = $2)
       and ($3::text is null or c.kind = $3)
       and ($4::boolean is null
         or (w.at is null and (c.valid_to is null or c.valid_to > now())) = $4)
     order by c.id desc limit $5`,
    [page.beforeId, filter.debtorId, filter.kind, filter.active, pageFetch(page)],
  );
  return toPage(rows, page);
}
