import type { Command } from 'commander';
import { createAdminKey } from '../../db/api-keys';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('admin-key')
    .description('make another admin key, for when the first one is lost; printed once')
    .argument('<name>', 'whose it is, as the list of keys shows it')
    .action(makeAdminKey);
}

/** Whoever reaches the database may: it is the way back in when no key is left. */
async function makeAdminKey(name: string): Promise<void> {
  await withPreparedDatabase(async (db) => {
    print(await db.transaction((tx) => createAdminKey(tx, name, 'command line')));
  });
}
