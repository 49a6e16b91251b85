import { randomUUID } from 'node:crypto';
import type { Database } from '../../../src/db/database';
import { newDeskAgent, registerSoftphone, type DeskAgent } from '../../support/desk-agent';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

describe('agents, as a manager changes them', () => {
  let api: Api;
  let db: Database;
  let floor: Floor;
  beforeAll(async () => {
    api = await startApi();
    db = api.database.db;
    floor = await makeFloor(db);
  });
  afterAll(() => api.close());

  const newAgent = (): Promise<DeskAgent> => newDeskAgent(api, floor);
  const register = (agentId: string): Promise<void> => registerSoftphone(api, floor, agentId);

  it('keeps what an agent can do, as short words, and a campaign that asks for more is told', async () => {
    const { agentId } = await newAgent();
    const manager = await api.key('manager');
    const change = (skills: unknown) =>
      api.call(manager, `PATCH /v1/agents/${agentId}`, { body: { skills } });
    expect((await change(['Bahasa Jawa'])).json()).toMatchObject({
      status: 400,
      errors: [{ field: 'skills.0', accepted: expect.stringContaining('a-z') as unknown }],
    });
    expect((await change(['jawa', 'jawa'])).json()).toMatchObject({
      errors: [{ field: 'skills.1', accepted: 'each skill once' }],
    });
    expect((await change(['jawa', 'english'])).json().skills).toEqual(['english', 'jawa']);
    const kept = await db.query(
      `select record::jsonb as record from audit_entry where subject_id = $1 order by id desc limit 1`,
      [agentId],
    );
    expect(kept.rows).toMatchObject([{ record: { after: { skills: ['english', 'jawa'] } } }]);

    const settings = (skills: string[]) =>
      db.query('update campaign set state = $2, settings = $3 where id = $1', [
        floor.campaignId,
        'draft',
        { skills },
      ]);
    const validate = async () =>
      (await api.call(manager, `POST /v1/campaigns/${floor.campaignId}/validate`)).json();
    await settings(['jawa', 'hardship']);
    expect(await validate()).toMatchObject({
      code: 'campaign_not_ready',
      errors: [
        {
          field: 'settings.skills',
          accepted: 'skills that one of them has; among all: english, jawa',
        },
      ],
    });
    await settings(['english', 'jawa']);
    expect(await validate()).toMatchObject({ state: 'ready' });
  });

  it('deactivates an agent: signed out, softphone and key refused', async () => {
    const { agentId, key } = await newAgent();
    await register(agentId);
    const manager = await api.key('manager');
    const opened = await api.call(key, 'POST /v1/me/session', { body: { legMode: 'nailed_up' } });
    const sessionId = opened.json().id as string;
    await db.query('update agent_session set sip_instance_id = $2 where id = $1', [
      sessionId,
      floor.sipInstanceId,
    ]);
    const changed = await api.call(manager, `PATCH /v1/agents/${agentId}`, {
      body: { active: false, name: 'Agen Lama', poolIds: [] },
    });
    expect(changed.json()).toMatchObject({
      name: 'Agen Lama',
      active: false,
      poolIds: [],
      registered: false,
      sessionState: null,
    });
    expect(api.jobs.at(-1)?.job).toEqual({ name: 'release_agent', sessionId });
    expect((await api.call(key, 'GET /v1/me')).statusCode).toBe(401);
    await api.call(manager, `PATCH /v1/agents/${agentId}`, { body: { active: true } });
    expect((await api.call(key, 'GET /v1/me')).json()).toMatchObject({
      agent: { name: 'Agen Lama', active: true },
    });
  });

  it('gives a new softphone password, once for one Idempotency-Key', async () => {
    const { agentId } = await newAgent();
    const manager = await api.key('manager');
    const hash = async (): Promise<unknown> =>
      (await db.query('select sip_ha1_md5 as h from agent where id = $1', [agentId])).rows[0];
    const before = await hash();
    const headers = { 'idempotency-key': randomUUID() };
    const route = `POST /v1/agents/${agentId}/sip-password`;
    const first = await api.call(manager, route, { headers });
    expect(first.statusCode).toBe(201);
    expect(first.json().sipPassword).toMatch(/^[\w-]{24}$/);
    const after = await hash();
    expect(after).not.toEqual(before);
    expect((await api.call(manager, route, { headers })).json()).toEqual(first.json());
    expect(await hash()).toEqual(after);
  });
});
