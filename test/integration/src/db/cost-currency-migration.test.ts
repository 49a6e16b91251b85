import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { one } from '../../../../src/db/database';
import { migrate, migrationsFolder } from '../../../../src/db/migrate';
import { newId } from '../../../../src/db/new-id';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let database: TestDatabase;
let released: string;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  released = await mkdtemp(join(tmpdir(), 'santun-migrations-'));
  const folder = migrationsFolder(process.cwd());
  for (const name of await readdir(folder))
    if (name < '0059') await copyFile(join(folder, name), join(released, name));
});
afterAll(async () => {
  await rm(released, { recursive: true, force: true });
  await database.drop();
});

test('hours that were counted keep what is in the currency of the limit alone', async () => {
  const { db } = database;
  await migrate(db, released);
  const insert = async (sql: string, values: unknown[] = []): Promise<string> =>
    one(await db.query<{ id: string }>(`${sql} returning id`, values), sql).id;
  const creditorId = await insert(`insert into creditor (code, name) values ('contoh', 'Contoh')`);
  const campaignId = await insert(
    `insert into campaign (creditor_id, name, state) values ($1, 'Kampanye', 'running')`,
    [creditorId],
  );
  const hour = `date_trunc('hour', now() - interval '5 hours', 'UTC')`;
  const bill = async (currency: string, costMinor: number): Promise<void> => {
    const trunkId = await insert(
      `insert into trunk (name, host, caller_ids, cost_currency)
       values ($1, '127.0.0.1', '{+622100001}', $1)`,
      [currency],
    );
    await db.transaction(async (tx) => {
      // of which call it is, is of no matter
      await tx.query('set local session_replication_role = replica');
      await tx.query(
        `insert into call_leg (call_id, kind, trunk_id, campaign_id, cost_per_minute_minor, invited_at,
           answered_at, ended_at, billed_at, cost_minor)
         select $1, 'customer', $2, $3, 1, at, at, at, at, $4 from (values (${hour} + interval '1 minute')) v (at)`,
        [newId(new Date()), trunkId, campaignId, costMinor],
      );
    });
  };
  await bill('IDR', 700);
  await bill('USD', 50);
  await db.query(
    `insert into campaign_hour (campaign_id, hour, calls, answered, cost_minor)
     values ($1, ${hour}, 2, 2, 750), ($1, ${hour} - interval '1 hour', 1, 1, 9)`,
    [campaignId],
  );
  await migrate(db, migrationsFolder(process.cwd()));
  const hours = await db.query<{ cost: string }>(
    'select cost_minor::text as cost from campaign_hour order by hour',
  );
  expect(hours.rows).toEqual([{ cost: '9' }, { cost: '700' }]);
});
