import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADVISORY_LOCK } from './advisory-lock';
import type { Database } from './database';

/** The folder of SQL files, beside `src` in a checkout and beside `dist` in an image. */
export function migrationsFolder(root: string): string {
  return join(root, 'migrations');
}

/**
 * Brings the database to this program's schema. Forward only, one transaction a file, safe for
 * any number of runners at once (advisory lock).
 * @throws Error when the database is newer than this program, or an applied file has changed.
 * @returns names of the files applied now.
 */
export async function migrate(db: Database, folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).sort();
  const contents = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.migrations]);
    await tx.query(
      `create table if not exists schema_migration (
         name text primary key, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const { rows } = await tx.query<{ name: string; sha256: string }>(
      'select name, sha256 from schema_migration',
    );
    const applied = new Map(rows.map((row) => [row.name, row.sha256]));
    for (const name of applied.keys()) {
      if (!files.includes(name)) {
        throw new Error(`the database has migration ${name}, this program does not: it is older`);
      }
    }
    const done: string[] = [];
    for (const [index, name] of files.entries()) {
      const sql = contents[index] ?? '';
      const sha256 = createHash('sha256').update(sql).digest('hex');
      const before = applied.get(name);
      if (before === sha256) continue;
      if (before !== undefined)
        throw new Error(`migration ${name} was changed after it was applied`);
      await tx.query(sql);
      await tx.query('insert into schema_migration (name, sha256) values ($1, $2)', [name, sha256]);
      done.push(name);
    }
    return done;
  });
}
