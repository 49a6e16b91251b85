import { NOT_DIALED_BELOW } from '../domain/number-ownership';
import type { NumberAnswer } from '../domain/number-answer';
import { settleDialable } from './accounts';
import { lockDebtor } from './call-locks';
import type { Database, Queryable, Transaction } from './database';
import { appendEvent } from './events';
import { newId } from './new-id';
import { LOOK_UP_DAY } from './number-look-ups';
import { askForReview, ownershipNow, recordNumberEvidence } from './number-evidence';

/** How often due numbers are looked for, and how many of them are found at once, the soonest first. */
const FILL_EVERY = `interval '30 s'`;
const FILL_AT_ONCE = 5_000;
/** A number that was invalid is asked about again before it may be dialed; without an answer, then. */
const GRACE = `interval '1 day'`;
/** Longer than a question may take. */
const LEASE = `interval '60 s'`;
/** After so many tries in a row it is left for a while: unknown, so it is dialed as ever. */
const TRIES = 5;
const LEFT_FOR = `interval '6 hours'`;

/** Of look-up `l`: does account `a` ask it? */
const ASKS = `(a.creditor_id = l.creditor_id or l.creditor_id is null and not exists (
    select from number_look_up own where own.creditor_id = a.creditor_id and own.retired_at is null))`;

/**
 * Finds numbers that are due soon and have no fresh answer: those of accounts whose time comes within the
 * hours of the look-up in a campaign that runs, and those that an answer has kept from being dialed and
 * that has run out.
 * @returns how many; none when that was looked at less than half a minute ago
 */
export async function findNumbersToAsk(db: Database, lookUpId: string, now: Date): Promise<number> {
  return db.transaction(async (tx) => {
    const turn = await tx.query(
      `update number_look_up set filled_at = $2 where id = (select id from number_look_up
         where id = $1 and enabled and retired_at is null
           and (filled_at is null or filled_at <= $2::timestamptz - ${FILL_EVERY}) for update skip locked)`,
      [lookUpId, now],
    );
    if (turn.rowCount === 0) return 0;
    const { rowCount } = await tx.query(
      `insert into number_answer (phone_id, look_up_id, due_at, next_at)
       select p.id, l.id, min(a.next_attempt_at), $2
       from number_look_up l join account a on ${ASKS} join phone p on p.debtor_id = a.debtor_id
       left join number_answer n on n.phone_id = p.id
       where l.id = $1 and a.status = 'open' and a.blocked_reason is null
         and a.next_attempt_at <= $2::timestamptz + l.ahead_hours * interval '1 hour'
         and p.owner = 'debtor' and p.status = 'active'
         and (n.phone_id is null or n.next_at is null and n.valid_until <= $2)
         and exists (select from campaign c where c.creditor_id = a.creditor_id and c.state = 'running'
           and coalesce(c.settings->>'numberLookUp', 'true') = 'true')
       group by p.id, l.id order by 3 limit ${FILL_AT_ONCE}
       on conflict (phone_id) do update set look_up_id = excluded.look_up_id, tries = 0,
         due_at = excluded.due_at, next_at = excluded.next_at`,
      [lookUpId, now],
    );
    const again = await tx.query(
      `update number_answer n set next_at = $2, due_at = $2, tries = 0 from phone p
       where p.id = n.phone_id and p.status = 'invalid' and p.invalid_by = 'look_up'
         and n.look_up_id = $1 and n.status = 'invalid' and n.next_at is null and n.valid_until <= $2`,
      [lookUpId, now],
    );
    return (rowCount ?? 0) + (again.rowCount ?? 0);
  });
}

/** A number in this process's hands. */
export interface NumberToAsk {
  readonly phoneId: string;
  readonly e164: string;
}

export interface Questions {
  readonly lookUpId: string;
  readonly creditorId: string | null;
  readonly url: string;
  readonly secretSealed: Buffer;
  readonly numbers: readonly NumberToAsk[];
}

/** Look-ups that may be asked now. */
export async function listReadyLookUps(db: Queryable, now: Date): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from number_look_up where enabled and retired_at is null
       and (paused_until is null or paused_until <= $1)`,
    [now],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes as many numbers as the look-up may be asked about this second, the soonest due first; one alone
 * while nothing useful comes from it. All processes share its second and its day. Null: none.
 */
export async function claimNumbers(
  tx: Transaction,
  lookUpId: string,
  now: Date,
): Promise<Questions | null> {
  const { rows } = await tx.query<Omit<Questions, 'numbers'> & { room: number }>(
    `select id as "lookUpId", creditor_id as "creditorId", url, secret_sealed as "secretSealed",
       case when failures > 0 then 1 else per_second end as room
     from number_look_up where id = $1 and enabled and retired_at is null
       and (paused_until is null or paused_until <= $2)
       and (asked_at is null or asked_at <= $2::timestamptz - interval '1 s')
     for no key update skip locked`,
    [lookUpId, now],
  );
  const [found] = rows;
  if (found === undefined) return null;
  const { room, ...lookUp } = found;
  const taken = await tx.query<NumberToAsk>(
    `with left_today as (select greatest(0, per_day - case when asked_on = ${LOOK_UP_DAY} then asked else 0 end)
         as numbers from number_look_up where id = $1),
     due as (select phone_id from number_answer where look_up_id = $1 and next_at <= $2
       order by due_at, phone_id limit least($3, (select numbers from left_today)) for update skip locked)
     update number_answer n set next_at = $2::timestamptz + ${LEASE}, tries = n.tries + 1
     from due join phone p on p.id = due.phone_id where n.phone_id = due.phone_id
     returning n.phone_id as "phoneId", p.e164`,
    [lookUpId, now, room],
  );
  if (taken.rows.length === 0) return null;
  await tx.query(
    `update number_look_up set asked_at = $2, asked_on = ${LOOK_UP_DAY},
       asked = $3 + case when asked_on = ${LOOK_UP_DAY} then asked else 0 end where id = $1`,
    [lookUpId, now, taken.rows.length],
  );
  return { ...lookUp, numbers: taken.rows };
}

/** No answer: it is asked again, five times in a row at most. */
export async function recordNoAnswer(
  db: Queryable,
  phoneId: string,
  at: { readonly now: Date; readonly retryMs: number },
): Promise<void> {
  await db.query(
    `update number_answer set
       next_at = case when tries < ${TRIES} then $2::timestamptz + $3::float8 * power(2, tries - 1) * interval '1 ms' end,
       valid_until = case when tries < ${TRIES} then valid_until else greatest(valid_until, $2::timestamptz + ${LEFT_FOR}) end
     where phone_id = $1 and next_at is not null`,
    [phoneId, at.now, at.retryMs],
  );
}

/**
 * Keeps what a look-up said of a number, for all creditors from the commit on: an invalid one is dialed no
 * more until a later answer or the end of this one, and one that was given to somebody since its last
 * verified talk is most likely not the person's any more.
 */
export async function recordNumberAnswer(
  tx: Transaction,
  { phoneId, lookUpId }: { readonly phoneId: string; readonly lookUpId: string },
  answer: NumberAnswer,
  now: Date,
): Promise<void> {
  const debtorId = await lockPhone(tx, phoneId);
  const { status, operator, ported, lastReassigned } = answer;
  const kept = await tx.query<{ creditorId: string | null }>(
    `update number_answer n set look_up_id = l.id, status = $3, operator = $4, ported = $5,
       reassigned_at = $6, answered_at = $7, valid_until = $7::timestamptz + l.valid_days * interval '1 day',
       next_at = null, tries = 0
     from number_look_up l where n.phone_id = $1 and l.id = $2 returning l.creditor_id as "creditorId"`,
    [phoneId, lookUpId, status, operator, ported, lastReassigned, now],
  );
  await setValidity(tx, phoneId, status === 'invalid');
  const of = { phoneId, debtorId };
  if (lastReassigned !== null) await noteReassigned(tx, of, lastReassigned);
  await settleDialable(tx, [debtorId]);
  await appendEvent(tx, {
    type: 'number.looked_up',
    creditorId: kept.rows[0]?.creditorId ?? null,
    payload: { ...of, status, operator, ported, reassignedAt: lastReassigned },
  });
}

async function lockPhone(tx: Transaction, phoneId: string): Promise<string> {
  const { rows } = await tx.query<{ debtorId: string }>(
    'select debtor_id as "debtorId" from phone where id = $1',
    [phoneId],
  );
  const debtorId = rows[0]?.debtorId;
  if (debtorId === undefined) throw new Error(`phone ${phoneId} is gone`);
  await lockDebtor(tx, debtorId);
  return debtorId;
}

/** What a network said when it was called stands against a look-up that says otherwise. */
async function setValidity(db: Queryable, phoneId: string, isInvalid: boolean): Promise<void> {
  await db.query(
    isInvalid
      ? `update phone set status = 'invalid', invalid_by = 'look_up', updated_at = now()
         where id = $1 and status in ('active', 'doubtful')`
      : `update phone p set invalid_by = null, updated_at = now(),
           status = case when ${ownershipNow('p')} < ${NOT_DIALED_BELOW} then 'doubtful' else 'active' end
         where id = $1 and status = 'invalid' and invalid_by = 'look_up'`,
    [phoneId],
  );
}

/** A register tells the same at every look-up: once is evidence. */
async function noteReassigned(
  tx: Transaction,
  of: { readonly phoneId: string; readonly debtorId: string },
  at: Date,
): Promise<void> {
  const { rowCount } = await tx.query(
    `select from number_evidence where phone_id = $1 and kind = 'reassigned' and at = $2`,
    [of.phoneId, at],
  );
  if (rowCount !== 0) return;
  const wasDoubtful = await isDoubtful(tx, of.phoneId);
  const evidence = { kind: 'reassigned', at, sourceId: newId(new Date()) } as const;
  await recordNumberEvidence(tx, [of.phoneId], evidence);
  if (!wasDoubtful && (await isDoubtful(tx, of.phoneId))) await askForReview(tx, of);
}

async function isDoubtful(db: Queryable, phoneId: string): Promise<boolean> {
  const { rowCount } = await db.query(`select from phone where id = $1 and status = 'doubtful'`, [
    phoneId,
  ]);
  return rowCount !== 0;
}

/** Fewer answers say nothing of the register. */
const LEAST_ANSWERS = 20;

/** Did the look-up call more numbers of the last day invalid than is to be believed? */
export async function isUnbelievable(db: Queryable, lookUpId: string, now: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from number_look_up l, lateral (select count(*) as all, count(*) filter (where status = 'invalid') as invalid
         from number_answer where look_up_id = l.id and answered_at > $2::timestamptz - interval '1 day') n
     where l.id = $1 and n.all >= ${LEAST_ANSWERS} and 100 * n.invalid > l.most_invalid_percent * n.all`,
    [lookUpId, now],
  );
  return rowCount === 1;
}

/** Its word of the last day stands no more: the next turns give the numbers back. */
export async function takeBackInvalid(db: Queryable, lookUpId: string, now: Date): Promise<void> {
  await db.query(
    `update number_answer set valid_until = $2::timestamptz - ${GRACE}
     where look_up_id = $1 and status = 'invalid' and answered_at > $2::timestamptz - interval '1 day'`,
    [lookUpId, now],
  );
}

/**
 * One turn: an answer that kept a number from being dialed, has run out and was not given again for a day
 * stands no more. @returns how many
 */
export async function releaseOldAnswers(db: Database, now: Date, limit: number): Promise<number> {
  const { rows } = await db.query<{ phoneId: string }>(
    `select n.phone_id as "phoneId" from number_answer n join phone p on p.id = n.phone_id
     where n.status = 'invalid' and n.valid_until <= $1::timestamptz - ${GRACE}
       and p.status = 'invalid' and p.invalid_by = 'look_up' limit $2`,
    [now, limit],
  );
  for (const { phoneId } of rows) {
    await db.transaction(async (tx) => {
      const debtorId = await lockPhone(tx, phoneId);
      await setValidity(tx, phoneId, false);
      await settleDialable(tx, [debtorId]);
    });
  }
  return rows.length;
}
