import type { Command } from 'commander';
import { UPLIFT_DAYS, daysBefore, readUplift } from '../../../dialer/watch-uplift';
import { rebuildModels, replayChoice } from '../../../dialer/rebuild-models';
import { InputError } from './input-error';
import { namedCreditor } from './named-creditor';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  const bestTime = program
    .command('best-time')
    .description('what knowing the right moment is worth, and whether it can be shown again');
  bestTime
    .command('uplift')
    .description('right-party contacts per 1,000 dials: the model beside its control group')
    .requiredOption('--creditor <code>', 'of this creditor')
    .option('--days <n>', 'that far back', String(UPLIFT_DAYS))
    .action(uplift);
  bestTime
    .command('rebuild')
    .description('build every model again from the history of dials, and compare')
    .option('--dry-run', 'compare only', false)
    .action(rebuild);
  bestTime
    .command('replay')
    .description('choose a kept moment again, with the models as they were')
    .argument('<choice>', 'id of the choice, as GET /v1/accounts/:id/best-time shows it')
    .action(replay);
}

async function uplift(options: { creditor: string; days: string }): Promise<void> {
  if (!/^[1-9]\d{0,3}$/.test(options.days)) throw new InputError('--days: 1 to 9999');
  await withPreparedDatabase(async (db) => {
    const creditor = await namedCreditor(db, options.creditor);
    const since = daysBefore(new Date(), Number(options.days));
    const found = await readUplift(db, { creditorId: creditor.id, campaignId: null, since });
    for (const [name, arm] of [
      ['model', found.model],
      ['control', found.control],
    ] as const) {
      const band = `${shown(arm.per1000)} (${shown(arm.low)} to ${shown(arm.high)})`;
      print(`${name}: ${band} per 1,000, ${arm.dials} dials, ${arm.people} people`);
    }
    const band = `${shown(found.per1000)} (${shown(found.low)} to ${shown(found.high)})`;
    print(`uplift: ${band}, ${found.verdict.replaceAll('_', ' ')}`);
  });
}

const shown = (value: number | null): string => (value === null ? '-' : value.toFixed(1));

async function rebuild(options: { dryRun: boolean }): Promise<void> {
  await withPreparedDatabase(async (db) => {
    const { persons, groups, differing } = await rebuildModels(db, options);
    print(`${persons} people and ${groups} groups built again, ${differing} differed`);
    if (options.dryRun && differing > 0) process.exitCode = 1;
  });
}

async function replay(choiceId: string): Promise<void> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(choiceId)) {
    throw new InputError('the id of a choice, as the API shows it');
  }
  await withPreparedDatabase(async (db) => {
    const replayed = await replayChoice(db, choiceId);
    if (replayed === null) throw new InputError(`there is no choice ${choiceId}`);
    print(replayed.same ? 'the same again' : 'it differs');
    process.exitCode = replayed.same ? 0 : 1;
  });
}
