import { Registry } from 'prom-client';
import { pullKillSwitch, releaseKillSwitch } from '../../../../src/db/kill-switches';
import { addKillSwitchGauge } from '../../../../src/main/kill-switch-gauge';
import { makeFloor } from '../../../support/floor';
import { createTestDatabase } from '../../../support/postgres';

test('the switches that stand are counted at each scrape, by scope', async () => {
  const database = await createTestDatabase();
  const { db } = database;
  const { creditorId, campaignId } = await makeFloor(db);
  const registry = new Registry();
  addKillSwitchGauge(registry, db);
  const standing = async (): Promise<Record<string, string>> => {
    const text = await registry.metrics();
    const lines = text.matchAll(/^santun_kill_switches_active\{scope="(\w+)"\} (\d+)$/gm);
    return Object.fromEntries([...lines].map(([, scope = '', count = '']) => [scope, count]));
  };
  const pull = (scope: 'all' | 'creditor' | 'campaign', scopeId: string | null) =>
    db.transaction((tx) => {
      const input = { scope, scopeId, reason: 'uji', cancelRinging: false, actor: 'key:1' };
      return pullKillSwitch(tx, input);
    });
  const none = { all: '0', creditor: '0', campaign: '0', trunk: '0' };
  expect(await standing()).toEqual(none);
  const all = await pull('all', null);
  await pull('creditor', creditorId);
  await pull('campaign', campaignId);
  expect(await standing()).toEqual({ ...none, all: '1', creditor: '1', campaign: '1' });
  await db.transaction((tx) =>
    releaseKillSwitch(tx, { id: all!.killSwitch.id, reason: 'beres', actor: 'key:1' }),
  );
  expect(await standing()).toEqual({ ...none, creditor: '1', campaign: '1' });
  await database.drop();
  // the database is gone: the last value stands, and the scrape does not fail
  expect(await standing()).toEqual({ ...none, creditor: '1', campaign: '1' });
});
