import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCreditor } from '../../src/db/creditors';
import { failAbandonedImports } from '../../src/db/imports';
import { eventually } from '../support/eventually';
import { csv, importCounts, importFile } from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';
import { runSantun, santunCommand } from '../support/run-santun';

const ROWS = 6_000;
/** The row at which the process is killed; its account is on file already. */
const STUCK = 3_600;

const row = (n: number): string =>
  `A${n},P${n},Budi,,Bali,${n === STUCK ? 500 : 1},2026-11-05,0812000${String(n).padStart(6, '0')},,,`;

/** What stands on file, counted and summed up, and what of it has no other half. */
const CONTENT = `select
  (select count(*)::int from account) as accounts,
  (select count(*)::int from debtor) as debtors,
  (select count(*)::int from phone) as phones,
  (select count(*)::int from debtor_reference) as names,
  (select sum(amount_due_minor)::text from account) as due,
  (select count(*)::int from debtor where not exists (select from account where debtor_id = debtor.id)
     or not exists (select from phone where debtor_id = debtor.id)
     or not exists (select from debtor_reference where debtor_id = debtor.id)) as halves`;

describe('an import that is killed', () => {
  let test: TestDatabase;
  let folder: string;
  let child: ChildProcess | null = null;
  beforeEach(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'santun-import-'));
    await createCreditor(test.db, { code: 'bank-a', name: 'Bank A' });
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await test.drop();
    await rm(folder, { recursive: true });
  });
  const content = async (): Promise<unknown> => (await test.db.query(CONTENT)).rows[0];

  it('leaves whole batches and nothing else, and the same file again completes it', async () => {
    const file = join(folder, 'accounts.csv');
    await writeFile(file, csv(...Array.from({ length: ROWS }, (_, n) => row(n))));
    await importFile(test.db, csv(row(STUCK).replace(',500,', ',1,')));
    const env = {
      DATABASE_URL: test.url,
      SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    };
    const args = ['import', file, '--creditor', 'bank-a'];

    // the account's row is held: the batch has written its people and cannot write its accounts
    await test.db.transaction(async (tx) => {
      await tx.query('select 1 from account for update');
      const { command, commandArgs, options } = santunCommand(args, env);
      child = spawn(command, commandArgs, { ...options, stdio: ['pipe', 'ignore', 'ignore'] });
      const exited = once(child, 'exit');
      await eventually('the import waits within a batch', 60_000, async () => {
        const { rowCount } = await test.db.query(
          `select 1 from pg_stat_activity where datname = current_database()
             and wait_event_type = 'Lock' and query like '%insert into account%'`,
        );
        return rowCount === 1 ? true : null;
      });
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
    });

    // the server ends the killed process' transaction when it finds nobody there
    await eventually('the import is given up', 30_000, async () => {
      await test.db.query(
        `update import_batch set started_at = now() - interval '1 hour' where state = 'running'`,
      );
      return (await failAbandonedImports(test.db)) === 1 ? true : null;
    });
    const { rows } = await test.db.query<{ new: number; state: string; error: string }>(
      `select new_count as new, state, error from import_batch order by id desc limit 1`,
    );
    expect(rows).toEqual([
      { new: 3_500, state: 'failed', error: 'the process that read the file ended; send it again' },
    ]);
    const whole = { debtors: 3_501, phones: 3_501, names: 3_501, halves: 0 };
    expect(await content()).toEqual({ ...whole, accounts: 3_501, due: '350100' });

    const again = await runSantun(args, env);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout.match(/\d+ {2}\w+/g)).toEqual([
      '2499  new',
      '1  changed',
      '3500  unchanged',
      '0  rejected',
    ]);
    const all = { accounts: ROWS, debtors: ROWS, phones: ROWS, names: ROWS, halves: 0 };
    expect(await content()).toEqual({ ...all, due: String(ROWS * 100 + 49_900) });
    expect(importCounts(await importFile(test.db, csv(row(0), row(STUCK))))).toEqual([0, 0, 2, 0]);
  }, 180_000);
});
