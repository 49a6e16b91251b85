import type { FieldProblem } from '../domain/field-problem';
import type { HoldInput } from '../domain/hold-input';
import { checkHold } from '../domain/hold-input';
import type { HoldKind } from '../domain/hold-kind';
import { TransitionError } from '../domain/transition-error';
import { settleDialable } from './accounts';
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
  type FactWrite,
  type LockedSubject,
} from './fact-write';
import { phonesOf, recordNumberEvidence } from './number-evidence';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Hold {
  readonly id: string;
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly e164: string | null;
  readonly creditorId: string | null;
  readonly kind: HoldKind;
  readonly reason: string;
  readonly evidence: string | null;
  readonly source: string;
  readonly externalId: string | null;
  readonly from: Date;
  readonly to: Date | null;
  readonly startsOn: string | null;
  readonly days: number | null;
  /** `agent:<id>`, `key:<id>`, or the part of the program that did it. */
  readonly placedBy: string;
  readonly placedAt: Date;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
  readonly liftReason: string | null;
}

const COLUMNS = `id, debtor_id as "debtorId", account_id as "accountId", e164,
  creditor_id as "creditorId", kind, reason, evidence, source, external_id as "externalId",
  from_at as "from", to_at as "to", starts_on as "startsOn", days, placed_by as "placedBy",
  placed_at as "placedAt", lifted_at as "liftedAt", lifted_by as "liftedBy",
  lift_reason as "liftReason"`;

/**
 * Places a hold: from its commit on no permit is given against it, and none that was given before
 * survives the look at the INVITE. A wrong number leaves the person's numbers to be dialed.
 */
export async function placeHold(
  tx: Transaction,
  input: HoldInput,
  actor: string,
): Promise<FactWrite<Hold>> {
  const subject = await lockSubject(tx, {
    debtorId: input.debtorId ?? null,
    accountId: input.accountId ?? null,
    number: input.number ?? null,
    creditorId: input.creditorId ?? null,
  });
  if (subject.kind === 'refused') return subject;
  const problem = problemOf(tx, input, subject);
  if (problem !== null) return { kind: 'refused', problem };
  const before = await findByOrigin<Hold>(tx, `select ${COLUMNS} from hold`, input);
  if (before !== null) {
    return isSame(before, input, subject) ? { kind: 'repeated', fact: before } : otherFact('hold');
  }
  const hold = await insertHold(tx, input, subject, actor);
  if (hold.kind === 'wrong_number') await markNumber(tx, hold, 'active', 'wrong_number');
  if (!startsLater(hold, subject.now)) await stopRinging(tx, hold);
  await recordChange(tx, hold, subject, { action: 'hold.placed', actor, reason: hold.reason });
  return { kind: 'written', fact: hold };
}

/** A bound key stops calls to its own people alone, not to numbers that it has never seen. */
function problemOf(tx: Transaction, input: HoldInput, subject: LockedSubject): FieldProblem | null {
  const [problem = null] = checkHold(input, subject.now);
  if (problem !== null || !tx.isScoped || subject.persons.length > 0) return problem;
  const accepted = 'a number of one of your people';
  return { field: 'number', reason: 'is nobody’s whom you may call', accepted };
}

/** A start that the input leaves open was filled in the first time. */
function isSame(hold: Hold, input: HoldInput, subject: LockedSubject): boolean {
  const { kind, debtorId, accountId, e164, creditorId, from, to, startsOn, days } = hold;
  return sayTheSame(
    [kind, debtorId, accountId, e164, creditorId, from, to, startsOn, days],
    [
      input.kind,
      subject.debtorId,
      input.accountId,
      input.number,
      input.creditorId,
      instantOf(input.from) ?? from,
      instantOf(input.to),
      input.startsOn,
      input.days,
    ],
  );
}

async function insertHold(
  tx: Transaction,
  input: HoldInput,
  subject: LockedSubject,
  actor: string,
): Promise<Hold> {
  return one(
    await tx.query<Hold>(
      `insert into hold (debtor_id, account_id, e164, creditor_id, kind, reason, evidence, source,
         external_id, from_at, to_at, starts_on, days, placed_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, now()), $11, $12, $13, $14)
       returning ${COLUMNS}`,
      [
        subject.debtorId,
        input.accountId ?? null,
        input.number ?? null,
        input.creditorId ?? null,
        input.kind,
        input.reason,
        input.evidence ?? null,
        input.source,
        input.externalId ?? null,
        input.from ?? null,
        input.to ?? null,
        input.startsOn ?? null,
        input.days ?? null,
        actor,
      ],
    ),
    'new hold',
  );
}

/** The local date of the place furthest ahead decides: a day early is never too early to stop. */
function startsLater(hold: Hold, now: Date): boolean {
  if (hold.startsOn === null) return hold.from > now;
  const furthestAhead = new Date(now.getTime() + 14 * 3_600_000);
  return hold.startsOn > furthestAhead.toISOString().slice(0, 10);
}

/** The person's own attempt, whichever number it rings; else whatever rings at the number. */
async function stopRinging(tx: Transaction, hold: Hold): Promise<void> {
  const { debtorId, e164, accountId, creditorId } = hold;
  const who = debtorId !== null ? { debtorId } : e164 !== null ? { e164 } : null;
  if (who === null) throw new Error(`hold ${hold.id} is on nothing`);
  await cancelRinging(tx, {
    who,
    accountId: accountId ?? undefined,
    creditorId: creditorId ?? undefined,
  });
}

/** A number that is not this person's leaves the order of dialing, and comes back with the lift. */
async function markNumber(
  tx: Transaction,
  hold: Hold,
  from: 'active' | 'wrong_number',
  to: 'active' | 'wrong_number',
): Promise<void> {
  if (hold.debtorId === null || hold.e164 === null) return;
  await tx.query(
    `update phone set status = $4, updated_at = now()
     where debtor_id = $1 and e164 = $2 and status = $3`,
    [hold.debtorId, hold.e164, from, to],
  );
  await settleDialable(tx, [hold.debtorId]);
}

/**
 * Lifts a hold; accounts that it kept waiting are looked at again at once. Null: there is none.
 * @throws TransitionError when it was lifted before.
 */
export async function liftHold(
  tx: Transaction,
  input: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<Hold | null> {
  const found = await findHold(tx, input.id);
  if (found === null) return null;
  const subject = await lockSubject(tx, { ...found, number: found.e164 });
  if (subject.kind === 'refused') throw new Error(`hold ${input.id} has lost its subject`);
  const { rows } = await tx.query<Hold>(
    `update hold set lifted_at = clock_timestamp(), lifted_by = $2, lift_reason = $3
     where id = $1 and lifted_at is null returning ${COLUMNS}`,
    [input.id, input.actor, input.reason],
  );
  const hold = rows[0];
  if (hold === undefined) throw new TransitionError('hold', 'lifted', 'lift', []);
  if (hold.kind === 'wrong_number' && !(await isStillHeld(tx, hold))) {
    await markNumber(tx, hold, 'wrong_number', 'active');
    await trustNumber(tx, hold, subject);
  }
  await lookAgain(tx, subject.persons);
  const { actor, reason } = input;
  await recordChange(tx, hold, subject, { action: 'hold.lifted', actor, reason });
  return hold;
}

/** Somebody has made sure that the number is the person's after all. */
async function trustNumber(tx: Transaction, hold: Hold, subject: LockedSubject): Promise<void> {
  const { id: sourceId, e164, debtorId } = hold;
  if (e164 === null) return;
  const phones = await phonesOf(tx.unscoped, { e164, debtorId });
  const evidence = { kind: 'confirmed', at: subject.now, sourceId } as const;
  await recordNumberEvidence(tx.unscoped, phones, evidence);
  await settleDialable(tx, subject.persons);
}

/** Does another standing hold say the same of the number? */
async function isStillHeld(tx: Transaction, hold: Hold): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select 1 from hold where debtor_id is not distinct from $1 and e164 = $2 and kind = $3 and lifted_at is null`,
    [hold.debtorId, hold.e164, hold.kind],
  );
  return rowCount !== 0;
}

async function recordChange(
  tx: Transaction,
  hold: Hold,
  subject: LockedSubject,
  change: { action: 'hold.placed' | 'hold.lifted'; actor: string; reason: string },
): Promise<void> {
  const { id, debtorId, accountId, kind } = hold;
  // which number it is stands in the hold's own row alone
  const view = {
    debtorId,
    accountId,
    creditorId: hold.creditorId,
    kind,
    ofNumber: hold.e164 !== null,
    from: hold.from.toISOString(),
    to: hold.to?.toISOString() ?? null,
    startsOn: hold.startsOn,
    days: hold.days,
    source: hold.source,
  };
  const isNew = change.action === 'hold.placed';
  await recordAudit(tx, {
    creditorId: subject.creditorId,
    actor: change.actor,
    action: change.action,
    subject: 'hold',
    subjectId: id,
    before: isNew ? null : { ...view, lifted: false },
    after: { ...view, lifted: !isNew },
    reason: change.reason,
  });
  await appendEvent(tx, {
    type: change.action,
    creditorId: subject.creditorId,
    payload: { holdId: id, debtorId, accountId, kind, ofNumber: hold.e164 !== null },
  });
}

export async function findHold(db: Queryable, id: string): Promise<Hold | null> {
  const { rows } = await db.query<Hold>(`select ${COLUMNS} from hold where id = $1`, [id]);
  return rows[0] ?? null;
}

export interface HoldFilter {
  /** Those on the person, an account or a number of the person. */
  readonly debtorId: string | null;
  readonly accountId: string | null;
  readonly e164: string | null;
  readonly kind: HoldKind | null;
  /** Neither lifted nor over. */
  readonly active: boolean | null;
}

export async function listHolds(
  db: Queryable,
  filter: HoldFilter,
  page: PageRequest,
): Promise<Page<Hold>> {
  const { rows } = await db.query<Hold>(
    `select ${COLUMNS} from hold
     where ($1::uuid is null or id < $1)
       and ($2::uuid is null or debtor_id = $2 or (debtor_id is null
         and e164 in (select e164 from phone where phone.debtor_id = $2)))
       and ($3::uuid is null or account_id = $3) and ($4::text is null or e164 = $4)
       and ($5::text is null or kind = $5)
       and ($6::boolean is null
         or (lifted_at is null and (to_at is null or to_at > now())) = $6)
     order by id desc limit $7`,
    [
      page.beforeId,
      filter.debtorId,
      filter.accountId,
      filter.e164,
      filter.kind,
      filter.active,
      pageFetch(page),
    ],
  );
  return toPage(rows, page);
}
