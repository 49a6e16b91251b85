import {
  HALF_LIFE_DAYS,
  IDENTITY_MODE_BELOW,
  NOT_DIALED_BELOW,
  ownership,
  type NumberEvidence,
  type NumberEvidenceKind,
} from '../domain/number-ownership';
import { settleDialable } from './accounts';
import { lockDebtor } from './call-locks';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { addTask, closeTask } from './tasks';

/** SQL: how likely the number of phone `alias` is the person's at this moment; see number-ownership.ts. */
export const ownershipNow = (alias: string): string =>
  `${alias}.ownership * power(0.5, greatest(0, extract(epoch from now() - ${alias}.ownership_at)) / 86400.0 / ${HALF_LIFE_DAYS})`;

/** SQL: does a call by phone `alias` begin without a word of the debt? A number that is not on file does. */
export const inIdentityMode = (alias: string): string =>
  `coalesce(${ownershipNow(alias)}, 0) < ${IDENTITY_MODE_BELOW}`;

/**
 * SQL: is nothing of the debt to be said yet in the talk of attempt `t`, by phone `p`? The number may be
 * another's by now, and nobody has shown to be the person; whom no number tells, the agent has asked.
 */
export const isUnidentified = (t: string, p: string): string => `(${inIdentityMode(p)}
  and (${t}.account_id is null or not exists (select from inbound_call i
    where i.id = ${t}.inbound_call_id and i.matches <> 1))
  and not exists (select from conversation v
    where v.attempt_id = ${t}.id and v.identity_confirmed_at is not null))`;

export interface NewNumberEvidence {
  readonly kind: NumberEvidenceKind;
  readonly at: Date;
  /** The attempt, payment, hold or case that it comes from: once each. */
  readonly sourceId: string;
}

/** The phones of one person, or of everybody, that have the number and are theirs to be called on. */
export async function phonesOf(
  db: Queryable,
  who: { readonly e164: string; readonly debtorId: string | null },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from phone where e164 = $1 and ($2::uuid is null or debtor_id = $2)
       and owner = 'debtor' order by id`,
    [who.e164, who.debtorId],
  );
  return rows.map(({ id }) => id);
}

/**
 * Keeps what was learned of numbers and reckons anew whose they are. One that is most likely somebody
 * else's is dialed no more, and one that is the person's again may be: for all creditors, from the
 * commit on. Everybody whose numbers they are is locked by the caller.
 */
export async function recordNumberEvidence(
  db: Queryable,
  phoneIds: readonly string[],
  evidence: NewNumberEvidence,
): Promise<void> {
  if (phoneIds.length === 0) return;
  const { kind, at, sourceId } = evidence;
  const { rows } = await db.query<{ phoneId: string }>(
    `insert into number_evidence (phone_id, kind, at, source_id)
     select id, $2, $3, $4 from unnest($1::uuid[]) id
     on conflict (phone_id, kind, source_id) do nothing returning phone_id as "phoneId"`,
    [phoneIds, kind, at, sourceId],
  );
  for (const { phoneId } of rows) await reckonOwnership(db, phoneId);
}

/** What it rested on was taken back: it counts no more. Whose number it is is locked by the caller. */
export async function withdrawNumberEvidence(
  db: Queryable,
  phoneId: string,
  evidenceId: string,
): Promise<void> {
  const { rowCount } = await db.query(
    `insert into number_evidence_withdrawal (evidence_id) values ($1) on conflict do nothing`,
    [evidenceId],
  );
  if (rowCount === 1) await reckonOwnership(db, phoneId);
}

async function reckonOwnership(db: Queryable, phoneId: string): Promise<void> {
  const { rows } = await db.query<{ statedAt: Date; now: Date; since: EvidenceJson[] }>(
    `select p.created_at as "statedAt", clock_timestamp() as now,
       (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'at', at)), '[]')
        from number_evidence e where phone_id = p.id
          and not exists (select from number_evidence_withdrawal w where w.evidence_id = e.id)) as since
     from phone p where p.id = $1`,
    [phoneId],
  );
  const [known] = rows;
  if (known === undefined) throw new Error(`phone ${phoneId} is gone`);
  const since = known.since.map(({ kind, at }) => ({ kind, at: new Date(at) }));
  const p = ownership({ statedAt: known.statedAt, since }, known.now);
  await db.query(
    `update phone set ownership = $2::float8, ownership_at = $3, updated_at = now(),
       status = case when status = 'active' and $2::float8 < ${NOT_DIALED_BELOW} then 'doubtful'
         when status = 'doubtful' and $2::float8 >= ${NOT_DIALED_BELOW} then 'active' else status end
     where id = $1`,
    [phoneId, p, known.now],
  );
}

interface EvidenceJson {
  readonly kind: NumberEvidence['kind'];
  readonly at: string;
}

/** How long a reviewer has, days. */
const REVIEW_DAYS = 7;
const DAY_MS = 86_400_000;
/** The least silence after which a number that was dialed until then can be doubtful, days. */
const LEAST_SILENCE_DAYS = 59;

/**
 * One turn: numbers that have become doubtful by silence alone are dialed no more, and somebody is
 * asked to look. @returns how many; fewer than `limit`: there are no more
 */
export async function doubtSilentNumbers(db: Database, limit: number): Promise<number> {
  const { rows } = await db.query<{ phoneId: string; debtorId: string }>(
    `select p.id as "phoneId", p.debtor_id as "debtorId" from phone p
     where p.status = 'active' and p.owner = 'debtor'
       and p.ownership_at < now() - make_interval(days => ${LEAST_SILENCE_DAYS})
       and ${ownershipNow('p')} < ${NOT_DIALED_BELOW}
     order by p.ownership_at limit $1`,
    [limit],
  );
  for (const silent of rows) await db.transaction((tx) => doubt(tx, silent));
  return rows.length;
}

async function doubt(
  tx: Transaction,
  { phoneId, debtorId }: { readonly phoneId: string; readonly debtorId: string },
): Promise<void> {
  await lockDebtor(tx, debtorId);
  const { rowCount } = await tx.query(
    `update phone p set status = 'doubtful', updated_at = now()
     where id = $1 and status = 'active' and ${ownershipNow('p')} < ${NOT_DIALED_BELOW}`,
    [phoneId],
  );
  if (rowCount === 0) return;
  await settleDialable(tx, [debtorId]);
  await askForReview(tx, { phoneId, debtorId });
}

/** Of a person who owes several, the one creditor who was last to call is asked to look at a number. */
export async function askForReview(
  tx: Transaction,
  { phoneId, debtorId }: { readonly phoneId: string; readonly debtorId: string },
): Promise<void> {
  const { rows } = await tx.query<{ creditorId: string }>(
    `select creditor_id as "creditorId" from account where debtor_id = $1 and status = 'open'
     order by last_attempt_at desc nulls last, id limit 1`,
    [debtorId],
  );
  const creditorId = rows[0]?.creditorId;
  await appendEvent(tx, {
    type: 'number.doubted',
    creditorId: creditorId ?? null,
    payload: { phoneId, debtorId },
  });
  if (creditorId === undefined) return;
  const dueAt = new Date(Date.now() + REVIEW_DAYS * DAY_MS);
  const assignee = 'role:supervisor';
  const kind = 'number_review';
  await addTask(tx, { creditorId, kind, debtorId, subjectId: phoneId, assignee, dueAt });
}

/**
 * Somebody has made sure, by another way, that a number is the person's: it may be dialed again. Null:
 * the person has no such number of their own.
 */
export async function confirmNumber(
  tx: Transaction,
  input: {
    readonly debtorId: string;
    readonly phoneId: string;
    readonly sourceId: string;
    readonly at: Date;
    readonly actor: string;
  },
): Promise<true | null> {
  const { debtorId, phoneId, sourceId, at, actor } = input;
  await lockDebtor(tx, debtorId);
  const { rowCount } = await tx.query(
    `select 1 from phone where id = $1 and debtor_id = $2 and owner = 'debtor'`,
    [phoneId, debtorId],
  );
  if (rowCount === 0) return null;
  await recordNumberEvidence(tx, [phoneId], { kind: 'confirmed', at, sourceId });
  await settleDialable(tx, [debtorId]);
  await closeTask(tx, { kind: 'number_review', subjectId: phoneId, actor, result: 'confirmed' });
  return true;
}
