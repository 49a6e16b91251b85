import type { Queryable } from '../src/db/database';
import { readArmDials, readCalled, type ExperimentRow } from '../src/db/experiments';
import type { Arm } from '../src/domain/campaign-document/experiment';
import { complaintEValue, neededGuardValue } from './experiment/complaint-guard';
import { percentInterval, type PercentInterval } from './experiment/percent-interval';
import { eValues, neededEValue, NEW_TEST, type TestState } from './experiment/sequential-test';

/** What was seen of one arm. */
export interface ArmReport extends PercentInterval {
  /** People who were called, whether they have counted or not. */
  readonly persons: number;
  /** Calls to them that were decided under the experiment. */
  readonly dials: number;
  /** People whose days are over, and of how many of them the metric was true. */
  readonly counted: number;
  readonly succeeded: number;
  /** People of whom a complaint was placed since their first call. */
  readonly complaints: number;
}

export interface ExperimentReport {
  readonly arms: Readonly<Record<Arm, ArmReport>>;
  /** How much speaks for a better, and for a worse challenger; `needed` decides. */
  readonly test: { readonly better: number; readonly worse: number; readonly needed: number };
  /** How much speaks for more complaints than the guard lets pass; `needed` stops. */
  readonly guard: { readonly eValue: number; readonly needed: number };
}

/** As it stands now; of one that is over, as its test stood. */
export async function readExperimentReport(
  db: Queryable,
  experiment: ExperimentRow,
): Promise<ExperimentReport> {
  const { alpha, guard } = experiment.definition;
  const test = testOf(experiment);
  const called = await readCalled(db, experiment);
  const dials = await readArmDials(db, experiment);
  const arm = (which: Arm): ArmReport => {
    const { persons: counted, succeeded } = test.seen[which];
    return {
      ...called[which],
      ...{ dials: dials[which], counted, succeeded },
      ...percentInterval(test.seen[which]),
    };
  };
  const rounded = (value: number): number => Math.round(1_000 * value) / 1_000;
  const { better, worse } = eValues(test);
  return {
    arms: { champion: arm('champion'), challenger: arm('challenger') },
    test: { better: rounded(better), worse: rounded(worse), needed: neededEValue(alpha) },
    guard: {
      eValue: rounded(complaintEValue(called.challenger, guard.complaintsPer1000)),
      needed: neededGuardValue(alpha),
    },
  };
}

/** What this program wrote there. */
export const testOf = ({ test }: ExperimentRow): TestState =>
  (test as TestState | null) ?? NEW_TEST;
