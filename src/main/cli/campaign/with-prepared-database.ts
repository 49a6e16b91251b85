import { parseConfig } from '../../../config/parse-config';
import type { Database } from '../../../db/database';
import { prepareDatabase } from '../../prepare-database';
import { withDatabase } from '../with-database';

/** Runs `work` on the configured database, brought to this program's schema. */
export async function withPreparedDatabase(work: (db: Database) => Promise<void>): Promise<void> {
  const config = parseConfig(process.env);
  await withDatabase(config, async (db) => {
    await prepareDatabase(db, config);
    await work(db);
  });
}
