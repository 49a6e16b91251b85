import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parseConfig } from '../../config/parse-config';
import { backUpCluster } from '../back-up-cluster';
import { installationKeys } from '../installation-key';
import { makeDataDir } from '../postgres-cluster';
import { givenPath } from './given-path';
import { InputError } from './input-error';
import { say } from './say';
import { withDatabase } from './with-database';

/** What a data folder holds beside the cluster: with it a copy is an installation. */
const KEPT = ['postgres-password', 'secret.key'];

export function register(program: Command): void {
  program
    .command('backup')
    .description('copy the embedded database and its keys, also while the program runs')
    .argument('<folder>', 'where to; it must not be there yet')
    .addHelpText(
      'after',
      `
The folder is a data folder: SANTUN_DATA_DIR=<folder> starts the program on it. It holds people's
data and the keys: keep it as you keep those. A database of your own (DATABASE_URL) is backed up
by its own means, pg_basebackup or pg_dump, together with SANTUN_SECRET_KEY and SANTUN_SIGNING_KEY.`,
    )
    .action(backUp);
}

async function backUp(folder: string): Promise<void> {
  const config = parseConfig(process.env);
  if (config.database.kind !== 'embedded') {
    throw new InputError(
      'DATABASE_URL names a database of your own: back it up with pg_basebackup or pg_dump, and',
      'keep SANTUN_SECRET_KEY and SANTUN_SIGNING_KEY with it.',
    );
  }
  const target = givenPath(folder);
  if (existsSync(target))
    throw new InputError(`${folder}: is there already; accepted: a new folder`);
  const { dataDir } = config;
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new InputError(`there is no database in SANTUN_DATA_DIR, ${dataDir}`);
  }
  // made beside its place and renamed: a copy that broke off is not taken for a backup
  const unfinished = `${target}.unfinished-${process.pid}`;
  const startedAtMs = performance.now();
  try {
    await withDatabase(config, async (db) => {
      await installationKeys(config);
      await mkdir(unfinished, { recursive: true, mode: 0o711 });
      await makeDataDir(unfinished);
      await backUpCluster(db, join(dataDir, 'postgres'), join(unfinished, 'postgres'));
      for (const name of KEPT) {
        // a secret of the environment is kept by whoever set it
        if (!existsSync(join(dataDir, name))) continue;
        await copyFile(join(dataDir, name), join(unfinished, name));
        await chmod(join(unfinished, name), 0o600);
      }
    });
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  say(`${target}: the whole installation, in ${seconds} s. Start on it: SANTUN_DATA_DIR=${target}`);
  if (config.secretKey !== null) say('SANTUN_SECRET_KEY is not in it: keep it with the backup.');
}
