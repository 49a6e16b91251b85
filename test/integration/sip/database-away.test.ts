import { openDatabase } from '../../../src/db/database';
import { CallFloor } from '../../e2e/calls/support/call-floor';
import { startSippCarrier } from '../../e2e/calls/support/sipp-carrier';
import { Cleanups } from '../../support/cleanups';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

test('every connection to Postgres breaks again and again: the call goes on, its rows follow', async () => {
  const floor = cleanups.add(await CallFloor.open());
  const agent = await floor.readyAgent('nailed_up');
  const carrier = cleanups.add(await startSippCarrier('answers-then-hangs-up'));
  await floor.addTrunk({ port: carrier.port });
  const server = cleanups.add(
    openDatabase({
      url: process.env.SANTUN_TEST_POSTGRES_URL!,
      maxConnections: 1,
      onIdleError: () => undefined,
    }),
  );
  const attemptId = await floor.dial();
  const name = new URL(floor.database.url).pathname.slice(1);
  const carrierDone = carrier.report;
  let broken = 0;
  const until = Date.now() + 1_000;
  while (Date.now() < until) {
    const killed = await server.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [name],
    );
    broken += killed.rowCount ?? 0;
  }
  expect(broken).toBeGreaterThan(3);
  // the carrier saw a call like any other
  expect((await carrierDone).exitCode).toBe(0);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'debtor',
  });
  const legs = await floor.legs(attemptId);
  expect(legs).toHaveLength(2);
  for (const leg of legs) {
    expect(leg.answeredAt).not.toBeNull();
    expect(leg.endedAt!.getTime()).toBeGreaterThan(leg.answeredAt!.getTime());
  }
  expect((await floor.session(agent.sessionId)).state).toBe('wrap_up');
});
