import type { Command } from 'commander';
import { parseConfig } from '../../config/parse-config';
import { prepareQueue } from '../../queue/sip-queue';
import { prepareDatabase } from '../prepare-database';
import { say } from './say';
import { withDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('migrate')
    .description("bring the database to this program's schema")
    .action(runMigrations);
}

async function runMigrations(): Promise<void> {
  const config = parseConfig(process.env);
  await withDatabase(config, async (db, url) => {
    const { migrations } = await prepareDatabase(db, config);
    if (config.queue.kind === 'postgres') await prepareQueue({ postgresUrl: url });
    say(
      migrations.length === 0 ? 'The schema is up to date.' : `Applied: ${migrations.join(', ')}`,
    );
  });
}
