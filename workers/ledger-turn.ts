import type { Database } from '../src/db/database';
import { readBacklog, type Backlog } from '../src/db/ledger';
import { utcDay } from '../src/proof/append-entries';
import type { LedgerRoot } from '../src/proof/ledger-root';
import type { Signer } from '../src/proof/sign';
import { chainBatch, type KeyCache } from './chain-ledger';
import { closeLedgerDays, openDayAt } from './close-ledger-days';

/** A turn ends after so many, however much is left: a stopping process waits for it. */
const BATCHES_A_TURN = 20;
const CLOSE_DAYS_EVERY_MS = 60_000;

export interface LedgerTurnReport {
  readonly chained: number;
  /** Ids of decisions whose signature is missing or does not hold. */
  readonly flawed: string[];
  /** Ids of rows that were deleted before they were chained. */
  readonly vanished: string[];
  readonly roots: LedgerRoot[];
  readonly backlog: Backlog;
}

/**
 * One turn of the ledger, with what it remembers between turns: chains what is settled, and signs
 * the days that are over once nothing of them waits.
 */
export function ledgerTurn(deps: {
  readonly db: Database;
  readonly signer: Signer;
  readonly now?: () => Date;
}): () => Promise<LedgerTurnReport> {
  const { db, signer, now = () => new Date() } = deps;
  const keys: KeyCache = new Map();
  let closedAtMs = -Infinity;
  return async () => {
    let chained = 0;
    const flawed: string[] = [];
    const vanished: string[] = [];
    for (let batch = 0; batch < BATCHES_A_TURN; batch += 1) {
      const report = await chainBatch(db, { keys, now: now() });
      chained += report.chained;
      flawed.push(...report.flawed);
      vanished.push(...report.vanished);
      if (report.caughtUp) break;
    }
    let roots: LedgerRoot[] = [];
    const backlog = await readBacklog(db);
    const today = openDayAt(now());
    const settled = backlog.oldestAt === null || utcDay(backlog.oldestAt) >= today;
    if (settled && now().getTime() - closedAtMs >= CLOSE_DAYS_EVERY_MS) {
      roots = await closeLedgerDays(db, { signer, today });
      closedAtMs = now().getTime();
    }
    return { chained, flawed, vanished, roots, backlog };
  };
}
