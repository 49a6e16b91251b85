import { NoCallsThatDay, paceCampaign } from '../../../dialer/pace-campaign';
import { newId } from '../../../src/db/new-id';
import { seededDraws } from '../../../src/domain/seeded-draws';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
let floor: Floor;
beforeAll(async () => {
  api = await startApi();
  floor = await makeFloor(api.database.db);
  await addDay();
});
afterAll(() => api.close());

/** Three days ago, at eight in Jakarta. */
const OPENING = ((): number => {
  const day = new Date(Date.now() + 7 * 3_600_000 - 3 * 86_400_000);
  return Date.parse(`${day.toISOString().slice(0, 10)}T08:00:00+07:00`);
})();
const DAY = new Date(OPENING + 7 * 3_600_000).toISOString().slice(0, 10);
const HOUR = 3_600_000;
const AGENTS = 5;

interface State {
  readonly sessionId: string;
  readonly agentId: string;
  readonly atMs: number;
  readonly state: string;
  readonly attemptId: string | null;
}

/**
 * Four hours of a floor: five agents with a pause each; 200 accounts due in the morning and 60 more,
 * one a minute, from ten on; a third of the calls is answered.
 */
async function addDay(): Promise<void> {
  const draws = seededDraws(5);
  const { db } = api.database;
  const states: State[] = [];
  const attempts: object[] = [];
  const due = Array.from({ length: 260 }, (_, n) =>
    n < 200 ? OPENING - HOUR : OPENING + 2 * HOUR + (n - 200) * 60_000,
  );
  const agents = [];
  for (let n = 0; n < AGENTS; n++) {
    const { agentId } = await floor.addReadyAgent();
    const sessionId = newId(new Date(OPENING + n * 1_000));
    const says = (atMs: number, state: string, attemptId: string | null = null): void => {
      states.push({ sessionId, agentId, atMs, state, attemptId });
    };
    says(OPENING, 'ready');
    agents.push({
      sessionId,
      agentId,
      readyMs: OPENING,
      pauseMs: OPENING + HOUR + n * 600_000,
      says,
    });
  }
  // what makeFloor signed in today is another day's
  for (const dueMs of due) {
    const agent = agents.reduce((first, one) => (one.readyMs < first.readyMs ? one : first));
    const reservedMs = Math.max(agent.readyMs, dueMs) + 200 + Math.floor(draws.uniform() * 600);
    if (reservedMs > OPENING + 4 * HOUR) break;
    const id = newId(new Date(reservedMs));
    const ringingMs = reservedMs + 1_500;
    const isAnswered = draws.uniform() < 0.33;
    const overMs = ringingMs + Math.round(isAnswered ? 2_000 + 15_000 * draws.uniform() : 30_000);
    const endedMs = overMs + (isAnswered ? Math.round(90_000 * Math.exp(0.7 * draws.normal())) : 0);
    agent.says(reservedMs, 'reserved', id);
    agent.says(ringingMs, 'ringing', id);
    let freeMs = endedMs;
    if (isAnswered) {
      agent.says(overMs, 'in_call', id);
      agent.says(endedMs, 'wrap_up', id);
      freeMs += Math.round(10_000 + 30_000 * draws.uniform());
    }
    agent.says(freeMs, 'ready');
    if (freeMs > agent.pauseMs) {
      agent.says(freeMs, 'paused');
      freeMs += 900_000;
      agent.says(freeMs, 'ready');
      agent.pauseMs = Infinity;
    }
    agent.readyMs = freeMs;
    attempts.push({
      ...{ id, sessionId: agent.sessionId, agentId: agent.agentId, dueMs, reservedMs, ringingMs },
      ...{ answeredMs: isAnswered ? overMs : null, endedMs },
    });
  }
  for (const { sessionId, says, readyMs } of agents) {
    says(Math.max(readyMs, OPENING + 4 * HOUR), 'offline');
    await db.query(
      `insert into agent_session (id, agent_id, leg_mode, state, cause, started_at, ended_at)
       select $1, $2, 'nailed_up', 'offline', 'test', to_timestamp($3 / 1000.0), to_timestamp($4 / 1000.0)`,
      [
        sessionId,
        states.find((one) => one.sessionId === sessionId)!.agentId,
        OPENING,
        Math.max(readyMs, OPENING + 4 * HOUR),
      ],
    );
  }
  await db.query(
    `insert into agent_session_event (session_id, seq, at, to_state, cause, actor, attempt_id)
     select (e->>'sessionId')::uuid, row_number() over (partition by e->>'sessionId' order by place),
       to_timestamp((e->>'atMs')::float8 / 1000), e->>'state', 'test', 'test', (e->>'attemptId')::uuid
     from jsonb_array_elements($1::jsonb) with ordinality x(e, place)`,
    [JSON.stringify(states)],
  );
  const { debtorId, accountIds } = await floor.addDebtor();
  await db.query(
    `insert into attempt (id, creditor_id, campaign_id, campaign_version, account_id, debtor_id,
       phone_id, agent_id, agent_session_id, decision_id, state, result, counted, created_at,
       dialed_at, ringing_at, answered_at, ended_at, choice)
     select (t->>'id')::uuid, $2, $3, 1, $4, $5, (select id from phone where debtor_id = $5 limit 1),
       (t->>'agentId')::uuid, (t->>'sessionId')::uuid, (t->>'id')::uuid, 'ended',
       case when t->>'answeredMs' is null then 'no_answer' else 'connected' end, true,
       at(t->>'reservedMs'), at(t->>'reservedMs'), at(t->>'ringingMs'), at(t->>'answeredMs'),
       at(t->>'endedMs'), jsonb_build_object('facts', jsonb_build_object('dueAt', at(t->>'dueMs')))
     from jsonb_array_elements($1::jsonb) t`.replaceAll(
      /at\((t->>'\w+')\)/g,
      'to_timestamp(($1)::float8 / 1000)',
    ),
    [JSON.stringify(attempts), floor.creditorId, floor.campaignId, accountIds[0], debtorId],
  );
}

const pace = (change: object = {}) => paceCampaign(api.database.db, floor.campaignId, DAY, change);

it('gives the day again with the same settings: idle within 2 points, calls an hour within 2 %', async () => {
  const { recorded, replayed } = await pace();
  expect(recorded.agents).toBe(AGENTS);
  expect(recorded.calls).toBe(260);
  // 5 agents for 4 hours, but for a pause of a quarter
  expect(recorded.staffedHours).toBeCloseTo(5 * 3.75, 1);
  expect(recorded.idlePercent).toBeGreaterThan(10);
  expect(Math.abs(replayed.idlePercent - recorded.idlePercent)).toBeLessThan(2);
  expect(Math.abs(replayed.callsPerHour / recorded.callsPerHour - 1)).toBeLessThan(0.02);
  expect(
    Math.abs(replayed.accountWaitMeanSeconds / recorded.accountWaitMeanSeconds - 1),
  ).toBeLessThan(0.05);
  expect(replayed.answered).toBe(recorded.answered);
  expect(replayed.abandonedPercent).toBe(0);
});

it('says what other agents, rings and wrap-ups would have done', async () => {
  const { replayed: usual } = await pace();
  const { replayed: more } = await pace({ agents: 9 });
  expect(more.idlePercent).toBeGreaterThan(usual.idlePercent + 10);
  expect(more.accountWaitMeanSeconds).toBeLessThan(usual.accountWaitMeanSeconds);
  const { replayed: fewer } = await pace({ agents: 1 });
  expect(fewer.leftOver).toBeGreaterThan(50);
  expect(fewer.idlePercent).toBeLessThan(5);
  const { replayed: shorter } = await pace({ ringTimeoutMs: 10_000 });
  expect(shorter.answered).toBeLessThan(usual.answered);
  expect((await pace({ calls: 600 })).replayed.calls).toBeGreaterThan(400);
  expect((await pace({ previewMs: 60_000 })).replayed.idlePercent).toBeLessThan(usual.idlePercent);
});

it('tells over the API, and names days with calls when there are none', async () => {
  const key = await api.key('supervisor');
  const path = `POST /v1/campaigns/${floor.campaignId}/pace`;
  const told = await api.call(key, path, { body: { day: DAY, agents: 9 } });
  expect(told.json()).toMatchObject({ day: DAY, recorded: { agents: 5 }, replayed: { agents: 9 } });
  const empty = await api.call(key, path, { body: { day: '2020-01-01' } });
  expect(empty.json()).toMatchObject({
    status: 400,
    errors: [
      { field: 'day', reason: 'no calls on that day', accepted: `a day with calls: ${DAY}` },
    ],
  });
  const wrong = await api.call(key, path, { body: { day: DAY, agents: 0 } });
  expect(wrong.json()).toMatchObject({ status: 400, errors: [{ field: 'agents' }] });
  await expect(
    paceCampaign(api.database.db, floor.campaignId, '2020-01-01', {}),
  ).rejects.toBeInstanceOf(NoCallsThatDay);
});
