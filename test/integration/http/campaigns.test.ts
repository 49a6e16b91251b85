import { randomUUID } from 'node:crypto';
import type { Database } from '../../../src/db/database';
import { settleCampaign } from '../../../src/db/campaign-settling';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end, talk } from '../../support/talk';

describe('campaigns', () => {
  let api: Api;
  let db: Database;
  let manager: string;
  let floor: Floor;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    manager = await api.key('manager');
    floor = await makeFloor(db);
  });
  afterAll(() => api.close());

  const draft = async (body: object = {}): Promise<string> => {
    const response = await api.call(manager, 'POST /v1/campaigns', {
      body: {
        creditorId: floor.creditorId,
        name: `Kampanye ${randomUUID().slice(0, 8)}`,
        rulePacks: ['DEMO.OPEN'],
        poolIds: [floor.poolId],
        ...body,
      },
    });
    expect(response.statusCode).toBe(201);
    return response.json().id as string;
  };
  const command = (id: string, name: string) =>
    api.call(manager, `POST /v1/campaigns/${id}/${name}`);

  it('drafts with the usual settings', async () => {
    const id = await draft({
      filter: { daysPastDue: { from: 5 }, amountDueMinor: { from: 100000 } },
    });
    expect((await api.call(manager, `GET /v1/campaigns/${id}`)).json()).toMatchObject({
      id,
      state: 'draft',
      version: 1,
      poolIds: [floor.poolId],
      filter: { daysPastDue: { from: 5 }, amountDueMinor: { from: '100000' } },
      settings: { ringTimeoutMs: 30_000, wrapUpLimitMs: 45_000 },
    });
  });

  it('keeps when a campaign stops by itself, and refuses limits that never speak', async () => {
    const settings = {
      autoStop: { answerRate: null, abandonment: { maxPercent: 1 } },
      costCapMinor: '250000',
    };
    const id = await draft({ settings });
    const kept = (await api.call(manager, `GET /v1/campaigns/${id}`)).json().settings;
    expect(kept).toMatchObject({
      autoStop: {
        answerRate: null,
        abandonment: { answered: 100, minAnswered: 50, maxPercent: 1 },
      },
      costCapMinor: '250000',
    });
    const bad = {
      autoStop: { abandonment: { answered: 10, minAnswered: 11 } },
      costCapMinor: '1.5',
    };
    const body = { settings: bad };
    const refused = await api.call(manager, `PATCH /v1/campaigns/${id}`, { body });
    expect(refused.statusCode).toBe(400);
    expect(
      refused
        .json()
        .errors.map((e: { field: string }) => e.field)
        .sort(),
    ).toEqual(['settings.autoStop.abandonment.minAnswered', 'settings.costCapMinor']);
  });

  it('says everything that keeps a draft from calling, and leaves it a draft', async () => {
    const id = await draft({
      poolIds: [],
      rulePacks: ['ID.POLICY.HOUSE', 'XX.NONE'],
      settings: { callerId: '+622199999999', trunkIds: [randomUUID()] },
    });
    const response = await command(id, 'validate');
    expect(response.json()).toMatchObject({ status: 422, code: 'campaign_not_ready' });
    expect(response.json().errors.map((e: { field: string }) => e.field)).toEqual([
      'poolIds',
      'rulePacks',
      'settings.trunkIds',
    ]);
    expect(response.json().errors[1]).toEqual({
      field: 'rulePacks',
      reason: 'unknown: XX.NONE',
      accepted: expect.stringContaining('ID.POLICY.HOUSE') as string,
    });
    expect((await api.call(manager, `GET /v1/campaigns/${id}`)).json().state).toBe('draft');
  });

  it('needs an active agent in its pools, and a caller ID of its trunks', async () => {
    const pool = await api.call(manager, 'POST /v1/pools', { body: { name: 'Kosong' } });
    const poolId = pool.json().id as string;
    const both = await api.call(manager, 'POST /v1/campaigns', {
      body: {
        ...{ creditorId: floor.creditorId, name: 'Dua cara', poolIds: [poolId] },
        settings: { callerId: '+622150001234', callerIds: ['+622150001234'] },
      },
    });
    expect(both.json()).toMatchObject({
      errors: [{ field: 'settings.callerId', accepted: 'one of the two' }],
    });
    const id = await draft({ poolIds: [poolId], settings: { callerId: '+622199999999' } });
    const fields = async (): Promise<string[]> =>
      (await command(id, 'validate')).json().errors.map((e: { field: string }) => e.field);
    expect(await fields()).toEqual(['poolIds', 'settings.callerId']);
    const created = await api.call(manager, 'POST /v1/agents', {
      body: { name: 'Agen Baru', sipUsername: 'agen-baru', poolIds: [poolId] },
    });
    expect(await fields()).toEqual(['settings.callerId']);
    await db.query('update agent set active = false where id = $1', [created.json().id]);
    expect(await fields()).toEqual(['poolIds', 'settings.callerId']);
  });

  it('goes through its life, one event a change, and says what else would be possible', async () => {
    await floor.addReadyAgent();
    const id = await draft();
    const refused = await command(id, 'start');
    expect(refused.json()).toMatchObject({
      status: 409,
      code: 'invalid_transition',
      from: 'draft',
      allowed: ['validate', 'edit', 'archive'],
    });
    const states: string[] = [];
    for (const name of ['validate', 'start', 'pause', 'start', 'finish']) {
      states.push((await command(id, name)).json().state as string);
    }
    expect(states).toEqual(['ready', 'running', 'pausing', 'running', 'draining']);
    expect(await settleCampaign(db, id)).toBe(true);
    expect((await command(id, 'start')).json()).toMatchObject({
      from: 'done',
      allowed: ['archive'],
    });
    const listed = async (query: string): Promise<unknown[]> =>
      (await api.call(manager, `GET /v1/campaigns?creditorId=${floor.creditorId}${query}`))
        .json()
        .items.map((one: { id: string }) => one.id);
    expect(await listed('')).toContain(id);
    expect((await command(id, 'archive')).json()).toMatchObject({ state: 'archived' });
    expect(await listed('')).not.toContain(id);
    expect(await listed('&state=archived')).toEqual([id]);
    const { rows } = await db.query(
      'select to_state, version, actor, cause from campaign_event where campaign_id = $1 order by at, id',
      [id],
    );
    expect(rows.map((row) => `${String(row.cause)}:${String(row.to_state)}`)).toEqual([
      'created:draft',
      'validate:ready',
      'start:running',
      'pause:pausing',
      'start:running',
      'finish:draining',
      'last_attempt_ended:done',
      'archive:archived',
    ]);
    expect(rows[0]!.actor).toMatch(/^key:/);
    const events = await db.query(
      `select payload->>'to' as to from event where campaign_id = $1 order by xid, id`,
      [id],
    );
    expect(events.rows.map((row) => row.to)).toEqual(rows.map((row) => row.to_state));
  });

  it('makes version n + 1 of an edit; a ready campaign has to be validated again', async () => {
    const id = await draft();
    await command(id, 'validate');
    const edit = (body: object) => api.call(manager, `PATCH /v1/campaigns/${id}`, { body });
    const edited = await edit({ settings: { ringTimeoutMs: 20_000 } });
    expect(edited.json()).toMatchObject({ version: 2, state: 'draft' });
    expect(edited.json().settings).toEqual({ ringTimeoutMs: 20_000, wrapUpLimitMs: 45_000 });
    await command(id, 'validate');
    await command(id, 'start');
    expect((await edit({ settings: { ringTimeoutMs: 25_000 } })).json()).toMatchObject({
      version: 3,
      state: 'running',
    });
    await command(id, 'pause');
    await settleCampaign(db, id);
    expect((await edit({ poolIds: [] })).json()).toMatchObject({ version: 4, state: 'paused' });
    expect((await command(id, 'start')).json()).toMatchObject({ code: 'campaign_not_ready' });
  });

  it('starts once for any number of hands', async () => {
    const id = await draft();
    await command(id, 'validate');
    const answers = await Promise.all(Array.from({ length: 6 }, () => command(id, 'start')));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
    expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(5);
  });

  it('lets a supervisor pause, and nothing else', async () => {
    const supervisor = await api.key('supervisor');
    const id = await draft();
    await command(id, 'validate');
    await command(id, 'start');
    const asSupervisor = (name: string) => api.call(supervisor, `POST /v1/campaigns/${id}/${name}`);
    expect((await asSupervisor('finish')).statusCode).toBe(403);
    expect((await asSupervisor('pause')).json()).toMatchObject({ state: 'pausing' });
  });

  it('reports attempts, outcomes, promises and rates', async () => {
    const own = await makeFloor(db);
    const { agentId } = await own.addReadyAgent();
    const agent = await api.key('agent', agentId);
    const record = async (attemptId: string, body: object): Promise<void> => {
      const response = await api.call(agent, `POST /v1/attempts/${attemptId}/outcome`, { body });
      expect(response.statusCode).toBe(201);
    };
    for (let i = 0; i < 4; i++) await own.addDebtor();
    const dueDate = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    await record(await talk(db, own), {
      code: 'RPC_PTP',
      rootCause: 'salary_late',
      promise: { amountMinor: '5000000', dueDate, method: 'qris' },
    });
    await record(await talk(db, own), { code: 'THIRD_PARTY' });
    await end(db, await dialTo(db, own, 'ringing'), 'busy');
    const missing = await talk(db, own);
    await db.query(
      `update attempt set connected_at = ended_at - interval '30 seconds'
       where campaign_id = $1 and result = 'connected'`,
      [own.campaignId],
    );
    const report = await api.call(manager, `GET /v1/campaigns/${own.campaignId}/report`);
    expect(report.json()).toEqual({
      campaignId: own.campaignId,
      attempts: 4,
      openAttempts: 0,
      dialed: 4,
      attemptsByResult: { connected: 3, busy: 1 },
      outcomesByCode: { RPC_PTP: 1, THIRD_PARTY: 1, BUSY: 1 },
      answered: 3,
      connected: 3,
      abandoned: 0,
      rightPartyContacts: 1,
      outcomesMissing: 1,
      answerRate: 0.75,
      rightPartyContactRate: 0.25,
      abandonmentRate: 0,
      talkSecondsAverage: 30,
      promises: [{ currency: 'IDR', count: 1, amountMinor: '5000000' }],
      refusals: 0,
      bestTime: expect.objectContaining({ verdict: 'not_enough_data' }),
    });
    const list = await api.call(manager, 'GET /v1/attempts?outcomeMissing=true');
    expect(list.json().items).toMatchObject([{ id: missing, outcomeCode: null }]);
  });

  it('explains what is dialable', async () => {
    const own = await makeFloor(db);
    const { accountIds } = await own.addDebtor();
    const why = await api.call(manager, `GET /v1/campaigns/${own.campaignId}/why`);
    expect(why.statusCode).toBe(200);
    expect(why.json()).toMatchObject({
      campaignId: own.campaignId,
      summary: 'No agent of the pools is signed in.',
    });
    const account = await api.call(manager, `GET /v1/accounts/${accountIds[0]!}/why`);
    expect(account.statusCode).toBe(200);
    expect(account.body).toContain(own.campaignId);
    expect((await api.call(manager, `GET /v1/accounts/${randomUUID()}/why`)).statusCode).toBe(404);
  });
});
