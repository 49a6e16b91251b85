import { one, type Queryable, type Transaction } from './database';

/** Who is asked about numbers before they are dialed; without its secret. */
export interface NumberLookUp {
  readonly id: string;
  /** Null: of the house, for creditors that have none of their own. */
  readonly creditorId: string | null;
  readonly url: string;
  readonly validDays: number;
  readonly perDay: number;
  readonly perSecond: number;
  readonly aheadHours: number;
  /** When more of its answers than that say `invalid`, they are not believed. */
  readonly mostInvalidPercent: number;
  readonly enabled: boolean;
  /** On this day of the house. */
  readonly askedToday: number;
  /** Nothing useful has come since; null: it works, or was not asked yet. */
  readonly failingSince: Date | null;
  readonly failure: string | null;
  readonly pausedUntil: Date | null;
  readonly createdAt: Date;
}

export type NumberLookUpSettings = Pick<
  NumberLookUp,
  'url' | 'validDays' | 'perDay' | 'perSecond' | 'aheadHours' | 'mostInvalidPercent' | 'enabled'
>;

/** The purpose under which the secret of a look-up is sealed. */
export const LOOK_UP_SECRET = 'number_look_up.secret';

/** SQL: the day by which questions are counted. */
export const LOOK_UP_DAY = `(now() at time zone 'Asia/Jakarta')::date`;

const COLUMNS = `id, creditor_id as "creditorId", url, valid_days as "validDays", per_day as "perDay",
  per_second as "perSecond", ahead_hours as "aheadHours",
  most_invalid_percent as "mostInvalidPercent", enabled,
  case when asked_on = ${LOOK_UP_DAY} then asked else 0 end as "askedToday",
  failing_since as "failingSince", failure, paused_until as "pausedUntil", created_at as "createdAt"`;

/** @param creditorId null: that of the house */
export async function findNumberLookUp(
  db: Queryable,
  creditorId: string | null,
): Promise<NumberLookUp | null> {
  const { rows } = await db.query<NumberLookUp>(
    `select ${COLUMNS} from number_look_up
     where creditor_id is not distinct from $1 and retired_at is null`,
    [creditorId],
  );
  return rows[0] ?? null;
}

/**
 * Sets the one look-up of a creditor or of the house; what was wrong with it is forgotten.
 * @param secretSealed null: as it is
 */
export async function putNumberLookUp(
  tx: Transaction,
  creditorId: string | null,
  settings: NumberLookUpSettings,
  secretSealed: Buffer | null,
): Promise<NumberLookUp> {
  const { url, validDays, perDay, perSecond, aheadHours, mostInvalidPercent, enabled } = settings;
  const values = [
    ...[creditorId, url, validDays, perDay, perSecond, aheadHours, enabled, secretSealed],
    mostInvalidPercent,
  ];
  const changed = await tx.query<NumberLookUp>(
    `update number_look_up set url = $2, valid_days = $3, per_day = $4, per_second = $5,
       ahead_hours = $6, enabled = $7, most_invalid_percent = $9, secret_sealed = coalesce($8, secret_sealed),
       failing_since = null, failures = 0, failure = null, paused_until = null, filled_at = null,
       changed_at = now()
     where creditor_id is not distinct from $1 and retired_at is null returning ${COLUMNS}`,
    values,
  );
  if (changed.rows[0] !== undefined) return changed.rows[0];
  return one(
    await tx.query<NumberLookUp>(
      `insert into number_look_up (creditor_id, url, valid_days, per_day, per_second, ahead_hours,
         enabled, secret_sealed, most_invalid_percent) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       returning ${COLUMNS}`,
      values,
    ),
    'new number look-up',
  );
}

/** What it answered stands until it runs out. */
export async function retireNumberLookUp(tx: Transaction, id: string): Promise<void> {
  await tx.query('update number_look_up set retired_at = now() where id = $1', [id]);
}

/** What a batch of questions came to: one that answered at all is in order. */
export async function noteLookUpHealth(
  tx: Transaction,
  id: string,
  came: { readonly failure: string | null; readonly now: Date; readonly retryMs: number },
): Promise<'failing' | 'recovered' | 'as_before'> {
  const { rows } = await tx.query<{ failures: number }>(
    'select failures from number_look_up where id = $1 for no key update',
    [id],
  );
  const before = rows[0]?.failures ?? 0;
  if (came.failure === null) {
    if (before === 0) return 'as_before';
    await tx.query(
      `update number_look_up set failing_since = null, failures = 0, failure = null,
         paused_until = null where id = $1`,
      [id],
    );
    return 'recovered';
  }
  await tx.query(
    `update number_look_up set failing_since = coalesce(failing_since, $2::timestamptz), failures = failures + 1,
       failure = $3, paused_until = $2::timestamptz + least($4::float8 * power(2, least(failures, 20)), ${LONGEST_PAUSE_MS}) * interval '1 ms'
     where id = $1`,
    [id, came.now, came.failure, came.retryMs],
  );
  return before === 0 ? 'failing' : 'as_before';
}

const LONGEST_PAUSE_MS = 3_600_000;
