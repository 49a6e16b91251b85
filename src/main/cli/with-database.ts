import { parseConfig, type Config } from '../../config/parse-config';
import { openDatabase, type Database } from '../../db/database';
import { startEmbeddedPostgres } from '../embedded-postgres';
import { prepareDatabase } from '../prepare-database';

/** Runs `work` on the configured database, embedded when none is named; closes it whatever comes. */
export async function withDatabase(
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

/** The same on a database that was brought to this program's schema. */
export async function withPreparedDatabase(
  work: (db: Database, config: Config) => Promise<void>,
): Promise<void> {
  const config = parseConfig(process.env);
  await withDatabase(config, async (db) => {
    await prepareDatabase(db, config);
    await work(db, config);
  });
}
