import { changeAgentState, lockAgentSession } from '../../../src/db/agent-sessions';
import type { Database } from '../../../src/db/database';
import type { AgentState } from '../../../src/domain/agent-state';
import { newDeskAgent, registerSoftphone, type DeskAgent } from '../../support/desk-agent';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end, talk } from '../../support/talk';

describe('an agent’s desk', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    floor = await makeFloor(db);
    api.jobs.length = 0;
  });

  const newAgent = (): Promise<DeskAgent> => newDeskAgent(api, floor);
  const register = (agentId: string): Promise<void> => registerSoftphone(api, floor, agentId);
  const move = (sessionId: string, to: AgentState) =>
    db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, sessionId);
      await changeAgentState(tx, session!, { to, cause: 'test', actor: 'test' });
    });

  describe('session', () => {
    it('signs in and asks for the softphone where it is registered', async () => {
      const { agentId, key } = await newAgent();
      await register(agentId);
      expect((await api.call(key, 'GET /v1/me/session')).statusCode).toBe(404);
      const body = { legMode: 'nailed_up' };
      const opened = await api.call(key, 'POST /v1/me/session', { body });
      expect(opened.statusCode).toBe(201);
      expect(opened.json()).toMatchObject({ agentId, state: 'connecting', seq: 1 });
      const sessionId = opened.json().id as string;
      expect(api.jobs).toEqual([
        { sipInstanceId: floor.sipInstanceId, job: { name: 'connect_agent', sessionId } },
      ]);
      expect((await api.call(key, 'POST /v1/me/session', { body })).json()).toMatchObject({
        status: 409,
        code: 'session_open',
      });
      expect((await api.call(key, 'GET /v1/me/session')).json()).toMatchObject({ id: sessionId });
    });

    it('waits for the softphone when none is registered', async () => {
      const { key } = await newAgent();
      const opened = await api.call(key, 'POST /v1/me/session', { body: { legMode: 'per_call' } });
      expect(opened.json()).toMatchObject({ state: 'connecting' });
      expect(api.jobs).toEqual([]);
      for (const command of ['ready', 'pause']) {
        const response = await api.call(key, `POST /v1/me/session/${command}`, {
          ...(command === 'pause' ? { body: { reason: 'lunch' } } : {}),
        });
        expect(response.json()).toMatchObject({ code: 'invalid_transition', allowed: ['end'] });
      }
    });

    it('begins anew after the softphone was lost', async () => {
      const { key } = await newAgent();
      const body = { legMode: 'per_call' };
      const first = await api.call(key, 'POST /v1/me/session', { body });
      await move(first.json().id as string, 'lost');
      const second = await api.call(key, 'POST /v1/me/session', { body });
      expect(second.statusCode).toBe(201);
      expect(second.json().id).not.toBe(first.json().id);
    });

    it('pauses with a reason, goes on, and signs out', async () => {
      const ready = await floor.addReadyAgent();
      const key = await api.key('agent', ready.agentId);
      const pause = (reason: string) =>
        api.call(key, 'POST /v1/me/session/pause', { body: { reason } });
      expect((await pause('lunch')).json()).toMatchObject({
        state: 'paused',
        pauseReason: 'lunch',
      });
      expect((await pause('lunch')).statusCode).toBe(200);
      expect((await pause('prayer')).json()).toMatchObject({ allowed: ['ready', 'end'] });
      expect((await pause('Not a word')).json()).toMatchObject({ status: 400 });
      const again = await api.call(key, 'POST /v1/me/session/ready');
      expect(again.json()).toMatchObject({ state: 'ready', pauseReason: null });
      expect((await api.call(key, 'POST /v1/me/session/ready')).statusCode).toBe(200);
      const ended = await api.call(key, 'DELETE /v1/me/session');
      expect(ended.json()).toMatchObject({ state: 'offline', cause: 'signed_out' });
      expect(api.jobs).toEqual([
        {
          sipInstanceId: floor.sipInstanceId,
          job: { name: 'release_agent', sessionId: ready.sessionId },
        },
      ]);
      expect((await api.call(key, 'DELETE /v1/me/session')).json()).toMatchObject({
        status: 409,
        code: 'no_session',
      });
    });

    it('keeps a pause for after the call, and takes it back', async () => {
      const ready = await floor.addReadyAgent();
      await floor.addDebtor();
      const key = await api.key('agent', ready.agentId);
      await dialTo(db, floor, 'connected');
      const pause = await api.call(key, 'POST /v1/me/session/pause', { body: { reason: 'lunch' } });
      expect(pause.json()).toMatchObject({
        state: 'in_call',
        wanted: 'paused',
        wantedReason: 'lunch',
      });
      const back = await api.call(key, 'POST /v1/me/session/ready');
      expect(back.json()).toMatchObject({ state: 'in_call', wanted: null });
    });

    it('is ready again only once a sip role has reached the softphone', async () => {
      const ready = await floor.addReadyAgent();
      const key = await api.key('agent', ready.agentId);
      await api.call(key, 'POST /v1/me/session/pause', { body: { reason: 'lunch' } });
      // the process that held the softphone died during the pause
      await db.query('update agent_session set sip_instance_id = null where id = $1', [
        ready.sessionId,
      ]);
      expect((await api.call(key, 'POST /v1/me/session/ready')).json()).toMatchObject({
        state: 'connecting',
        stateLimitAt: expect.any(String) as string,
      });
    });

    it('extends a wrap-up twice, and anew after the next talk', async () => {
      const ready = await floor.addReadyAgent();
      await floor.addDebtor();
      const key = await api.key('agent', ready.agentId);
      const extend = () => api.call(key, 'POST /v1/me/session/extend-wrap-up');
      expect((await extend()).json()).toMatchObject({ code: 'invalid_transition' });
      const attemptId = await talk(db, floor);
      const session = (await api.call(key, 'GET /v1/me/session')).json() as Record<string, string>;
      expect(session).toMatchObject({ state: 'wrap_up', wrapUpExtensionsLeft: 2 });
      const limitMs = Date.parse(session.stateLimitAt!);
      for (const used of [1, 2]) {
        const extended = (await extend()).json() as Record<string, string>;
        expect(extended).toMatchObject({ wrapUpExtensionsLeft: 2 - used });
        expect(Date.parse(extended.stateLimitAt!) - limitMs).toBe(used * 30_000);
      }
      expect((await extend()).json()).toMatchObject({ code: 'no_more_time' });
      const attempt = async () => (await api.call(key, `GET /v1/attempts/${attemptId}`)).json();
      expect(await attempt()).toMatchObject({ outcomeCode: null });
      await move(ready.sessionId, 'paused');
      expect(await attempt()).toMatchObject({ outcomeCode: 'NOT_RECORDED' });
      const body = { code: 'RPC_REFUSE', rootCause: 'unwilling' };
      await api.call(key, `POST /v1/attempts/${attemptId}/outcome`, { body });
      expect(await attempt()).toMatchObject({ outcomeCode: 'RPC_REFUSE' });
    });

    it('leaves a wrap-up whose outcome stands already', async () => {
      const ready = await floor.addReadyAgent();
      await floor.addDebtor();
      const key = await api.key('agent', ready.agentId);
      const attemptId = await talk(db, floor);
      const refused = await api.call(key, 'POST /v1/me/session/ready');
      expect(refused.json()).toMatchObject({ state: 'wrap_up' });
      await db.query(
        `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
         select id, creditor_id, account_id, debtor_id, 'UNKNOWN', 'system' from attempt where id = $1`,
        [attemptId],
      );
      expect((await api.call(key, 'POST /v1/me/session/ready')).json()).toMatchObject({
        state: 'ready',
      });
    });
  });

  describe('call', () => {
    it('shows who is on the line, with the number masked', async () => {
      const ready = await floor.addReadyAgent();
      const { debtorId, accountIds } = await floor.addDebtor();
      const key = await api.key('agent', ready.agentId);
      expect((await api.call(key, 'GET /v1/me/call')).statusCode).toBe(404);
      const attemptId = await dialTo(db, floor, 'connected');
      const { rows } = await db.query<{ e164: string; name: string }>(
        'select e164, name from phone join debtor d on d.id = debtor_id where d.id = $1',
        [debtorId],
      );
      const response = await api.call(key, 'GET /v1/me/call');
      expect(response.json()).toMatchObject({
        attemptId,
        state: 'connected',
        sessionState: 'in_call',
        accountId: accountIds[0],
        name: rows[0]!.name,
        phone: `+62 8** **** ${rows[0]!.e164.slice(-3)}`,
        // a number that nobody has verified
        ...{ identityMode: true, currency: null, amountDueMinor: null, dueDate: null },
        ...{ daysPastDue: null, creditorName: null, product: null },
        ...{ openPromise: null, lastOutcomes: [] },
      });
      expect(response.body).not.toContain(rows[0]!.e164);
      const step = { kind: 'identity_confirmed', by: ['full_name'] };
      const told = await api.call(key, 'POST /v1/me/call/guide/steps', { body: step });
      expect(told.statusCode).toBe(200);
      expect((await api.call(key, 'GET /v1/me/call')).json()).toMatchObject({
        ...{ identityMode: false, currency: 'IDR', amountDueMinor: '15000000' },
        ...{ dueDate: '2026-10-01', creditorName: 'Pinjaman Contoh' },
      });
      await end(db, attemptId, 'connected');
      expect((await api.call(key, 'GET /v1/me/call')).json()).toMatchObject({
        state: 'ended',
        sessionState: 'wrap_up',
        sessionLimitAt: expect.any(String),
      });
    });

    it('sends commands to the process that owns the call, as its state allows', async () => {
      const ready = await floor.addReadyAgent();
      await floor.addDebtor();
      const key = await api.key('agent', ready.agentId);
      const command = (name: string) => api.call(key, `POST /v1/me/call/${name}`);
      expect((await command('hang-up')).json()).toMatchObject({ status: 409, code: 'no_call' });
      const attemptId = await dialTo(db, floor, 'connected');
      expect((await command('resume')).json()).toMatchObject({
        code: 'invalid_transition',
        allowed: ['hang_up', 'hold', 'mute', 'unmute'],
      });
      for (const name of ['hold', 'mute', 'unmute', 'hang-up']) {
        expect((await command(name)).statusCode).toBe(202);
      }
      expect(api.jobs).toEqual(
        ['hold', 'mute', 'unmute', 'hang_up'].map((name) => ({
          sipInstanceId: floor.sipInstanceId,
          job: { name: 'control_call', attemptId, command: name },
        })),
      );
      await end(db, attemptId, 'connected');
      expect((await command('hang-up')).json()).toMatchObject({ allowed: [] });
    });
  });

  it('shows an agent its own work alone, and nobody but managers a whole number', async () => {
    const mine = await floor.addReadyAgent();
    await floor.addDebtor();
    const attemptId = await talk(db, floor);
    const own = await api.key('agent', mine.agentId);
    const other = await api.key('agent', (await floor.addReadyAgent()).agentId);
    await api.call(own, `POST /v1/attempts/${attemptId}/outcome`, {
      body: { code: 'THIRD_PARTY' },
    });
    const calls = await api.call(own, 'GET /v1/calls');
    expect(calls.json().items).toMatchObject([{ attemptId }]);
    const callId = calls.json().items[0].id as string;

    const single = [
      `GET /v1/attempts/${attemptId}`,
      `GET /v1/attempts/${attemptId}/timeline`,
      `GET /v1/attempts/${attemptId}/outcome`,
      `GET /v1/calls/${callId}`,
    ];
    for (const route of single) {
      expect((await api.call(own, route)).statusCode).toBe(200);
      expect((await api.call(other, route)).statusCode).toBe(404);
    }
    for (const list of ['attempts', 'calls', 'outcomes', 'promises']) {
      expect((await api.call(other, `GET /v1/${list}`)).json().items).toEqual([]);
      // the filter does not widen what an agent sees
      const asked = await api.call(other, `GET /v1/attempts?agentId=${mine.agentId}`);
      expect(asked.json().items).toEqual([]);
    }
    const { rows } = await db.query<{ e164: string; debtor_id: string }>(
      'select e164, p.debtor_id from phone p join attempt t on t.phone_id = p.id where t.id = $1',
      [attemptId],
    );
    const { e164, debtor_id: debtorId } = rows[0]!;
    for (const [role, whole] of [
      ['admin', true],
      ['manager', true],
      ['supervisor', false],
    ] as const) {
      const key = await api.key(role);
      for (const route of [
        `GET /v1/attempts/${attemptId}`,
        'GET /v1/attempts',
        `GET /v1/debtors/${debtorId}/phones`,
      ]) {
        expect((await api.call(key, route)).body.includes(e164)).toBe(whole);
      }
    }
    expect((await api.call(own, `GET /v1/attempts/${attemptId}`)).body).not.toContain(e164);
    const timeline = await api.call(own, `GET /v1/attempts/${attemptId}/timeline`);
    expect(timeline.json().items.map((entry: { to: string }) => entry.to)).toEqual([
      'reserved',
      'dialing',
      'ringing',
      'answered',
      'connected',
      'ended',
    ]);
  });
});

it('signs out although the queue is away', async () => {
  const api = await startApi({
    sipQueue: { send: () => Promise.reject(new Error('the queue is away')) },
  });
  try {
    const floor = await makeFloor(api.database.db);
    const key = await api.key('agent', (await floor.addReadyAgent()).agentId);
    const ended = await api.call(key, 'DELETE /v1/me/session');
    expect(ended.statusCode).toBe(200);
    expect(ended.json()).toMatchObject({ state: 'offline' });
  } finally {
    await api.close();
  }
});
