import { randomUUID } from 'node:crypto';
import { appendEvent } from '../../../../src/db/events';
import { queueWebhooks } from '../../../../src/db/queue-webhooks';
import { addWebhook } from '../../../../src/db/webhooks';
import { eventually } from '../../../support/eventually';
import { makeFloor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it('A13: passes over what nobody is told, seldom, and tells a new webhook nothing of before', async () => {
  const { db } = test;
  const { creditorId } = await makeFloor(db);
  const tell = async (step: string): Promise<void> => {
    const payload = { debtorId: randomUUID(), step };
    await db.transaction((tx) => appendEvent(tx, { type: 'promise.made', creditorId, payload }));
    // other databases of the server hold events back too
    await eventually('what was told is settled', 20_000, async () => {
      const { rowCount } = await db.query(
        'select from event where xid >= pg_snapshot_xmin(pg_current_snapshot()) limit 1',
      );
      return rowCount === 0 ? true : null;
    });
  };
  /** Another one after each write. */
  const version = async (): Promise<string> => {
    const { rows } = await db.query<{ version: string }>(
      'select xmin::text as version from webhook_cursor',
    );
    return rows[0]!.version;
  };
  const aWhileAgo = () => db.query(`update webhook_cursor set at = now() - interval '2 minutes'`);
  const turn = async (): Promise<number> => {
    const before = await version();
    await queueWebhooks(db);
    return Number((await version()) !== before);
  };

  await tell('nobody hears it');
  await aWhileAgo();
  expect(await turn()).toBe(1);
  await tell('nor this');
  expect([await turn(), await turn()]).toEqual([0, 0]);
  await aWhileAgo();
  expect([await turn(), await turn()]).toEqual([1, 0]);
  // nothing to pass over
  await aWhileAgo();
  expect([await turn(), await turn()]).toEqual([0, 0]);

  await tell('right before');
  const url = 'https://erp.example.com/santun';
  await db.transaction((tx) =>
    addWebhook(tx, { creditorId, url, eventTypes: [], secretSealed: Buffer.from('') }),
  );
  await tell('told');
  await queueWebhooks(db);
  const { rows } = await db.query<{ step: string }>(
    `select e.payload->>'step' as step from webhook_delivery d
     join event e on e.xid = d.event_xid and e.id = d.event_id`,
  );
  expect(rows).toEqual([{ step: 'told' }]);
});
