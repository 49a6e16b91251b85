import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/db/database';
import { readSeat, type SupervisionSeat } from '../../src/db/supervision-seats';

const LOOK_MS = 150;

/** What is written of the seat; null: the database does not answer, and is asked again. */
export const lookAtSeat = (db: Database, id: string): Promise<SupervisionSeat | null> =>
  readSeat(db, id).catch(() => null);

/** Keeps no process alive. */
export const untilNextLook = (): Promise<void> => delay(LOOK_MS, undefined, { ref: false });
