import type { Command } from 'commander';
import * as conflicts from './rules/conflicts';
import * as diff from './rules/diff';
import * as explain from './rules/explain';
import * as list from './rules/list';
import * as show from './rules/show';
import * as test from './rules/test';

/** In the order of the help. */
const COMMANDS = [list, show, test, diff, explain, conflicts];

export function register(program: Command): void {
  const rules = program
    .command('rules')
    .description('rule packs: list, show, test, compare, explain')
    .addHelpText(
      'after',
      `
Without DATABASE_URL these commands know the rules that ship with the program;
with it, those in the database, and which of them bind now.

Examples:
  santun rules test my-rules.json
  santun rules explain --province ID-BA --at 2026-11-29T10:00 --lang id
  santun rules conflicts --country ID --product credit_card --week 2026-11-23
  santun rules diff ID.POLICY.HOUSE@1 my-house-policy.json`,
    );
  for (const command of COMMANDS) command.register(rules);
}
