import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '../../src/db/database';

export const TEMPLATE_DATABASE = 'santun_template';
/** Set by global-setup for the test processes. */
export const SERVER_URL_VARIABLE = 'SANTUN_TEST_POSTGRES_URL';

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  /** Closes `db` and drops the database, whoever else is connected. */
  drop(): Promise<void>;
}

/**
 * A database of its own for one test file, on the server of the test run.
 * @param template default: migrated; `template0`: an empty one
 */
export async function createTestDatabase(
  template: typeof TEMPLATE_DATABASE | 'template0' = TEMPLATE_DATABASE,
): Promise<TestDatabase> {
  const serverUrl = process.env[SERVER_URL_VARIABLE];
  if (serverUrl === undefined) throw new Error('no test server: run through jest (global-setup)');
  const name = `test_${randomBytes(6).toString('hex')}`;
  // without a line of the log for each page
  await onServer(serverUrl, `create database ${name} template ${template} strategy file_copy`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const db = openDatabase({ url: url.href, maxConnections: 10, onIdleError: () => undefined });
  return {
    db,
    url: url.href,
    drop: async () => {
      await db.close();
      await onServer(serverUrl, `drop database ${name} with (force)`);
    },
  };
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const server = openDatabase({ url: serverUrl, maxConnections: 1, onIdleError: () => undefined });
  try {
    // cloning takes a lock on the template: test files wait for each other here
    await server.query(sql);
  } finally {
    await server.close();
  }
}
