#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { ConfigError } from '../config/config-error';
import * as campaign from './cli/campaign';
import * as adminKey from './cli/admin-key';
import * as backup from './cli/backup';
import * as bestTime from './cli/best-time';
import * as demo from './cli/demo';
import * as evidence from './cli/evidence';
import * as importAccounts from './cli/import';
import { InputError } from './cli/input-error';
import * as importFacts from './cli/import-facts';
import * as importPayments from './cli/import-payments';
import * as ledger from './cli/ledger';
import * as migrate from './cli/migrate';
import * as partitions from './cli/partitions';
import * as replay from './cli/replay';
import * as rules from './cli/rules';
import { say } from './cli/say';
import * as start from './cli/start';
import * as trunks from './cli/trunks';

/** In the order of the help. */
const COMMANDS = [
  start,
  migrate,
  importAccounts,
  importFacts,
  importPayments,
  campaign,
  rules,
  replay,
  evidence,
  ledger,
  bestTime,
  trunks,
  partitions,
  backup,
  adminKey,
  demo,
];

function program(): Command {
  const santun = new Command('santun')
    .description('Calls people who owe money: politely, lawfully, at the moment when it helps.')
    .addHelpText(
      'after',
      `
Configuration comes from the environment; .env.example lists every variable.
Without any, everything runs on this machine: Postgres in .data/, the queue on
Postgres, signalling in the process.

Examples:
  santun demo                          a campaign with simulated people, live in the terminal
  santun start                         all roles in this process
  santun start --role sip              one role; needs DATABASE_URL
  santun import accounts.csv --creditor contoh --dry-run
  santun rules test my-rules.json      the cases of a rule file; needs no database
  santun ledger export --from 2026-11-01 --to 2026-11-30 --out ledger.jsonl
  santun ledger verify ledger.jsonl --key <public key>
  santun partitions detach --before 2025-11
  santun backup /mnt/backup/2026-11-22
  santun replay --from 2026-11-01 --pack ID.POLICY.HOUSE@2
  santun evidence --reference contoh:N-1042 --from 2026-09-01 --out complaint --reason "..."`,
    )
    .exitOverride();
  for (const command of COMMANDS) command.register(santun);
  return santun;
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else if (error instanceof InputError) {
      say(error.message);
      process.exitCode = 2;
    } else if (error instanceof ConfigError) {
      say(error.message);
      process.exitCode = 1;
    } else {
      say(error instanceof Error ? `santun: ${error.message}` : String(error));
      if (process.env.SANTUN_LOG_LEVEL === 'debug' && error instanceof Error)
        say(error.stack ?? '');
      process.exitCode = 1;
    }
  }
}

// whoever reads the output may leave before its end, as `head` does
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

void main();
