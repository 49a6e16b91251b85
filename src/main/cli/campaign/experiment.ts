import type { Command } from 'commander';
import { readExperimentReport, type ExperimentReport } from '../../../../dialer/experiment-report';
import { findCampaignByName } from '../../../db/campaigns';
import type { Queryable } from '../../../db/database';
import { listExperiments, type ExperimentRow } from '../../../db/experiments';
import { ARMS } from '../../../domain/campaign-document/experiment';
import { InputError } from '../input-error';
import { namedCreditor } from '../named-creditor';
import { print } from '../say';
import { tableLines } from '../table';
import { withPreparedDatabase } from '../with-database';

interface Options {
  readonly creditor: string;
  readonly name?: string;
  readonly json: boolean;
}

export function register(campaign: Command): void {
  campaign
    .command('experiment')
    .description('how champion and challenger of a campaign stand')
    .argument('<campaign>', 'name of the campaign')
    .requiredOption('--creditor <code>', 'code of its creditor')
    .option('--name <name>', 'that experiment; default: the newest')
    .option('--json', 'one JSON object', false)
    .action((name: string, options: Options) =>
      withPreparedDatabase(async (db) => {
        const row = await experimentOf(db, name, options);
        const report = await readExperimentReport(db, row);
        if (options.json) print(JSON.stringify({ ...row, ...report }, null, 2));
        else for (const line of reportLines(row, report)) print(line);
      }),
    );
}

async function experimentOf(
  db: Queryable,
  campaignName: string,
  { creditor: code, name }: Options,
): Promise<ExperimentRow> {
  const creditor = await namedCreditor(db, code);
  const campaign = await findCampaignByName(db, creditor.id, campaignName);
  if (campaign === null) throw new InputError(`${code} has no campaign ${campaignName}`);
  const rows = await listExperiments(db, campaign.id);
  const row = rows.find((one) => name === undefined || one.name === name);
  if (row !== undefined) return row;
  const names = rows.map((one) => one.name).join(', ');
  throw new InputError(
    names === ''
      ? `no document of ${campaignName} has named an experiment`
      : `${campaignName} has no experiment ${name ?? ''}; it has ${names}`,
  );
}

function reportLines(row: ExperimentRow, report: ExperimentReport): string[] {
  const { definition, endedAt } = row;
  const when = endedAt === null ? `until ${definition.endsOn}` : `on ${endedAt.toISOString()}`;
  const rows = ARMS.map((which) => {
    const { persons, dials, counted, percent, low, high, complaints } = report.arms[which];
    const band = percent === null ? '-' : `${percent} (${low ?? '-'} to ${high ?? '-'})`;
    return [which, String(persons), String(dials), String(counted), band, String(complaints)];
  });
  const { test, guard } = report;
  return [
    `${row.name}: ${row.state.replaceAll('_', ' ')}, ${when}`,
    ...tableLines([
      ['ARM', 'PEOPLE', 'DIALS', 'COUNTED', definition.metric.toUpperCase(), 'COMPLAINTS'],
      ...rows,
    ]),
    `for a better challenger ${test.better}, for a worse one ${test.worse}; ${test.needed} decides, ` +
      `from ${definition.leastPersons} counted in each arm on`,
    `against the challenger by complaints ${guard.eValue}; ${guard.needed} stops it`,
  ];
}
