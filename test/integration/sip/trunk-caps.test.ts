import { claimForDialing } from '../../../dialer/gate';
import { reserveNext } from '../../../dialer/reserve';
import { chooseTrunk } from '../../../sip/trunks/trunk-queue';
import { listCallerIds } from '../../../src/db/caller-ids';
import { one } from '../../../src/db/database';
import { listActiveCampaigns } from '../../../src/db/selection';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import { readTrunkUsage, tellReachedCaps } from '../../../src/db/trunk-usage';
import { makeFloor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

jest.setTimeout(30_000);

const any = { trunkIds: null, callerIds: [], tried: [] };

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/** An attempt on the floor's one trunk, claimed. */
const claimed = async () => {
  const { db } = database;
  const floor = await makeFloor(db);
  await floor.addDebtor();
  await floor.addReadyAgent();
  const trunkId = one(await db.query<{ id: string }>('select id from trunk'), 'trunk').id;
  const reserved = await reserveNext(makeGate(db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error('not reserved');
  const { attemptId, sipInstanceId } = reserved;
  const claim = await claimForDialing(makeGate(db), { attemptId, sipInstanceId });
  if (claim.verdict !== 'allow') throw new Error(claim.deniedBy);
  const { callId, phone } = claim;
  return { attemptId, callId, phoneId: phone.id, trunkId };
};

test('a number abroad is not called, whoever asks for it', async () => {
  const { phoneId, ...leg } = await claimed();
  const allow = (codes: string) =>
    database.db.query('update trunk set country_codes = $1', [codes.split(',')]);
  const choose = async (): Promise<string> => {
    const choice = await chooseTrunk(database.db, { ...any, phoneId });
    return choice.kind === 'chosen' ? choice.trunk.id : choice.reason;
  };
  const open = () => openCustomerLeg(database.db, leg);
  await allow('1,65');
  expect([await choose(), await open()]).toEqual(['country_not_allowed', null]);
  await allow('1,62');
  expect([await choose(), await open()]).toEqual([leg.trunkId, expect.any(String)]);
});

test('a cap is never overrun, however many ask at once, and counts what calls came to', async () => {
  const { db } = database;
  const { attemptId, callId, phoneId, trunkId } = await claimed();
  // 3 calls of 10 minutes at 200 a minute would fit; the month's minutes let 2
  await db.query(
    `update trunk set cost_per_minute_minor = 100, billing_first_s = 60, billing_next_s = 6,
       call_lease_minutes = 10, daily_spend_cap_minor = 6000, monthly_minutes_cap = 25`,
  );
  const open = (costPerMinuteMinor = 200n) =>
    openCustomerLeg(db, { attemptId, callId, trunkId, costPerMinuteMinor });
  const opened = await Promise.all(Array.from({ length: 6 }, () => open()));
  const legs = opened.filter((id) => id !== null);
  expect(legs).toHaveLength(2);
  const usage = async () => (await readTrunkUsage(db, [trunkId])).get(trunkId);
  expect(await usage()).toEqual({
    today: { minutes: 0, spendMinor: '0' },
    thisMonth: { minutes: 0, spendMinor: '0' },
    held: { calls: 2, minutes: 20, spendMinor: '4000' },
    capReached: 'monthly_minutes',
  });
  const choice = await chooseTrunk(db, { ...any, phoneId });
  expect(choice).toEqual({ kind: 'none', reason: 'trunks_capped' });
  await Promise.all([tellReachedCaps(db), tellReachedCaps(db)]);
  const told = await db.query(`select payload from event where type = 'trunk.cap_reached'`);
  expect(told.rows).toEqual([{ payload: { trunkId, cap: 'monthly_minutes' } }]);

  // 61 seconds are 66 at 60/6: 220; who was not reached costs nothing
  const end = (leg: string | undefined, talked: string | null) =>
    db.query(
      // answered now, and so today whatever minute it is
      `update call_leg set answered_at = case when $2::interval is not null then now() end,
         ended_at = coalesce(ended_at, now() + coalesce($2, '0 s'::interval)) where id = $1`,
      [leg, talked],
    );
  await end(legs[0], '61 s');
  await end(legs[1], null);
  // written twice, counted once
  await end(legs[0], '61 s');
  expect(await usage()).toEqual({
    today: { minutes: 1.1, spendMinor: '220' },
    thisMonth: { minutes: 1.1, spendMinor: '220' },
    held: { calls: 0, minutes: 0, spendMinor: '0' },
    capReached: null,
  });
  // 220 + 2000 fit; at 1,000 a minute they would not
  await db.query('update trunk set monthly_minutes_cap = null');
  expect(await open(1_000n)).toBeNull();
  expect(await open()).toEqual(expect.any(String));
  // a call of last month costs this one nothing
  await db.query(`update trunk_usage set day = day - 40`);
  expect(await usage()).toMatchObject({ thisMonth: { spendMinor: '0' } });
});

test('F3: no number is shown more often in a day than it may be, however many ask at once', async () => {
  const { db } = database;
  const { phoneId, ...leg } = await claimed();
  const numbers = ['+622150000001', '+622150000002'];
  await db.query(
    `update trunk set caller_ids = $1, calls_per_caller_id_per_day = 2, max_channels = 100`,
    [numbers],
  );
  const choose = async (callerIds: string[] = []) => {
    const choice = await chooseTrunk(db, { ...any, callerIds, phoneId });
    return choice.kind === 'chosen' ? choice.trunk.callerIds : choice.reason;
  };
  const [first = '', second = ''] = await choose();
  expect([first, second].sort()).toEqual(numbers);
  const open = (callerId: string) => openCustomerLeg(db, { ...leg, callerId });
  const opened = await Promise.all(Array.from({ length: 6 }, () => open(first)));
  expect(opened.filter((id) => id !== null)).toHaveLength(2);
  const legs = await db.query('select from call_leg');
  expect(legs.rowCount).toBe(2);
  // the next number of the person; of a campaign that names the spent one alone, none
  expect(await choose()).toEqual([second]);
  expect(await choose([first, second])).toEqual([second]);
  expect(await choose([first])).toBe('trunks_capped');
  const isStopped = async () => (await listActiveCampaigns(db)).map((each) => each.isStopped);
  expect(await isStopped()).toEqual([false]);
  await db.query(
    `update campaign set settings = settings || jsonb_build_object('callerIds', $1::text[])`,
    [[first]],
  );
  expect(await isStopped()).toEqual([true]);
  await db.query(`update campaign set settings = settings - 'callerIds'`);
  await Promise.all([open(second), open(second)]);
  expect(await choose()).toBe('trunks_capped');
  expect(await isStopped()).toEqual([true]);
  expect(await listCallerIds(db, new Date())).toMatchObject([{ callsToday: 2 }, { callsToday: 2 }]);
  // yesterday's calls are not today's, and without a limit nothing is counted
  await db.query('update caller_id_day set day = day - 1');
  expect(await choose()).toEqual([first, second]);
  await db.query('update trunk set calls_per_caller_id_per_day = null');
  expect(await open(first)).toEqual(expect.any(String));
  expect((await db.query('select from caller_id_day where calls <> 2')).rowCount).toBe(0);
});
