import { LATE_MS, readFloors, type FloorRow } from '../src/db/moment-load';
import type { Queryable } from '../src/db/database';
import { capacityOf, crowding } from './best-time/crowd';

const HOUR_MS = 3_600_000;
const hourOf = (ms: number): number => Math.floor((ms + LATE_MS) / HOUR_MS) * HOUR_MS;

/** What is planned for the hours ahead of one creditor, against what its floor can place. */
export class FloorOutlook {
  private readonly planned = new Map<number, number>();
  private readonly capacity: (hourMs: number) => number | null;

  /** @param row null: nothing is known, and no hour is crowded */
  constructor(row: Omit<FloorRow, 'creditorId'> | null) {
    for (const { hourMs, planned } of row?.planned ?? []) this.planned.set(hourMs, planned);
    this.capacity = row === null ? () => null : capacityOf(row.seen, row.secondsACall);
  }

  /** Share of those planned for the hour of an instant who will not be called in it, per cent. */
  crowdingAt(ms: number): number {
    const hour = hourOf(ms);
    return crowding(this.planned.get(hour) ?? 0, this.capacity(hour));
  }

  /** One more, or one fewer, is planned for the hour of an instant. */
  count(ms: number, one: 1 | -1): void {
    const hour = hourOf(ms);
    this.planned.set(hour, Math.max(0, (this.planned.get(hour) ?? 0) + one));
  }
}

/** By creditor, as it is now. */
export async function readOutlooks(
  db: Queryable,
  creditorIds: readonly string[],
): Promise<Map<string, FloorOutlook>> {
  const rows = await readFloors(db, creditorIds);
  return new Map(rows.map((row) => [row.creditorId, new FloorOutlook(row)]));
}
