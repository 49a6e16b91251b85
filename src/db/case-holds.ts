import { CASE_RULES, type CaseScope } from '../domain/case-kind';
import { keepsHolds, type CaseState } from '../domain/case-state';
import type { ProtectionPolicy } from '../domain/collection-policy/protection';
import type { HoldInput } from '../domain/hold-input';
import type { HoldKind } from '../domain/hold-kind';
import { silentUntil, treatmentOf } from '../domain/treatment';
import type { CaseOrigin, OpeningCase } from './case-opening';
import type { Queryable, Transaction } from './database';
import type { refusedFact } from './fact-write';
import { liftHold, placeHold } from './holds';
import { phonesOf, recordNumberEvidence } from './number-evidence';
import { readCollectionPolicy } from './collection-policies';
import { wholeOf } from './whole-transaction';

const DAY_MS = 86_400_000;

/** What a case stops, and until when. */
interface CaseHold {
  readonly kind: HoldKind;
  /** Null: until it is decided. */
  readonly to: Date | null;
}

function holdOf(
  {
    kind,
    type = null,
    now,
  }: Pick<OpeningCase, 'kind' | 'now'> & { type?: string | null | undefined },
  policy: ProtectionPolicy,
): CaseHold {
  if (kind === 'vulnerability') {
    const treatment = treatmentOf(type, policy.vulnerability);
    return { kind: treatment.hold, to: silentUntil(treatment, now) };
  }
  const { hold } = CASE_RULES[kind];
  if (kind !== 'debtor_abuse') return { kind: hold, to: null };
  return { kind: hold, to: new Date(now.getTime() + policy.abuseCoolDownDays * DAY_MS) };
}

/** Exactly what the scope names: another account of the same person goes on being called. */
function subjectOf(of: {
  readonly scope: CaseScope;
  readonly creditorId: string;
  readonly debtorId: string | null;
  readonly accountId?: string | undefined;
  readonly number?: string | undefined;
}): Pick<HoldInput, 'debtorId' | 'accountId' | 'number' | 'creditorId'> {
  const { accountId, number, creditorId } = of;
  const person = of.debtorId === null ? {} : { debtorId: of.debtorId };
  switch (of.scope) {
    case 'account':
      return { ...person, ...(accountId === undefined ? {} : { accountId }) };
    case 'number':
      return { ...person, ...(number === undefined ? {} : { number }) };
    case 'person':
      return person;
    case 'creditor':
      return { ...person, creditorId };
  }
}

/** Places what a new case stops. Null: it stands. */
export async function placeCaseHolds(
  tx: Transaction,
  opening: OpeningCase,
  policy: ProtectionPolicy,
  { actor, hold: origin }: CaseOrigin,
): Promise<ReturnType<typeof refusedFact> | null> {
  const { kind, to } = holdOf(opening, policy);
  const placed = await placeHold(
    tx,
    {
      ...subjectOf(opening),
      kind,
      reason: origin?.reason ?? `case ${opening.id}`,
      source: origin?.source ?? 'case',
      externalId: origin?.externalId ?? opening.id,
      ...(origin === undefined ? {} : { evidence: origin.evidence }),
      ...(to === null ? {} : { to: to.toISOString() }),
    },
    actor,
  );
  if (placed.kind === 'refused') return placed;
  await linkHold(tx, opening.id, placed.fact.id);
  if (opening.kind === 'wrong_party' && opening.number !== undefined) {
    // whoever says so is none of the people whom we know by the number: it is off at all creditors
    const who = { e164: opening.number, debtorId: opening.debtorId };
    const evidence = { kind: 'denied', at: opening.now, sourceId: opening.id } as const;
    await recordNumberEvidence(tx.unscoped, await phonesOf(tx.unscoped, who), evidence);
  }
  return null;
}

async function linkHold(tx: Transaction, caseId: string, holdId: string): Promise<void> {
  await tx.query(
    'insert into case_hold (case_id, hold_id) values ($1, $2) on conflict do nothing',
    [caseId, holdId],
  );
}

/** The case whose hold it is, and that nobody has closed; null: whoever may lift holds may lift it. */
export async function findCaseOfHold(
  db: Queryable,
  holdId: string,
): Promise<{ readonly id: string; readonly state: CaseState } | null> {
  const { rows } = await db.query<{ id: string; state: CaseState }>(
    `select k.id, k.state from case_hold c join case_file k on k.id = c.case_id where c.hold_id = $1`,
    [holdId],
  );
  const [file] = rows;
  return file === undefined || !keepsHolds(file.state) ? null : file;
}

/** Lifts every hold of a case that still stands: what waited for it is due at once. */
export async function liftCaseHolds(
  tx: Transaction,
  input: { readonly caseId: string; readonly reason: string; readonly actor: string },
): Promise<void> {
  const { rows } = await tx.query<{ id: string }>(
    `select h.id from case_hold c join hold h on h.id = c.hold_id
     where c.case_id = $1 and h.lifted_at is null order by h.id`,
    [input.caseId],
  );
  const { reason, actor } = input;
  for (const { id } of rows) await liftHold(tx, { id, reason, actor });
}

interface CareCase {
  readonly id: string;
  readonly creditorId: string;
  readonly debtorId: string;
  readonly scope: CaseScope;
  readonly type: string | null;
  readonly contactGapDays: number;
}

/**
 * After each contact of ours with a vulnerable person, by call or message: none other for so many days.
 * Costs others one look into a small index.
 * @param contactId attempt or contact; told again, nothing changes
 */
export async function restAfterContact(
  tx: Transaction,
  contact: { readonly debtorId: string; readonly contactId: string; readonly at: Date },
): Promise<void> {
  const { debtorId, contactId, at } = contact;
  // of whatever creditor: it is the person who is left in peace, whoever told of the contact
  const whole = wholeOf(tx);
  const { rows } = await whole.query<CareCase>(
    `select id, creditor_id as "creditorId", debtor_id as "debtorId", scope, type,
       contact_gap_days as "contactGapDays"
     from case_file where debtor_id = $1 and contact_gap_days is not null
       and state in ('open', 'in_review', 'waiting', 'upheld') order by id`,
    [debtorId],
  );
  for (const care of rows) {
    const to = new Date(at.getTime() + care.contactGapDays * DAY_MS);
    if (to <= new Date()) continue;
    const { policy } = await readCollectionPolicy(whole, care.creditorId);
    const placed = await placeHold(
      whole,
      {
        ...subjectOf(care),
        kind: treatmentOf(care.type, policy.protection.vulnerability).hold,
        reason: 'treated with care: time between two contacts',
        source: 'case',
        externalId: `${care.id}:${contactId}`,
        to: to.toISOString(),
      },
      'care',
    );
    if (placed.kind === 'refused') throw new Error(`no rest after contact ${contactId}`);
    await linkHold(whole, care.id, placed.fact.id);
  }
}
