#!/usr/bin/env node
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { importAccounts } from '../../workers/import-accounts';
import { ConfigError } from '../config/config-error';
import { parseConfig, type Config } from '../config/parse-config';
import { ROLES } from '../config/role';
import { createApiKey } from '../db/api-keys';
import { openDatabase, type Database } from '../db/database';
import { formatImportReport } from '../domain/import-report';
import { prepareQueue } from '../queue/sip-queue';
import { runDemo } from './demo/run-demo';
import { startEmbeddedPostgres } from './embedded-postgres';
import { installationKeys } from './installation-key';
import { firstSignal } from './lifecycle';
import { createLog } from './create-log';
import { prepareDatabase } from './prepare-database';
import { startSantun } from './start';

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 5 || value > 86_400) {
    throw new InvalidArgumentError('a whole number of seconds from 5 to 86400.');
  }
  return value;
}

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
  santun import accounts.csv --creditor contoh --dry-run`,
    )
    .exitOverride();
  santun
    .command('start')
    .description('run the roles of this process until SIGTERM or Ctrl-C')
    .addOption(
      new Option('--role <role...>', 'only these; default: SANTUN_ROLES, or all').choices(ROLES),
    )
    .action(start);
  santun
    .command('migrate')
    .description("bring the database to this program's schema")
    .action(runMigrations);
  santun
    .command('import')
    .description('import accounts from a CSV or JSON lines file (.csv, .jsonl, .ndjson)')
    .argument('<file>', 'the file')
    .requiredOption('--creditor <code>', 'code of the creditor the accounts belong to')
    .option('--dry-run', 'report what would change, change nothing', false)
    .action(runImport);
  santun
    .command('admin-key')
    .description('make another admin key, for when the first one is lost; printed once')
    .argument('<name>', 'whose it is, as the list of keys shows it')
    .action(makeAdminKey);
  santun
    .command('demo')
    .description('simulated people and agents, one campaign, everything on this machine')
    .option('--exit', 'stop after the summary instead of keeping the API up', false)
    .option('--seconds <n>', 'length of the campaign', seconds, 120)
    .option('--json', 'print the summary as one JSON object, the last line on stdout', false)
    .action(demo);
  return santun;
}

async function start(options: { role?: string[] }): Promise<void> {
  const config = parseConfig(
    options.role === undefined
      ? process.env
      : { ...process.env, SANTUN_ROLES: options.role.join(',') },
  );
  const log = createLog(config.logLevel);
  const signal = firstSignal(log);
  const santun = await startSantun(config, log);
  if (santun.adminKey !== null) {
    say(`The first admin key, shown this once: ${santun.adminKey}`);
  }
  say(`Santun runs (${config.roles.join(', ')}): ${santun.httpUrl}`);
  log.info({ signal: await signal }, 'stopping');
  await santun.stop();
}

/** Runs `work` on the configured database, embedded when none is named. */
async function withDatabase(
  config: Config,
  work: (db: Database, url: string) => Promise<void>,
): Promise<void> {
  const postgres =
    config.database.kind === 'embedded'
      ? await startEmbeddedPostgres({ dataDir: config.dataDir })
      : { url: config.database.url, stop: () => Promise.resolve() };
  try {
    const db = openDatabase({
      url: postgres.url,
      maxConnections: config.databasePoolSize,
      onIdleError: () => undefined,
    });
    try {
      await work(db, postgres.url);
    } finally {
      await db.close();
    }
  } finally {
    await postgres.stop();
  }
}

async function runMigrations(): Promise<void> {
  const config = parseConfig(process.env);
  await withDatabase(config, async (db, url) => {
    const applied = await prepareDatabase(db, config);
    if (config.queue.kind === 'postgres') await prepareQueue({ postgresUrl: url });
    say(applied.length === 0 ? 'The schema is up to date.' : `Applied: ${applied.join(', ')}`);
  });
}

async function runImport(
  file: string,
  options: { creditor: string; dryRun: boolean },
): Promise<void> {
  const config = parseConfig(process.env);
  // before the database: a file that is not there is told at once
  const source = (await open(file)).createReadStream();
  const format = /\.(jsonl|ndjson)$/i.test(file) ? 'jsonl' : 'csv';
  await withDatabase(config, async (db) => {
    await prepareDatabase(db, config);
    const { identityKey } = await installationKeys(config.secretKey, config.dataDir);
    const report = await importAccounts(db, {
      creditorCode: options.creditor,
      fileName: basename(file),
      format,
      dryRun: options.dryRun,
      source,
      identityKey,
    });
    process.stdout.write(`${formatImportReport(report)}\n`);
    if (report.rejectedCount > 0 || report.state === 'failed') process.exitCode = 2;
  });
}

/** Whoever reaches the database may: it is the way back in when no key is left. */
async function makeAdminKey(name: string): Promise<void> {
  const config = parseConfig(process.env);
  await withDatabase(config, async (db) => {
    await prepareDatabase(db, config);
    const { key } = await db.transaction((tx) =>
      createApiKey(tx, { role: 'admin', name, agentId: null }),
    );
    process.stdout.write(`${key}\n`);
  });
}

async function demo(options: { exit: boolean; seconds: number; json: boolean }): Promise<void> {
  process.exitCode = await runDemo(options);
}

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else if (error instanceof ConfigError) {
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

void main();
