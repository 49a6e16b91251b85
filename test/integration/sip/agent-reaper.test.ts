import { pino } from 'pino';
import { AgentReaper } from '../../../sip/agents/agent-reaper';
import { findAgentSession } from '../../../src/db/agent-sessions';
import { findAttempt } from '../../../src/db/attempts';
import type { LiveDialog } from '../../../src/domain/agent-mismatch';
import { eventually } from '../../support/eventually';
import { makeFloor, type Floor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { dialTo, end } from '../../support/talk';

const LIMIT_MS = 10_000;

let database: TestDatabase;
let floor: Floor;
let agent: { agentId: string; sessionId: string };
let attemptId: string;
let live: LiveDialog[];
let looks: number;
let hungUp: string[];
let reaper: AgentReaper;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  floor = await makeFloor(database.db);
  agent = await floor.addReadyAgent();
  await floor.addDebtor();
  attemptId = await dialTo(database.db, floor, 'connected');
  await database.db.query('update attempt set sip_instance_id = $2 where id = $1', [
    attemptId,
    floor.sipInstanceId,
  ]);
  live = [{ attemptId, agentId: agent.agentId, isTalking: true }];
  looks = 0;
  hungUp = [];
  reaper = new AgentReaper({
    db: database.db,
    log: pino({ level: 'silent' }),
    sipInstanceId: floor.sipInstanceId,
    dialogs: () => {
      looks += 1;
      return live;
    },
    liveAttemptIds: () => live.map((call) => call.attemptId),
    endCall: (id) => {
      hungUp.push(id);
      live = [];
      return Promise.resolve();
    },
    everyMs: 40,
    confirmAfterMs: 5,
  });
});
afterEach(() => reaper.stop());

const events = async (): Promise<unknown[]> => {
  const { rows } = await database.db.query(
    `select to_state as "to", actor from agent_session_event
     where session_id = $1 and cause = 'reaper' order by seq`,
    [agent.sessionId],
  );
  return rows;
};
const until = (state: string) =>
  eventually(`the agent is ${state}`, LIMIT_MS, async () => {
    const session = await findAgentSession(database.db, agent.sessionId);
    return session?.state === state ? session : null;
  });

test('what agrees is left alone; an agent whose call is gone records the outcome', async () => {
  reaper.start();
  await eventually('it looked three times', LIMIT_MS, () => (looks >= 3 ? true : null));
  expect([reaper.mismatches, await events()]).toEqual([0, []]);
  live = [];
  await until('wrap_up');
  expect(await findAttempt(database.db, attemptId)).toMatchObject({
    state: 'ended',
    result: 'connected',
  });
  expect(await events()).toEqual([{ to: 'wrap_up', actor: `sip:${floor.sipInstanceId}` }]);
  await eventually('they agree', LIMIT_MS, () => (reaper.mismatches === 0 ? true : null));
});

test('an agent who talks, and is written down as ready, is written down as talking', async () => {
  await database.db.query(
    `update agent_session set state = 'ready', attempt_id = null where id = $1`,
    [agent.sessionId],
  );
  reaper.start();
  expect(await until('in_call')).toMatchObject({ attemptId });
  expect((await events()).map((event) => (event as { to: string }).to)).toEqual([
    'reserved',
    'in_call',
  ]);
});

test('a call whose attempt is over is hung up', async () => {
  await end(database.db, attemptId, 'connected');
  reaper.start();
  await eventually('it is hung up', LIMIT_MS, () => (hungUp.length > 0 ? true : null));
  expect(hungUp).toEqual([attemptId]);
  expect(await until('wrap_up')).toMatchObject({ attemptId });
});
