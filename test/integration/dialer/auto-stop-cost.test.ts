import { runAutoStop } from '../../../dialer/auto-stop';
import { chooseTrunk } from '../../../sip/trunks/trunk-queue';
import { readAutoStopEvidence } from '../../../src/db/auto-stop-evidence';
import { updateLeg } from '../../../src/db/calls';
import { one, type Queryable } from '../../../src/db/database';
import { releaseKillSwitch } from '../../../src/db/kill-switches';
import { moveLockedTransfer, requestTransfer } from '../../../src/db/transfers';
import { openCustomerLeg } from '../../../src/db/trunk-routing';
import { readTrunkUsage } from '../../../src/db/trunk-usage';
import { AUTO_STOP_DEFAULTS } from '../../../src/domain/auto-stop';
import { makeFloor, type Floor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo } from '../../support/talk';

jest.setTimeout(60_000);

let test: TestDatabase;
let floor: Floor;
let trunkId: string;

beforeEach(async () => {
  test = await createTestDatabase();
  floor = await makeFloor(test.db, { settings: { costCapMinor: '1000' } });
  trunkId = await value('select id from trunk');
});
afterEach(() => test.drop());

const value = async (sql: string, values: unknown[] = []): Promise<string> =>
  one(await test.db.query<{ id: string }>(sql, values), sql).id;

interface Leg {
  readonly id: string;
  readonly callId: string;
}

const dial = async (until: 'dialing' | 'connected') => {
  await floor.addReadyAgent();
  await floor.addDebtor();
  const attemptId = await dialTo(test.db, floor, until);
  const callId = await value('select id from call where attempt_id = $1', [attemptId]);
  return { attemptId, callId };
};

/** The leg of a call by the trunk that routing chooses for it, at the price that it is chosen at. */
const call = async (): Promise<Leg> => {
  const { attemptId, callId } = await dial('dialing');
  const phoneId = await value('select phone_id as id from attempt where id = $1', [attemptId]);
  const any = { trunkIds: null, callerIds: [], tried: [] };
  const choice = await chooseTrunk(test.db, { ...any, phoneId });
  if (choice.kind !== 'chosen') throw new Error(choice.reason);
  const { costPerMinuteMinor } = choice.trunk;
  const id = await openCustomerLeg(test.db, { attemptId, callId, trunkId, costPerMinuteMinor });
  if (id === null) throw new Error('no leg');
  return { id, callId };
};

/** The leg that hands a talk on to an office. */
const transfer = async (costPerMinuteMinor: bigint): Promise<Leg> => {
  const { attemptId, callId } = await dial('connected');
  const { creditorId } = floor;
  const officeNumberId = await value(
    `insert into office_number (creditor_id, name, e164) values ($1, 'Cabang', '+622150000100')
     returning id`,
    [creditorId],
  );
  const nobody = { toAgentId: null, toSessionId: null, phoneId: null };
  const fromAgentId = await value('select agent_id as id from attempt where id = $1', [attemptId]);
  const transferId = await test.db.transaction(async (tx) => {
    const asked = await requestTransfer(
      tx,
      {
        ...{ creditorId, attemptId, fromAgentId, ...nobody, officeNumberId },
        kind: 'blind',
        target: 'office',
        note: null,
        actor: 'test',
      },
      null,
    );
    return (await moveLockedTransfer(tx, asked, { to: 'reaching', cause: 'test' })).id;
  });
  const dialed = { attemptId, transferId, callId, trunkId, costPerMinuteMinor };
  const id = await openCustomerLeg(test.db, dialed);
  if (id === null) throw new Error('no leg');
  return { id, callId };
};

const answer = (leg: Leg, agoSeconds: number): Promise<void> =>
  updateLeg(test.db, leg, { answeredAt: new Date(Date.now() - agoSeconds * 1_000) });
const hangUp = (leg: Leg): Promise<void> => updateLeg(test.db, leg, { endedAt: new Date() });
const turn = () =>
  runAutoStop({
    db: test.db,
    onError: (error) => {
      throw error;
    },
  });
const cost = async (db: Queryable = test.db, capMinor: bigint | null = 1_000n): Promise<bigint> =>
  (await readAutoStopEvidence(db, floor.campaignId, AUTO_STOP_DEFAULTS, capMinor)).costMinor;

it('a leg that runs costs the price of its route, by the increments that it has begun', async () => {
  await test.db.query('update trunk set cost_per_minute_minor = 10');
  await answer(await call(), 61);
  expect(await cost()).toBe(20n);
  await test.db.query(
    `insert into trunk_route (trunk_id, prefixes, cost_per_minute_minor) values ($1, '{+62}', 5000)`,
    [trunkId],
  );
  const ringing = await call();
  expect(await turn()).toEqual([]);
  await answer(ringing, 1);
  expect(await turn()).toMatchObject([
    { automatic: { rule: 'cost', figures: { costMinor: '5020', costCapMinor: '1000' } } },
  ]);
});

it('the leg of a transfer counts as that of the call does', async () => {
  await answer(await transfer(2_000n), 1);
  expect(await turn()).toMatchObject([{ automatic: { figures: { costMinor: '2000' } } }]);
});

it('a leg that has ended costs what it was billed, here as on its trunk, whatever the tariff is later', async () => {
  await test.db.query(
    `update trunk set cost_per_minute_minor = 300, billing_first_s = 30, billing_next_s = 6`,
  );
  const [unanswered, answered] = [await call(), await call()];
  await hangUp(unanswered);
  await answer(answered, 31);
  await hangUp(answered);
  await hangUp(answered);
  // 31 seconds are 36 at 30/6
  expect(await cost()).toBe(180n);
  const usage = await readTrunkUsage(test.db, [trunkId]);
  expect(usage.get(trunkId)?.thisMonth.spendMinor).toBe('180');
  await test.db.query('update trunk set cost_per_minute_minor = 9000, billing_first_s = 3600');
  expect(await cost()).toBe(180n);
});

it('hours that are over are counted once; after a release only legs answered since', async () => {
  await test.db.query('update trunk set cost_per_minute_minor = 300');
  const billedAgo = (leg: Leg, ago: string) =>
    test.db.query(
      `update call_leg set answered_at = answered_at - $2::interval, ended_at = ended_at - $2::interval,
         billed_at = billed_at - $2::interval where id = $1`,
      [leg.id, ago],
    );
  for (const ago of ['5 hours', '5 hours', '0 s']) {
    const leg = await call();
    await answer(leg, 1);
    await hangUp(leg);
    await billedAgo(leg, ago);
  }
  expect(await turn()).toEqual([]);
  expect(await cost()).toBe(900n);
  const hours = await test.db.query('select sum(cost_minor)::text as cost from campaign_hour');
  expect(hours.rows).toEqual([{ cost: '600' }]);

  const live = await call();
  await answer(live, 1);
  const [killSwitch] = await turn();
  expect(killSwitch).toMatchObject({ automatic: { figures: { costMinor: '1200' } } });
  await test.db.transaction((tx) =>
    releaseKillSwitch(tx, { id: killSwitch!.id, reason: 'sudah dicek', actor: 'key:1' }),
  );
  expect(await cost()).toBe(0n);
  // it was seen when the switch was pulled
  await hangUp(live);
  expect(await cost()).toBe(0n);
  const later = await call();
  await answer(later, 0);
  expect(await cost()).toBe(300n);
  await hangUp(later);
  expect(await cost()).toBe(300n);
});

it('what is billed in another currency than the limit is no part of the sum', async () => {
  await test.db.query('update trunk set cost_per_minute_minor = 300');
  const bill = async (): Promise<void> => {
    const leg = await call();
    await answer(leg, 1);
    await hangUp(leg);
  };
  await bill();
  await answer(await call(), 1);
  expect(await cost()).toBe(600n);
  // as it was set before both were refused together
  await test.db.query(`update trunk set cost_currency = 'USD'`);
  expect(await cost()).toBe(0n);
  await test.db.query(
    `update call_leg set billed_at = billed_at - interval '5 hours' where billed_at is not null`,
  );
  expect(await turn()).toEqual([]);
  const hours = await test.db.query('select from campaign_hour where cost_minor > 0');
  expect(hours.rowCount).toBe(0);
});

it('is not read where no limit is set', async () => {
  const asked: string[] = [];
  const listening: Queryable = {
    ...test.db,
    query: (sql, values) => {
      asked.push(sql);
      return test.db.query(sql, values);
    },
  };
  expect(await cost(listening, null)).toBe(0n);
  expect(asked.filter((sql) => sql.includes('call_leg'))).toEqual([]);
  await cost(listening);
  expect(asked.filter((sql) => sql.includes('call_leg'))).toHaveLength(1);
});
