import { openAgentLeg, updateLeg } from '../../../src/db/calls';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { talk } from '../../support/talk';

const GOOD = {
  ...{ isMicrophoneHeard: true, isEchoHeard: true },
  ...{ roundTripMs: 42.5, jitterMs: 3, loss: 0 },
};

describe('the check before a shift', () => {
  let api: Api;
  let floor: Floor;
  let agent: { agentId: string; sessionId: string };
  let own: string;
  let supervisor: string;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
    manager = await api.key('manager');
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(api.database.db);
    agent = await floor.addReadyAgent();
    own = await api.key('agent', agent.agentId);
  });

  const setting = (requiresConnectionCheck: boolean) =>
    api.call(manager, `PATCH /v1/pools/${floor.poolId}`, { body: { requiresConnectionCheck } });
  const check = (figures: object = {}) =>
    api.call(own, 'POST /v1/me/connection-check', { body: { ...GOOD, ...figures } });
  const pause = () => api.call(own, 'POST /v1/me/session/pause', { body: { reason: 'technical' } });
  const ready = () => api.call(own, 'POST /v1/me/session/ready');
  const waive = (key = supervisor) =>
    api.call(key, `POST /v1/agents/${agent.agentId}/connection-waiver`, {
      body: { reason: 'Works from the office line today' },
    });
  const kept = async (subjectId: string) => {
    const { rows } = await api.database.db.query<{ action: string; why: string | null }>(
      `select action, record::jsonb->>'why' as why from audit_entry where subject_id = $1 order by id`,
      [subjectId],
    );
    return rows;
  };

  it('is asked for by no pool that did not say so', async () => {
    await pause();
    expect((await ready()).json()).toMatchObject({ state: 'ready' });
  });

  it('has to be passed before ready and sign-in, where the pool asks for it', async () => {
    expect((await setting(true)).json()).toMatchObject({ requiresConnectionCheck: true });
    expect(await kept(floor.poolId)).toEqual([{ action: 'pool.changed', why: null }]);
    await pause();
    const refused = await ready();
    expect(refused.statusCode).toBe(409);
    expect(refused.json()).toMatchObject({
      ...{ code: 'connection_check_needed', cause: 'not_checked' },
      allowed: ['connection-check', 'connection-waiver'],
    });
    expect((await check({ roundTripMs: 250, loss: 0.5 })).json()).toMatchObject({
      ...{ passed: false, faults: ['round_trip', 'loss'], validUntil: null },
    });
    expect((await ready()).json()).toMatchObject({
      ...{ cause: 'check_failed', faults: ['round_trip', 'loss'] },
    });
    await api.call(own, 'DELETE /v1/me/session');
    const signIn = () => api.call(own, 'POST /v1/me/session', { body: { legMode: 'nailed_up' } });
    expect((await signIn()).json()).toMatchObject({ code: 'connection_check_needed' });
    expect((await api.call(own, 'GET /v1/me/session')).statusCode).toBe(404);
    expect((await check()).json()).toMatchObject({ passed: true, faults: [], figures: GOOD });
    expect((await signIn()).statusCode).toBe(201);
    const path = `GET /v1/agents/${agent.agentId}/connection-checks`;
    expect((await api.call(supervisor, path)).json()).toMatchObject({
      items: [{ passed: true }, { passed: false }],
    });
    expect((await api.call(own, path)).statusCode).toBe(403);
  });

  it('says what it does not take', async () => {
    const refused = await check({ loss: 3, jitterMs: '4' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toMatchObject({ errors: [{ field: 'jitterMs' }, { field: 'loss' }] });
  });

  it('is waived by a supervisor, with a reason that is kept, and the agent is told', async () => {
    await setting(true);
    await pause();
    await check({ jitterMs: 99 });
    expect((await waive(own)).statusCode).toBe(403);
    const waived = await waive();
    expect(waived.statusCode).toBe(201);
    const { at, validUntil } = waived.json() as { at: string; validUntil: string };
    expect(Date.parse(validUntil) - Date.parse(at)).toBe(12 * 3_600_000);
    expect((await ready()).json()).toMatchObject({ state: 'ready' });
    expect(await kept(agent.agentId)).toEqual([
      { action: 'agent.connection_waived', why: 'Works from the office line today' },
    ]);
    const { rows } = await api.database.db.query(
      `select payload->>'action' as action from event where type = 'agent.directed' and agent_id = $1`,
      [agent.agentId],
    );
    expect(rows).toEqual([{ action: 'agent.connection_waived' }]);
  });

  /** A talk that the agent heard so well, with its outcome. @returns the session after it */
  const heard = async (mos: number): Promise<unknown> => {
    const { db } = api.database;
    await floor.addDebtor();
    const attemptId = await talk(db, floor);
    const { rows } = await db.query<{ id: string }>('select id from call where attempt_id = $1', [
      attemptId,
    ]);
    const callId = rows[0]!.id;
    const now = new Date();
    const { agentId } = agent;
    const times = { invitedAt: now, answeredAt: now };
    const id = await openAgentLeg(db, { callId, agentId, sipCallId: attemptId, ...times });
    const counted = { packets: 50, bytes: 8_600, packetsLost: 9, jitterMs: 40, roundTripMs: 300 };
    const mediaQuality = { ...counted, mos };
    await updateLeg(db, { id, callId }, { endedAt: new Date(), mediaQuality });
    const body = { code: 'RPC_REFUSE', rootCause: 'not_told' };
    const kept = await api.call(own, `POST /v1/attempts/${attemptId}/outcome`, { body });
    expect(kept.statusCode).toBeLessThan(300);
    return (await api.call(own, 'GET /v1/me/session')).json();
  };

  it('has to be passed again after three bad calls of an hour', async () => {
    await setting(true);
    await check();
    for (const mos of [3.1, 3.2, 2.4]) expect(await heard(mos)).toMatchObject({ state: 'ready' });
    expect(await heard(3.19)).toMatchObject({
      ...{ state: 'paused', cause: 'connection_poor', pauseReason: 'connection_poor' },
    });
    expect((await ready()).json()).toMatchObject({
      ...{ status: 409, code: 'connection_check_needed', cause: 'connection_poor' },
    });
    await check();
    expect((await ready()).json()).toMatchObject({ state: 'ready' });
    expect(await heard(1.5)).toMatchObject({ state: 'ready' });
  });
});
