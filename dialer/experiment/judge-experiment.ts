import type {
  Arm,
  Experiment,
  ExperimentState,
} from '../../src/domain/campaign-document/experiment';
import { complaintEValue, neededGuardValue } from './complaint-guard';
import type { TestState } from './sequential-test';

export interface ExperimentFigures {
  readonly test: TestState;
  /** People called, whether they have counted by the metric or not; and those who complained since. */
  readonly called: Readonly<Record<Arm, { readonly persons: number; readonly complaints: number }>>;
  /** ISO 8601 date of the creditor's books. */
  readonly today: string;
}

/** How it stands; the guard goes before the metric, and both before the calendar. */
export function judgeExperiment(
  { alpha, guard, endsOn }: Pick<Experiment, 'alpha' | 'guard' | 'endsOn'>,
  { test, called, today }: ExperimentFigures,
): Exclude<ExperimentState, 'withdrawn'> {
  const complained = complaintEValue(called.challenger, guard.complaintsPer1000);
  if (complained >= neededGuardValue(alpha)) return 'guarded';
  if (test.verdict !== null) return test.verdict === 'better' ? 'won' : 'lost';
  return today > endsOn ? 'out_of_time' : 'running';
}
