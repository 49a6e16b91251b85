import { randomUUID } from 'node:crypto';
import { registerSipInstance } from '../../../src/db/sip-instances';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end } from '../../support/talk';

describe('what a supervisor does to an agent’s work', () => {
  let api: Api;
  let floor: Floor;
  let agent: { agentId: string; sessionId: string };
  let supervisor: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(api.database.db);
    agent = await floor.addReadyAgent();
    api.jobs.length = 0;
  });

  const post = (path: string, body: object, key = supervisor) =>
    api.call(key, `POST /v1/${path}`, { body });
  const kept = async (subjectId: string) => {
    const { rows } = await api.database.db.query<{ action: string; told: number }>(
      `select a.action, (select count(*)::int from event e where e.type = 'agent.directed'
         and e.agent_id = $2 and e.payload->>'action' = a.action) as told
       from audit_entry a where a.subject_id = $1 order by a.id`,
      [subjectId, agent.agentId],
    );
    return rows;
  };

  it('pauses and signs out, with a reason that is kept, and the agent is told', async () => {
    const path = `agents/${agent.agentId}/session`;
    const body = { pauseReason: 'coaching', reason: 'Listens to a call together' };
    const own = await api.key('agent', agent.agentId);
    expect((await post(`${path}/pause`, body, own)).statusCode).toBe(403);
    expect((await post(`${path}/pause`, { pauseReason: 'coaching' })).statusCode).toBe(400);
    expect((await post(`${path}/pause`, body)).json()).toMatchObject({
      state: 'paused',
      pauseReason: 'coaching',
    });
    expect((await post(`${path}/end`, { reason: 'End of shift' })).json()).toMatchObject({
      state: 'offline',
    });
    expect(await kept(agent.sessionId)).toEqual([
      { action: 'agent.paused', told: 1 },
      { action: 'agent.signed_out', told: 1 },
    ]);
    expect((await post(`${path}/end`, { reason: 'r' })).json()).toMatchObject({
      code: 'no_session',
    });
  });

  it('moves an agent to another pool, with a reason; the agent is told', async () => {
    const other = await makeFloor(api.database.db);
    const path = `agents/${agent.agentId}/move`;
    const body = {
      fromPoolId: floor.poolId,
      toPoolId: other.poolId,
      reason: 'Queue is long there',
    };
    const wrong = await post(path, { ...body, fromPoolId: other.poolId });
    expect(wrong.json()).toMatchObject({ code: 'unknown_reference', field: 'fromPoolId' });
    expect((await post(path, body)).json()).toMatchObject({ poolIds: [other.poolId] });
    expect(await kept(agent.agentId)).toEqual([{ action: 'agent.moved', told: 1 }]);
  });

  it('ends a call only when it is asked twice, by the same key, for the same call', async () => {
    await floor.addDebtor();
    const attemptId = await dialTo(api.database.db, floor, 'connected');
    const path = `attempts/${attemptId}/end`;
    const asked = await post(path, { reason: 'Threatens the debtor' });
    expect(asked.statusCode).toBe(200);
    const { confirm } = asked.json() as { confirm: string };
    expect(api.jobs).toEqual([]);
    const body = { reason: 'Threatens the debtor', confirm };
    const other = await api.key('supervisor');
    expect((await post(path, body, other)).statusCode).toBe(400);
    expect((await post(path, { ...body, confirm: `${confirm}x` })).statusCode).toBe(400);
    expect((await post(path, body)).statusCode).toBe(202);
    expect(api.jobs.map(({ job }) => job)).toEqual([
      { name: 'control_call', attemptId, command: 'end' },
    ]);
    expect(await kept(attemptId)).toEqual([{ action: 'call.ended', told: 1 }]);
    await end(api.database.db, attemptId, 'connected');
    expect((await post(path, body)).json()).toMatchObject({ code: 'invalid_transition' });
  });

  it('lets a supervisor hear a talk of their creditors over a softphone that is free', async () => {
    const { db } = api.database;
    await floor.addDebtor();
    const attemptId = await dialTo(db, floor, 'connected');
    const own = await floor.addReadyAgent();
    const path = `attempts/${attemptId}/supervision`;
    const body = { softphoneAgentId: own.agentId, mode: 'whisper', reason: 'New agent' };
    const ask = async (key = supervisor, more: object = {}) => {
      const answer = await post(path, { ...body, ...more }, key);
      const { refusal, code } = answer.json() as { refusal?: string; code?: string };
      return [answer.statusCode, refusal ?? code];
    };
    const { sipInstanceId } = floor;
    expect(await ask()).toEqual([501, 'needs_engine']);
    await db.query(
      `with engine as (insert into media_engine (name) values ($2) returning id)
       insert into media_engine_health (engine_id, sip_instance_id, up, weight, lines, calls)
       select id, $1, true, 1, 0, 0 from engine`,
      [sipInstanceId, sipInstanceId],
    );
    expect(await ask(supervisor, { softphoneAgentId: agent.agentId })).toEqual([409, 'own_talk']);
    await db.query('update registration set expires_at = now() where agent_id = $1', [own.agentId]);
    expect(await ask()).toEqual([409, 'not_registered']);
    await db.query(
      `insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
         source_port, call_id, cseq, expires_at)
       values ($1, $2, 'sip:x@127.0.0.1', 'udp', '127.0.0.1', 5060, 'x', 1, now() + interval '1 hour')
       on conflict (agent_id) do update set expires_at = excluded.expires_at`,
      [own.agentId, sipInstanceId],
    );
    expect(await ask()).toEqual([409, 'softphone_at_work']);
    await post(`agents/${own.agentId}/session/pause`, { pauseReason: 'coaching', reason: 'r' });

    const others = await makeFloor(db);
    expect(await ask(await api.boundKey('supervisor', others.creditorId))).toEqual([
      404,
      'not_found',
    ]);
    const bound = await api.boundKey('supervisor', floor.creditorId);
    const asked = await post(path, body, bound);
    expect(asked.json()).toMatchObject({ state: 'requested', mode: 'whisper', tellAgent: false });
    expect(await ask()).toEqual([409, 'talk_taken']);
    const { id } = asked.json() as { id: string };
    const changed = await post(`supervisions/${id}/mode`, { mode: 'barge' }, bound);
    expect([changed.statusCode, changed.json()]).toMatchObject([202, { mode: 'barge' }]);
    expect((await post(`supervisions/${id}/end`, {}, bound)).statusCode).toBe(202);
    expect(api.jobs.map(({ job }) => job)).toEqual(
      Array.from({ length: 3 }, () => ({ name: 'supervise_call', supervisionId: id })),
    );
    // the end of the attempt ends it, whoever lives
    await end(db, attemptId, 'connected');
    const list = await api.call(supervisor, `GET /v1/supervisions?attemptId=${attemptId}`);
    expect(list.json()).toMatchObject({ items: [{ id, state: 'ended', cause: 'call_over' }] });
    const late = await post(`supervisions/${id}/end`, {}, supervisor);
    expect(late.json()).toMatchObject({ code: 'invalid_transition' });
  });

  it('rings a softphone at another sip process by that one, when both have an engine', async () => {
    const { db } = api.database;
    await floor.addDebtor();
    const attemptId = await dialTo(db, floor, 'connected');
    const own = await floor.addReadyAgent();
    await post(`agents/${own.agentId}/session/pause`, { pauseReason: 'coaching', reason: 'r' });
    const other = randomUUID();
    await registerSipInstance(db, other, 'other', [], null);
    await db.query(
      `insert into registration (agent_id, sip_instance_id, contact_uri, transport, source_address,
         source_port, call_id, cseq, expires_at)
       values ($1, $2, 'sip:x@127.0.0.1', 'udp', '127.0.0.1', 5060, 'x', 1, now() + interval '1 hour')
       on conflict (agent_id) do update set sip_instance_id = excluded.sip_instance_id,
         expires_at = excluded.expires_at`,
      [own.agentId, other],
    );
    const path = `attempts/${attemptId}/supervision`;
    const body = { softphoneAgentId: own.agentId, reason: 'New agent' };
    const addEngine = (sipInstanceId: string) =>
      db.query(
        `with engine as (insert into media_engine (name) values ($2) returning id)
         insert into media_engine_health (engine_id, sip_instance_id, up, weight, lines, calls)
         select id, $1, true, 1, 0, 0 from engine`,
        [sipInstanceId, sipInstanceId],
      );
    await addEngine(floor.sipInstanceId);
    expect((await post(path, body)).json()).toMatchObject({ code: 'needs_engine' });
    await addEngine(other);
    api.jobs.length = 0;
    const { id } = (await post(path, body)).json() as { id: string };
    await post(`supervisions/${id}/mode`, { mode: 'barge' });
    const job = { name: 'supervise_call', supervisionId: id };
    expect(api.jobs).toEqual([
      { sipInstanceId: other, job },
      { sipInstanceId: floor.sipInstanceId, job },
      // not taken up yet: a bell that is rung twice changes nothing
      { sipInstanceId: other, job },
      { sipInstanceId: floor.sipInstanceId, job },
    ]);
  });
});
