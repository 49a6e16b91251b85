import { Counter, Histogram, type Registry } from 'prom-client';
import { runAutoStop } from '../../dialer/auto-stop';
import { newFairness, runCampaignTurn } from '../../dialer/campaign-loop';
import { learnOutcomes } from '../../dialer/learn-outcomes';
import { promoteRunning } from '../../dialer/promote';
import { watchExperiments } from '../../dialer/watch-experiments';
import { watchUplift } from '../../dialer/watch-uplift';
import { lookAtFloors } from '../db/moment-load';
import type { Resource } from './lifecycle';
import { addPaymentCounter } from './payment-counter';
import { addPreviewGauge } from './preview-gauge';
import { repeat, type Repeating } from './repeat';
import type { RoleContext } from './role-context';

const TURN_INTERVAL_MS = 1_000;
/** What became due is taken within a second: by this turn, then by the next of the campaigns. */
const PROMOTION_INTERVAL_MS = 400;
const AUTO_STOP_INTERVAL_MS = 3_000;
const LEARNING_INTERVAL_MS = 250;
const UPLIFT_INTERVAL_MS = 3_600_000;
/** A guard that has to stop a challenger stops it within this time. */
const EXPERIMENT_INTERVAL_MS = 10_000;
const FLOOR_INTERVAL_MS = 60_000;

/** The scheduler role: a turn every second; beside it, what becomes due is made ready. */
export function startScheduler(context: RoleContext): Resource {
  const { gate, queue, log, registry } = context;
  const { reserved, shown, denied, missed, turnSeconds } = turnMetrics(registry);
  addPreviewGauge(registry, gate.db);
  addPaymentCounter(registry, gate.db);
  const fairness = newFairness();
  const turns = repeat(
    TURN_INTERVAL_MS,
    async () => {
      const end = turnSeconds.startTimer();
      const report = await runCampaignTurn({
        gate,
        queue,
        fairness,
        onError: (error, fields) => {
          log.warn({ err: error, ...fields }, 'not reserved, or the doorbell did not ring');
        },
      });
      end();
      reserved.inc(report.reserved);
      shown.inc(report.shown);
      denied.inc(report.denials);
      missed.inc(report.misses);
    },
    (error) => {
      log.error({ err: error }, 'a turn of the scheduler failed');
    },
  );
  const promotions = startPromotion(context);
  const stops = startAutoStop(context);
  const learning = startLearning(context);
  const uplift = startUpliftWatch(context);
  const experiments = startExperimentWatch(context);
  const floors = startFloorWatch(context);
  return {
    name: 'scheduler',
    stop: async () => {
      await Promise.all([
        turns.stop(),
        promotions.stop(),
        stops.stop(),
        learning.stop(),
        uplift.stop(),
        experiments.stop(),
        floors.stop(),
      ]);
    },
  };
}

function turnMetrics(registry: Registry) {
  const reserved = new Counter({
    name: 'santun_attempts_reserved_total',
    help: 'Attempts reserved by this scheduler',
    registers: [registry],
  });
  const shown = new Counter({
    name: 'santun_previews_shown_total',
    help: 'Accounts that this scheduler showed to agents before a call',
    registers: [registry],
  });
  const denied = new Counter({
    name: 'santun_gate_denials_total',
    help: 'Accounts that the gate refused at the reservation',
    registers: [registry],
  });
  const missed = new Counter({
    name: 'santun_selection_misses_total',
    help: 'Accounts that were chosen as ready for an agent, and that the gate refused all the same',
    registers: [registry],
  });
  const turnSeconds = new Histogram({
    name: 'santun_scheduler_turn_seconds',
    help: 'Length of one turn of the scheduler',
    registers: [registry],
  });
  return { reserved, shown, denied, missed, turnSeconds };
}

/** Accounts that became due are ranked, so that the turns find the best of them. */
function startPromotion({ gate, log, registry }: RoleContext): Repeating {
  const promoted = new Counter({
    name: 'santun_accounts_promoted_total',
    help: 'Due accounts that this scheduler ranked and made ready',
    registers: [registry],
  });
  const onError = (error: unknown, fields: Record<string, unknown> = {}): void => {
    log.error({ err: error, ...fields }, 'due accounts were not made ready');
  };
  return repeat(
    PROMOTION_INTERVAL_MS,
    async () => {
      promoted.inc((await promoteRunning(gate, onError)).promoted);
    },
    onError,
  );
}

/** Campaigns whose figures say that something is wrong stop by themselves. */
function startAutoStop({ db, log }: RoleContext): Repeating {
  const onError = (error: unknown, fields: Record<string, unknown> = {}): void => {
    log.error({ err: error, ...fields }, 'not looked whether a campaign has to stop');
  };
  return repeat(
    AUTO_STOP_INTERVAL_MS,
    async () => {
      for (const { id, scopeId, automatic } of await runAutoStop({ db, onError })) {
        log.warn({ killSwitchId: id, campaignId: scopeId, ...automatic }, 'a campaign stopped');
      }
    },
    onError,
  );
}

/** What an outcome says changes the next choice within a second. */
function startLearning({ gate, log, registry }: RoleContext): Repeating {
  const learnt = new Counter({
    name: 'santun_best_time_lessons_total',
    help: 'Outcomes that this scheduler learnt the best time from',
    registers: [registry],
  });
  return repeat(
    LEARNING_INTERVAL_MS,
    async () => {
      learnt.inc((await learnOutcomes(gate)).lessons);
    },
    (error) => {
      log.error({ err: error }, 'nothing was learnt from the outcomes');
    },
  );
}

/** Tells when the model brings fewer contacts than chance would. */
function startUpliftWatch({ db, gate, log }: RoleContext): Repeating {
  return repeat(
    UPLIFT_INTERVAL_MS,
    async () => {
      for (const behind of await watchUplift(db, gate.clock())) {
        log.warn(behind, 'the best-time model brings fewer contacts than its control group');
      }
    },
    (error) => {
      log.error({ err: error }, 'what the best-time model adds was not looked at');
    },
  );
}

/** Closes the experiments that are decided, by their metric, their guard or their last day. */
function startExperimentWatch({ db, gate, log }: RoleContext): Repeating {
  const onError = (error: unknown, fields: Record<string, unknown> = {}): void => {
    log.error({ err: error, ...fields }, 'an experiment was not looked at');
  };
  return repeat(
    EXPERIMENT_INTERVAL_MS,
    async () => {
      for (const ended of await watchExperiments(db, gate.clock(), onError)) {
        log.warn(ended, 'an experiment is over');
      }
    },
    onError,
  );
}

/** How many agents there are is what the moments ahead are levelled by. */
function startFloorWatch({ db, log }: RoleContext): Repeating {
  return repeat(
    FLOOR_INTERVAL_MS,
    () => lookAtFloors(db),
    (error) => {
      log.error({ err: error }, 'nobody looked how many agents are at work');
    },
  );
}
