import { lockCampaign } from '../src/db/campaigns';
import type { Database, Transaction } from '../src/db/database';
import {
  endExperiment,
  enrolDialed,
  findExperiment,
  keepTest,
  listRunningExperiments,
  lockRunningExperiment,
  readBooksDate,
  SETTLED_AT_ONCE,
  settlePersons,
} from '../src/db/experiments';
import type { ExperimentState } from '../src/domain/campaign-document/experiment';
import { judgeExperiment } from './experiment/judge-experiment';
import { observe } from './experiment/sequential-test';
import { readExperimentReport, testOf } from './experiment-report';

/** An experiment that a look has ended. */
export interface Ended {
  readonly campaignId: string;
  readonly name: string;
  readonly state: ExperimentState;
}

/**
 * Looks at every experiment that runs: puts down whom it called, counts those whose days are over,
 * and closes what is decided. Any number of processes may look, as often as they like: one looks at
 * an experiment at a time, a person counts once, and the test allows any number of looks.
 * @param now the clock by which a person's days are over
 * @returns those that ended
 */
export async function watchExperiments(
  db: Database,
  now: Date,
  onError: (error: unknown, context: Record<string, unknown>) => void,
): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const experimentId of await listRunningExperiments(db)) {
    try {
      const found = await watchOne(db, experimentId, now);
      if (found !== null) ended.push(found);
    } catch (error) {
      onError(error, { experimentId });
    }
  }
  return ended;
}

async function watchOne(db: Database, id: string, now: Date): Promise<Ended | null> {
  for (let counted = SETTLED_AT_ONCE; counted === SETTLED_AT_ONCE;) {
    counted = await db.transaction((tx) => count(tx, id, now));
  }
  const experiment = await findExperiment(db, id);
  if (experiment?.state !== 'running') return null;
  const report = await readExperimentReport(db, experiment);
  const today = await readBooksDate(db);
  const called = { champion: report.arms.champion, challenger: report.arms.challenger };
  const state = judgeExperiment(experiment.definition, { test: testOf(experiment), called, today });
  if (state === 'running') return null;
  const isEnded = await db.transaction(async (tx) => {
    // in the order in which whoever edits the campaign locks them
    await lockCampaign(tx, experiment.campaignId);
    const { arms, test, guard } = report;
    return endExperiment(tx, experiment, {
      state,
      actor: 'scheduler',
      figures: { metric: experiment.definition.metric, arms, test, guard },
    });
  });
  const { campaignId, name } = experiment;
  return isEnded ? { campaignId, name, state } : null;
}

/** @returns how many people it counted; 0 as well when somebody else is at it */
async function count(tx: Transaction, id: string, now: Date): Promise<number> {
  const experiment = await lockRunningExperiment(tx, id);
  if (experiment === null) return 0;
  await enrolDialed(tx, experiment);
  const persons = await settlePersons(tx, experiment, now);
  if (persons.length === 0) return 0;
  const { definition } = experiment;
  const test = persons.reduce((state, one) => observe(state, one, definition), testOf(experiment));
  await keepTest(tx, id, test);
  return persons.length;
}
