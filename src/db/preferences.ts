import { orderedWindow } from '../domain/local-window-input';
import {
  checkPreference,
  PREFERRED_LIMIT,
  type PreferenceInput,
  type PreferenceKind,
} from '../domain/preference-input';
import { TransitionError } from '../domain/transition-error';
import { recordAudit } from './audit';
import { one, type Queryable, type Transaction } from './database';
import { appendEvent } from './events';
import {
  sayTheSame,
  findByOrigin,
  lockSubject,
  lookAgain,
  otherFact,
  refusedFact,
  type FactWrite,
} from './fact-write';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface Preference {
  readonly id: string;
  readonly debtorId: string;
  readonly kind: PreferenceKind;
  readonly days: number[];
  readonly from: string;
  readonly to: string;
  readonly sourceAttemptId: string | null;
  readonly source: string;
  readonly externalId: string | null;
  readonly recordedBy: string;
  readonly recordedAt: Date;
  readonly removedAt: Date | null;
  readonly removedBy: string | null;
  readonly removalReason: string | null;
}

const COLUMNS = `id, debtor_id as "debtorId", kind, days, from_clock as "from", to_clock as "to",
  source_attempt_id as "sourceAttemptId", source, external_id as "externalId",
  recorded_by as "recordedBy", recorded_at as "recordedAt", removed_at as "removedAt",
  removed_by as "removedBy", removal_reason as "removalReason"`;

/** Keeps when the person does not want to be called, or would like to be. */
export async function recordPreference(
  tx: Transaction,
  input: PreferenceInput,
  actor: string,
): Promise<FactWrite<Preference>> {
  const subject = await lockSubject(tx, { debtorId: input.debtorId, creditorId: null });
  if (subject.kind === 'refused') return subject;
  const [problem] = checkPreference(input);
  if (problem !== undefined) return { kind: 'refused', problem };
  if (input.sourceAttemptId !== undefined && !(await isTheirCall(tx, input))) {
    return refusedFact('sourceAttemptId', 'is no call with this person', 'an attempt of theirs');
  }
  const before = await findByOrigin<Preference>(
    tx,
    `select ${COLUMNS} from contact_preference`,
    input,
  );
  if (before !== null) {
    return isSame(before, input) ? { kind: 'repeated', fact: before } : otherFact('preference');
  }
  if (input.kind === 'preferred' && (await countPreferred(tx, input)) >= PREFERRED_LIMIT) {
    const accepted = 'remove one first; refused times are not limited';
    return refusedFact('kind', `the person has ${PREFERRED_LIMIT} preferred times`, accepted);
  }
  const preference = await insertPreference(tx, input, actor);
  await recordChange(tx, preference, { action: 'preference.recorded', actor, reason: null });
  return { kind: 'written', fact: preference };
}

async function isTheirCall(
  tx: Transaction,
  { sourceAttemptId, debtorId }: Pick<PreferenceInput, 'sourceAttemptId' | 'debtorId'>,
): Promise<boolean> {
  const { rowCount } = await tx.query('select 1 from attempt where id = $1 and debtor_id = $2', [
    sourceAttemptId,
    debtorId,
  ]);
  return rowCount === 1;
}

function isSame(kept: Preference, input: PreferenceInput): boolean {
  return sayTheSame(
    [kept.debtorId, kept.kind, orderedWindow(kept)],
    [input.debtorId, input.kind, orderedWindow(input)],
  );
}

async function countPreferred(
  tx: Transaction,
  { debtorId }: Pick<PreferenceInput, 'debtorId'>,
): Promise<number> {
  const { rows } = await tx.query<{ n: number }>(
    `select count(*)::int as n from contact_preference
     where debtor_id = $1 and kind = 'preferred' and removed_at is null`,
    [debtorId],
  );
  return rows[0]?.n ?? 0;
}

async function insertPreference(
  tx: Transaction,
  input: PreferenceInput,
  actor: string,
): Promise<Preference> {
  const { days, from, to } = orderedWindow(input);
  return one(
    await tx.query<Preference>(
      `insert into contact_preference (debtor_id, kind, days, from_clock, to_clock,
         source_attempt_id, source, external_id, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning ${COLUMNS}`,
      [
        input.debtorId,
        input.kind,
        days,
        from,
        to,
        input.sourceAttemptId ?? null,
        input.source,
        input.externalId ?? null,
        actor,
      ],
    ),
    'new preference',
  );
}

/**
 * Takes a wish back. Null: there is none.
 * @throws TransitionError when it was removed before.
 */
export async function removePreference(
  tx: Transaction,
  input: { readonly id: string; readonly reason: string; readonly actor: string },
): Promise<Preference | null> {
  const found = await findPreference(tx, input.id);
  if (found === null) return null;
  const subject = await lockSubject(tx, { debtorId: found.debtorId, creditorId: null });
  if (subject.kind === 'refused') throw new Error(`preference ${input.id} has lost its person`);
  const { rows } = await tx.query<Preference>(
    `update contact_preference
     set removed_at = clock_timestamp(), removed_by = $2, removal_reason = $3
     where id = $1 and removed_at is null returning ${COLUMNS}`,
    [input.id, input.actor, input.reason],
  );
  const preference = rows[0];
  if (preference === undefined) throw new TransitionError('preference', 'removed', 'remove', []);
  if (preference.kind === 'refused') await lookAgain(tx, subject.persons);
  const { actor, reason } = input;
  await recordChange(tx, preference, { action: 'preference.removed', actor, reason });
  return preference;
}

async function recordChange(
  tx: Transaction,
  preference: Preference,
  change: {
    action: 'preference.recorded' | 'preference.removed';
    actor: string;
    reason: string | null;
  },
): Promise<void> {
  const { id, debtorId, kind, days, from, to, sourceAttemptId } = preference;
  const view = { debtorId, kind, days, from, to, sourceAttemptId };
  const isNew = change.action === 'preference.recorded';
  await recordAudit(tx, {
    creditorId: null,
    actor: change.actor,
    action: change.action,
    subject: 'preference',
    subjectId: id,
    before: isNew ? null : { ...view, removed: false },
    after: { ...view, removed: !isNew },
    reason: change.reason,
  });
  await appendEvent(tx, { type: change.action, payload: { preferenceId: id, debtorId, kind } });
}

export async function findPreference(db: Queryable, id: string): Promise<Preference | null> {
  const { rows } = await db.query<Preference>(
    `select ${COLUMNS} from contact_preference where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

export async function listPreferences(
  db: Queryable,
  filter: {
    readonly debtorId: string | null;
    readonly kind: PreferenceKind | null;
    /** Not removed. */
    readonly active: boolean | null;
  },
  page: PageRequest,
): Promise<Page<Preference>> {
  const { rows } = await db.query<Preference>(
    `select ${COLUMNS} from contact_preference
     where ($1::uuid is null or id < $1) and ($2::uuid is null or debtor_id = $2)
       and ($3::text is null or kind = $3) and ($4::boolean is null or (removed_at is null) = $4)
     order by id desc limit $5`,
    [page.beforeId, filter.debtorId, filter.kind, filter.active, pageFetch(page)],
  );
  return toPage(rows, page);
}
