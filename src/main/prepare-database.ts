import type { Config } from '../config/parse-config';
import { sqlState, type Database } from '../db/database';
import type { InstalledRules } from '../db/rule-packs';
import { migrate, migrationsFolder } from '../db/migrate';
import { createPartitions } from '../db/partitions';
import { installShippedRules } from './install-shipped-rules';
import { PROGRAM_ROOT } from './program-root';

export interface PreparedDatabase {
  /** Names of the migrations applied now. */
  readonly migrations: string[];
  /** Rule packs and calendars that came in now, and those whose number somebody else has taken. */
  readonly rules: InstalledRules;
}

/**
 * The first use of the database: brings it to this program's schema, and the rules that ship.
 * @throws Error naming DATABASE_URL, never its value, when that database cannot be used.
 */
export async function prepareDatabase(db: Database, config: Config): Promise<PreparedDatabase> {
  try {
    const migrations = await migrate(db, migrationsFolder(PROGRAM_ROOT));
    // what cannot be made now, the workers make; what fits in no month is kept all the same
    await createPartitions(db);
    return { migrations, rules: await installShippedRules(db) };
  } catch (error) {
    if (config.database.kind === 'embedded') throw error;
    // a name with several addresses fails with one error each, and no message of its own
    const message = (error as Error).message;
    const reason = message === '' ? sqlState(error) : message;
    throw new Error(`the database of DATABASE_URL cannot be used: ${reason}`, { cause: error });
  }
}
