import type { Database } from '../src/db/database';
import type { DecidingProgram } from './decision-record';
import { createRuleStore, type RuleStore } from './rule-store';

/** What the gate decides with. One a process. */
export interface Gate extends DecidingProgram {
  readonly db: Database;
  readonly rules: RuleStore;
  /** This process's clock: only ever compared with the database's, which decides. */
  readonly clock: () => Date;
}

/** The time zone database that this process computes local times with, `2025b`. */
export const TZDB = process.versions.tz ?? 'unknown';

export function createGate(
  made: Pick<Gate, 'db' | 'signer' | 'engine'> & Partial<Pick<Gate, 'rules' | 'clock' | 'tzdb'>>,
): Gate {
  const { db, signer, engine } = made;
  return {
    db,
    signer,
    engine,
    rules: made.rules ?? createRuleStore(),
    clock: made.clock ?? (() => new Date()),
    tzdb: made.tzdb ?? TZDB,
  };
}
