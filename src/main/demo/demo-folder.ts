import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '../embedded-postgres';

/**
 * Empties the folder of the demonstration, so that each run begins with nothing. A database that
 * a killed run left behind is stopped first.
 * @returns its absolute path.
 * @throws Error when another demonstration is running on it.
 */
export async function emptyDemoFolder(path: string): Promise<string> {
  const folder = resolve(path);
  if (existsSync(join(folder, 'postgres-owner'))) {
    const postgres = await startEmbeddedPostgres({ dataDir: folder });
    if (!postgres.owned) {
      throw new Error(`another demonstration is running in ${folder}: end it with Ctrl-C first`);
    }
    await postgres.stop();
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  return folder;
}
