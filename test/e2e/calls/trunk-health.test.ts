import { Cleanups } from '../../support/cleanups';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(40_000);

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

const stateOf = async (floor: CallFloor, trunkId: string) => {
  const { rows } = await floor.db.query<{ state: string; reason: string | null; misses: number }>(
    `select state, reason, call_misses as misses from trunk_health where trunk_id = $1`,
    [trunkId],
  );
  return rows[0] ?? { state: 'unknown', reason: null, misses: 0 };
};

test('OPTIONS and calls tell which trunk is there; calls go by the others meanwhile', async () => {
  const floor = cleanups.add(await CallFloor.open({ ringTimeoutMs: 1_000 }));
  await floor.readyAgent('nailed_up');
  const first = cleanups.add(await TrunkPeer.open('busy'));
  const second = cleanups.add(await TrunkPeer.open('busy'));
  first.optionsStatus = 503;
  second.optionsStatus = 405;
  const interval = { optionsIntervalMs: 1_000 };
  const firstId = await floor.addTrunk({ port: first.port, ...interval });
  const secondId = await floor.addTrunk({ port: second.port, priority: 2, ...interval });
  const until = (trunkId: string, state: string) =>
    eventually(
      () => stateOf(floor, trunkId),
      (row) => row.state === state,
      `trunk ${state}`,
    );
  await until(firstId, 'up');
  // two misses already: the third is a probe of its own
  await floor.db.query('update trunk_health set option_misses = 2, next_probe_at = now()');
  expect(await until(firstId, 'down')).toMatchObject({ reason: 'answered_503' });
  expect(await stateOf(floor, secondId)).toMatchObject({ state: 'up' });

  // its priority is higher, but it is down
  const attemptId = await floor.dial();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'busy',
    trunkId: secondId,
  });
  expect(first.invitedAtMs.size).toBe(0);

  first.optionsStatus = 200;
  await until(firstId, 'up');
  // the third call in a row to which it says nothing, whatever it says to OPTIONS
  first.behaviour = 'silent';
  await floor.db.query(`update trunk set first_response_timeout_ms = 500 where id = $1`, [firstId]);
  await floor.db.query('update trunk_health set call_misses = 2 where trunk_id = $1', [firstId]);
  const third = await floor.dial();
  expect(await floor.untilAttempt(third, 'ended')).toMatchObject({ trunkId: secondId });
  expect(await until(firstId, 'down')).toMatchObject({ reason: 'no_first_response' });
});
