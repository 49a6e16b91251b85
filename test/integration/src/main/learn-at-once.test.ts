import { pino } from 'pino';
import { Registry } from 'prom-client';
import { explainBestTime, type BestTime } from '../../../../dialer/explain-best-time';
import { learnOutcomes } from '../../../../dialer/learn-outcomes';
import { listChoices } from '../../../../src/db/moment-choices';
import { readHeatMap } from '../../../../src/db/best-time-report';
import type { RoleContext } from '../../../../src/main/role-context';
import { startScheduler } from '../../../../src/main/start-scheduler';
import { openSipQueue, prepareQueue } from '../../../../src/queue/sip-queue';
import { eventually } from '../../../support/eventually';
import { makeFloor, type Floor } from '../../../support/floor';
import { makeGate } from '../../../support/gate';
import { addHistory } from '../../../support/past-dials';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { dialTo, end } from '../../../support/talk';

/** Shared machines stall; undisturbed it takes a quarter of a second and what a transaction takes. */
const LIMIT_MS = 5_000;
const EPOCH = new Date(0);

let database: TestDatabase;
let floor: Floor;
beforeEach(async () => {
  database = await createTestDatabase();
  floor = await makeFloor(database.db);
  await database.db.query('update creditor set control_share = 0');
});
afterEach(() => database.drop());

/** The scheduler role of the program, with a queue of its own. @returns what ends it */
async function runScheduler(): Promise<() => Promise<void>> {
  const { db, url } = database;
  const location = { postgresUrl: url };
  await prepareQueue(location);
  const queue = openSipQueue({ location, onError: () => undefined });
  const log = pino({ level: 'silent' });
  const context = { db, gate: makeGate(db), queue, log, registry: new Registry() };
  const scheduler = startScheduler(context as unknown as RoleContext);
  return async () => {
    await scheduler.stop();
    await queue.close();
  };
}

const shown = async (accountId: string): Promise<BestTime> => {
  const asked = { accountId, campaignId: floor.campaignId };
  const found = await explainBestTime(makeGate(database.db), database.db, asked);
  if (found === null) throw new Error('no account');
  return found;
};
const dialsOnMap = async (): Promise<number> => {
  const scope = { creditorId: floor.creditorId, campaignId: null, since: EPOCH };
  return (await readHeatMap(database.db, scope)).reduce((sum, { dials }) => sum + dials, 0);
};

test('an outcome changes the next choice of the person and of their segment at once', async () => {
  const { db } = database;
  await addHistory(db, floor, { people: 8, hoursUtc: [2, 4, 8], reachedAtUtc: 4 });
  while ((await learnOutcomes(makeGate(db))).lessons > 0);
  await db.query(`update account set next_attempt_at = now() + interval '9 days'`);
  const [called = ''] = (await floor.addDebtor()).accountIds;
  const [alike = ''] = (await floor.addDebtor()).accountIds;
  await db.query(`update account set next_attempt_at = now() + interval '9 days' where id = $1`, [
    alike,
  ]);
  await floor.addReadyAgent();
  const attemptId = await dialTo(db, floor, 'ringing');
  const [chosenBefore] = await listChoices(db, called, 1);
  const stop = await runScheduler();
  try {
    const before = { own: await shown(called), alike: await shown(alike), map: await dialsOnMap() };
    await end(db, attemptId, 'no_answer');
    const choice = await eventually(
      'the next choice',
      LIMIT_MS,
      async () => {
        const [latest] = await listChoices(db, called, 1);
        return latest === undefined || latest.id === chosenBefore?.id ? null : latest;
      },
      20,
    );
    const after = { own: await shown(called), alike: await shown(alike), map: await dialsOnMap() };
    expect(choice).toMatchObject({ basis: 'model', chosen: after.own.nextAttemptAt });
    expect(after.own.dials.person).toBe(1);
    expect(after.own.now.chance).toBeLessThan(before.own.now.chance);
    expect(after.own.map).not.toEqual(before.own.map);
    // the segment and the portfolio have one dial more, and everybody of them another chance
    expect(after.alike.now.chance).toBeLessThan(before.alike.now.chance);
    expect(after.alike.map).not.toEqual(before.alike.map);
    expect(after.map).toBe(before.map + 1);
  } finally {
    await stop();
  }
}, 60_000);
