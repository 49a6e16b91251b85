import type { VersionState } from '../domain/version-state';
import { one, type Queryable, type Transaction } from './database';

/** A dated revision of a calendar, whole, and what people decided about it. */
export interface CalendarRevision {
  readonly calendarId: string;
  readonly revision: string;
  readonly state: VersionState;
  /** It decides calls now. */
  readonly binding: boolean;
  /** It binds, or did once. */
  readonly hasBound: boolean;
  readonly changeReason: string;
  /** `release`, or `key:<id>`. */
  readonly proposedBy: string;
  readonly proposedAt: Date;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** Approved and null: since ever. */
  readonly bindsFrom: Date | null;
  /** Of `body`, hex. */
  readonly sha256: string;
  /** Canonical JSON. */
  readonly body: string;
}

const SELECT = `select c.calendar_id as "calendarId", c.revision, c.state,
    c.change_reason as "changeReason", c.proposed_by as "proposedBy", c.proposed_at as "proposedAt",
    c.decided_by as "decidedBy", c.decided_at as "decidedAt",
    nullif(c.binds_from, '-infinity') as "bindsFrom", encode(c.sha256, 'hex') as sha256, c.body,
    coalesce(c.binds_from <= clock_timestamp(), false) as "hasBound",
    coalesce(c.revision = (select b.revision from calendar_revision b
      where b.calendar_id = c.calendar_id and b.state = 'approved' and b.binds_from <= clock_timestamp()
      order by b.binds_from desc, b.revision desc limit 1), false) as binding
  from calendar_revision c`;

/** Every revision, or those of one calendar; by calendar, newest first. */
export async function listCalendarRevisions(
  db: Queryable,
  calendarId: string | null,
): Promise<CalendarRevision[]> {
  const { rows } = await db.query<CalendarRevision>(
    `${SELECT} where $1::text is null or c.calendar_id = $1
     order by c.calendar_id, c.proposed_at desc, c.revision desc`,
    [calendarId],
  );
  return rows;
}

/** Those of which a revision binds, or may come to. */
export async function listCalendarIds(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct calendar_id as id from calendar_revision where state <> 'rejected' order by 1`,
  );
  return rows.map(({ id }) => id);
}

export async function findCalendarRevision(
  db: Queryable,
  calendarId: string,
  revision: string,
): Promise<CalendarRevision | null> {
  const { rows } = await db.query<CalendarRevision>(
    `${SELECT} where c.calendar_id = $1 and c.revision = $2`,
    [calendarId, revision],
  );
  return rows[0] ?? null;
}

/** What a further revision goes out from: the approved one that begins to bind last, also later. */
export async function findLatestApproved(
  db: Queryable,
  calendarId: string,
): Promise<CalendarRevision | null> {
  const { rows } = await db.query<CalendarRevision>(
    `${SELECT} where c.calendar_id = $1 and c.state = 'approved'
     order by c.binds_from desc, c.revision desc limit 1`,
    [calendarId],
  );
  return rows[0] ?? null;
}

/** A name that is free: the day of the proposal, `2026-11-22`, then `2026-11-22.2`. */
export async function nextRevisionName(tx: Transaction, calendarId: string): Promise<string> {
  const result = await tx.query<{ day: string; taken: string[] }>(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD') as day,
       coalesce(array_agg(revision), '{}') as taken
     from calendar_revision where calendar_id = $1`,
    [calendarId],
  );
  const { day, taken } = one(result, 'the day');
  for (let n = 1; ; n++) {
    const name = n === 1 ? day : `${day}.${n}`;
    if (!taken.includes(name)) return name;
  }
}

export interface NewRevision {
  readonly calendarId: string;
  readonly revision: string;
  readonly body: string;
  /** Hex. */
  readonly sha256: string;
  readonly changeReason: string;
  readonly proposedBy: string;
}

export async function insertProposedRevision(
  tx: Transaction,
  input: NewRevision,
): Promise<CalendarRevision> {
  await tx.query(
    `insert into calendar_revision (calendar_id, revision, body, sha256, change_reason, proposed_by)
     values ($1, $2, $3, decode($4, 'hex'), $5, $6)`,
    [
      input.calendarId,
      input.revision,
      input.body,
      input.sha256,
      input.changeReason,
      input.proposedBy,
    ],
  );
  return reread(tx, input);
}

/** @param bindsFrom null: from now on */
export async function approveRevision(
  tx: Transaction,
  input: { calendarId: string; revision: string; by: string; bindsFrom: Date | null },
): Promise<CalendarRevision> {
  await tx.query(
    `update calendar_revision set state = 'approved', decided_by = $3,
       decided_at = clock_timestamp(), binds_from = coalesce($4, clock_timestamp())
     where calendar_id = $1 and revision = $2`,
    [input.calendarId, input.revision, input.by, input.bindsFrom],
  );
  return reread(tx, input);
}

export async function rejectRevision(
  tx: Transaction,
  input: { calendarId: string; revision: string; by: string },
): Promise<CalendarRevision> {
  await tx.query(
    `update calendar_revision set state = 'rejected', decided_by = $3,
       decided_at = clock_timestamp(), binds_from = null
     where calendar_id = $1 and revision = $2`,
    [input.calendarId, input.revision, input.by],
  );
  return reread(tx, input);
}

async function reread(
  tx: Transaction,
  { calendarId, revision }: { calendarId: string; revision: string },
): Promise<CalendarRevision> {
  const row = await findCalendarRevision(tx, calendarId, revision);
  if (row === null) throw new Error(`revision ${revision} of ${calendarId} is gone`);
  return row;
}
