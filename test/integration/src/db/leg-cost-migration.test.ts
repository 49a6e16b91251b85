import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countCampaignHours, readAutoStopEvidence } from '../../../../src/db/auto-stop-evidence';
import { one } from '../../../../src/db/database';
import { migrate, migrationsFolder } from '../../../../src/db/migrate';
import { newId } from '../../../../src/db/new-id';
import { AUTO_STOP_DEFAULTS } from '../../../../src/domain/auto-stop';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let database: TestDatabase;
let released: string;
beforeAll(async () => {
  database = await createTestDatabase('template0');
  released = await mkdtemp(join(tmpdir(), 'santun-migrations-'));
  const folder = migrationsFolder(process.cwd());
  for (const name of await readdir(folder))
    if (name < '0055') await copyFile(join(folder, name), join(released, name));
});
afterAll(async () => {
  await rm(released, { recursive: true, force: true });
  await database.drop();
});

test('what legs of an earlier release cost is known: over, talking, ringing; counted hours are kept', async () => {
  const { db } = database;
  await migrate(db, released);
  const insert = async (sql: string, values: unknown[] = []): Promise<string> =>
    one(await db.query<{ id: string }>(`${sql} returning id`, values), sql).id;
  const creditorId = await insert(`insert into creditor (code, name) values ('contoh', 'Contoh')`);
  const campaignId = await insert(
    `insert into campaign (creditor_id, name, state) values ($1, 'Kampanye', 'running')`,
    [creditorId],
  );
  const trunkId = await insert(
    `insert into trunk (name, host, caller_ids) values ('t', '127.0.0.1', '{+622100001}')`,
  );
  const dial = async () => {
    const attemptId = newId(new Date());
    await db.transaction(async (tx) => {
      // whom it calls, and who permitted it, is of no matter
      await tx.query('set local session_replication_role = replica');
      await tx.query(
        `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
           phone_id, agent_id, agent_session_id, decision_id, trunk_id, state)
         values ($1, $2, $3, 1, $1, $1, $1, $1, $1, $1, $4, 'dialing')`,
        [attemptId, creditorId, campaignId, trunkId],
      );
    });
    const callId = await insert('insert into call (attempt_id, creditor_id) values ($1, $2)', [
      attemptId,
      creditorId,
    ]);
    const id = await insert(
      `insert into call_leg (call_id, kind, trunk_id, cost_per_minute_minor, invited_at)
       values ($1, 'customer', $2, 300, now())`,
      [callId, trunkId],
    );
    return { id, callId };
  };
  const over = await dial();
  const talking = await dial();
  const ringing = await dial();
  const unanswered = await dial();
  const answer = (id: string) =>
    db.query(`update call_leg set answered_at = now() - interval '5 s' where id = $1`, [id]);
  const hangUp = (id: string) =>
    db.query('update call_leg set ended_at = now() where id = $1', [id]);
  for (const { id } of [over, talking]) await answer(id);
  for (const { id } of [over, unanswered]) await hangUp(id);
  // 90 seconds at 20 a minute
  await db.query(
    `insert into campaign_hour (campaign_id, hour, calls, answered, cost_minor_seconds)
     values ($1, date_trunc('hour', now() - interval '5 hours', 'UTC'), 7, 1, 1800)`,
    [campaignId],
  );

  await migrate(db, migrationsFolder(process.cwd()));

  const cost = async (): Promise<bigint> => {
    await countCampaignHours(db, campaignId);
    return (await readAutoStopEvidence(db, campaignId, AUTO_STOP_DEFAULTS, 0n)).costMinor;
  };
  expect(await cost()).toBe(630n);
  // to be billed later, and not twice
  await hangUp(over.id);
  await hangUp(talking.id);
  await answer(ringing.id);
  expect(await cost()).toBe(930n);
  const spent = await db.query('select sum(cost_minor)::text as spent from trunk_usage');
  expect(spent.rows).toEqual([{ spent: '600' }]);
});
