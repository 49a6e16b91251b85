import type { ClockReading } from '../domain/clock-skew';
import { one, type Queryable } from './database';

/** The database's clock beside ours. */
export async function readClock(db: Queryable, clock: () => Date): Promise<ClockReading> {
  const askedAtMs = clock().getTime();
  const told = await db.query<{ at: Date }>('select clock_timestamp() as at');
  const answeredAtMs = clock().getTime();
  return { askedAtMs, databaseAtMs: one(told, 'clock').at.getTime(), answeredAtMs };
}
