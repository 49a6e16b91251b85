import type { Config } from '../config/parse-config';
import { sqlState, type Database } from '../db/database';
import { migrate, migrationsFolder } from '../db/migrate';
import { PROGRAM_ROOT } from './program-root';

/**
 * The first use of the database: brings it to this program's schema.
 * @returns names of the migrations applied now.
 * @throws Error naming DATABASE_URL, never its value, when that database cannot be used.
 */
export async function prepareDatabase(db: Database, config: Config): Promise<string[]> {
  try {
    return await migrate(db, migrationsFolder(PROGRAM_ROOT));
  } catch (error) {
    if (config.database.kind === 'embedded') throw error;
    // a name with several addresses fails with one error each, and no message of its own
    const message = (error as Error).message;
    const reason = message === '' ? sqlState(error) : message;
    throw new Error(`the database of DATABASE_URL cannot be used: ${reason}`, { cause: error });
  }
}
