import { Counter, Gauge } from 'prom-client';
import { ledgerTurn } from '../../workers/ledger-turn';
import { sweepTurn } from '../../workers/sweep';
import type { Resource } from './lifecycle';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';
import { startAgreements } from './start-agreements';
import { startAutomaticRules } from './start-automatic-rules';
import { startFloor } from './start-floor';
import { startFigures } from './start-figures';
import { startOutward } from './start-outward';
import { startRecordings } from './start-recordings';
import { startPromises } from './start-promises';
import { startPartitioning } from './start-partitioning';
import { startRulesWatch } from './start-rules-watch';

const SWEEP_INTERVAL_MS = 1_000;
const CHAIN_INTERVAL_MS = 1_000;

/** The workers role: what must happen although nobody asks. */
export function startWorkers(context: RoleContext): Resource {
  const { db, queue, log } = context;
  const turn = sweepTurn({ db, queue });
  const sweeping = repeat(
    SWEEP_INTERVAL_MS,
    async () => {
      const report = await turn();
      if (Object.values(report).some((count) => count > 0)) log.info(report, 'swept');
    },
    (error) => {
      log.error({ err: error }, 'a sweep failed');
    },
  );
  const chaining = startChaining(context);
  const watching = startRulesWatch(context);
  const partitioning = startPartitioning(context);
  const ruling = startAutomaticRules(context);
  const recording = startRecordings(context);
  const outward = startOutward(context);
  const figures = startFigures(context);
  const promises = startPromises(context);
  const agreeing = startAgreements(context);
  const tending = startFloor(context);
  return {
    name: 'workers',
    stop: async () => {
      const repeating = [
        sweeping,
        chaining,
        watching,
        partitioning,
        ruling,
        figures,
        agreeing,
        tending,
        ...recording,
        ...outward,
        ...promises,
      ];
      await Promise.all(repeating.map((work) => work.stop()));
    },
  };
}

/** The ledger's chains, written behind the dialing. */
function startChaining({ db, log, registry, signer }: RoleContext): Repeating {
  const unchained = new Gauge({
    name: 'santun_ledger_unchained',
    help: 'Decisions and changes that wait to be chained, counted up to 100,000',
    registers: [registry],
  });
  const oldest = new Gauge({
    name: 'santun_ledger_unchained_age_seconds',
    help: 'Age of the oldest decision or change that waits to be chained',
    registers: [registry],
  });
  const flawed = new Counter({
    name: 'santun_ledger_flawed_total',
    help: 'Decisions whose signature did not hold when they were chained, and rows that had vanished',
    registers: [registry],
  });
  const turn = ledgerTurn({ db, signer });
  return repeat(
    CHAIN_INTERVAL_MS,
    async () => {
      const report = await turn();
      unchained.set(report.backlog.waiting);
      const { oldestAt } = report.backlog;
      oldest.set(oldestAt === null ? 0 : Math.max(0, (Date.now() - oldestAt.getTime()) / 1_000));
      flawed.inc(report.flawed.length + report.vanished.length);
      if (report.flawed.length + report.vanished.length > 0) {
        const { flawed: unsigned, vanished } = report;
        log.error({ unsigned, vanished }, 'somebody else wrote in the decisions');
      }
      for (const { chain, day, lastSeq } of report.roots) {
        log.info({ chain, day, lastSeq }, 'closed a day of the ledger');
      }
    },
    (error) => {
      log.error({ err: error }, 'the ledger could not be chained');
    },
  );
}
