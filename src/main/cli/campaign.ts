import type { Command } from 'commander';
import * as apply from './campaign/apply';
import * as diff from './campaign/diff';
import * as experiment from './campaign/experiment';
import * as exportDocument from './campaign/export';
import * as pace from './campaign/pace';
import * as plan from './campaign/plan';
import * as schema from './campaign/schema';
import * as validate from './campaign/validate';

/** In the order of the help. */
const COMMANDS = [validate, diff, plan, pace, apply, exportDocument, experiment, schema];

export function register(program: Command): void {
  const campaign = program
    .command('campaign')
    .description('campaigns as documents: validate, diff, plan, pace, apply, export, experiment')
    .addHelpText(
      'after',
      `
A document is YAML or JSON; examples/campaign.yaml is one. Mistakes are told as
file:line:column with what would be accepted, and exit with code 2.

Examples:
  santun campaign validate november.yaml
  santun campaign plan november.yaml --date 2026-12-01
  santun campaign pace november.yaml --day 2026-11-20 --agents 12
  santun campaign apply november.yaml --reason "only the early buckets"
  santun campaign export November --creditor contoh > november.yaml`,
    );
  for (const command of COMMANDS) command.register(campaign);
}
