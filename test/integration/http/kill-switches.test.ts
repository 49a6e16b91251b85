import { randomUUID } from 'node:crypto';
import { releaseKillSwitch } from '../../../src/db/kill-switches';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

jest.setTimeout(30_000);

describe('kill switches', () => {
  let api: Api;
  let supervisor: string;
  let manager: string;
  let floor: Floor;
  let trunkId: string;
  beforeAll(async () => {
    api = await startApi();
    supervisor = await api.key('supervisor');
    manager = await api.key('manager');
    floor = await makeFloor(api.database.db);
    const { rows } = await api.database.db.query<{ id: string }>('select id from trunk limit 1');
    trunkId = rows[0]!.id;
  });
  afterAll(() => api.close());

  const pull = (body: object, key = supervisor) =>
    api.call(key, 'POST /v1/kill-switches', { body: { reason: 'banyak keluhan', ...body } });
  const release = (id: string, key = manager) =>
    api.call(key, `POST /v1/kill-switches/${id}/release`, { body: { reason: 'sudah beres' } });
  const events = async (id: string) => {
    const { rows } = await api.database.db.query<{ type: string; campaign_id: string | null }>(
      `select type, campaign_id, creditor_id, payload from event
       where payload->>'killSwitchId' = $1 order by xid, id`,
      [id],
    );
    return rows;
  };
  const audit = async (id: string) => {
    const { rows } = await api.database.db.query<{ record: string }>(
      `select record from audit_entry where subject = 'kill_switch' and subject_id = $1 order by id`,
      [id],
    );
    return rows.map(({ record }) => JSON.parse(record) as Record<string, unknown>);
  };

  it.each(['all', 'creditor', 'campaign', 'trunk'] as const)(
    'scope %s: a supervisor pulls it, a manager releases it, both are kept and told',
    async (scope) => {
      const ids = {
        all: null,
        creditor: floor.creditorId,
        campaign: floor.campaignId,
        trunk: trunkId,
      };
      const scopeId = ids[scope];
      const pulled = await pull({ scope, ...(scopeId === null ? {} : { scopeId }) });
      expect(pulled.statusCode).toBe(201);
      const { id } = pulled.json();
      expect(pulled.json()).toMatchObject({
        scope,
        scopeId,
        reason: 'banyak keluhan',
        automatic: null,
        cancelRinging: false,
        releasedAt: null,
      });
      expect((await release(id, supervisor)).statusCode).toBe(403);
      const released = await release(id);
      expect(released.json()).toMatchObject({ id, releaseReason: 'sudah beres' });
      expect(released.json().releasedBy).toMatch(/^key:/);
      const creditorId = scope === 'all' || scope === 'trunk' ? null : floor.creditorId;
      const campaignId = scope === 'campaign' ? floor.campaignId : null;
      const seen = { creditor_id: creditorId, campaign_id: campaignId };
      expect(await events(id)).toMatchObject([
        { type: 'kill_switch.pulled', ...seen, payload: { scope, scopeId, rule: null } },
        { type: 'kill_switch.released', ...seen },
      ]);
      expect(await audit(id)).toMatchObject([
        { creditorId, before: null, after: { released: false }, why: 'banyak keluhan' },
        { creditorId, before: { released: false }, after: { released: true }, why: 'sudah beres' },
      ]);
      const again = await release(id);
      expect(again.json()).toMatchObject({ status: 409, code: 'invalid_transition' });
      expect(await events(id)).toHaveLength(2);
    },
  );

  it('gives the standing one back to a second pull, and adds to it the wish to cancel', async () => {
    const body = { scope: 'creditor', scopeId: floor.creditorId };
    const first = (await pull(body)).json();
    const second = await pull({ ...body, reason: 'sekali lagi' });
    expect(second.statusCode).toBe(200);
    expect(second.json()).toEqual(first);
    expect(await audit(first.id)).toHaveLength(1);
    const third = await pull({ ...body, cancelRinging: true, reason: 'juga yang berdering' });
    expect(third.statusCode).toBe(200);
    expect(third.json()).toEqual({ ...first, cancelRinging: true });
    expect((await pull(body)).json()).toEqual(third.json());
    expect(await audit(first.id)).toMatchObject([
      { after: { cancelRinging: false } },
      { before: { cancelRinging: false }, after: { cancelRinging: true } },
    ]);
    await release(first.id);
    const afterwards = await pull(body);
    expect(afterwards.statusCode).toBe(201);
    expect(afterwards.json().id).not.toBe(first.id);
    await release(afterwards.json().id);
  });

  it('is pulled once by any number of hands, and released once', async () => {
    const body = { scope: 'campaign', scopeId: floor.campaignId };
    const pulls = await Promise.all(Array.from({ length: 8 }, () => pull(body)));
    expect(pulls.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
    const ids = new Set(pulls.map((answer) => answer.json().id as string));
    expect(ids.size).toBe(1);
    const [id] = [...ids];
    const releases = await Promise.all(Array.from({ length: 4 }, () => release(id!)));
    expect(releases.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409]);
    expect(await events(id!)).toHaveLength(2);
  });

  it('answers a repeated request as before', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = { scope: 'trunk', scopeId: trunkId, reason: 'operator bermasalah' };
    const options = { body, headers };
    const first = await api.call(supervisor, 'POST /v1/kill-switches', options);
    const second = await api.call(supervisor, 'POST /v1/kill-switches', options);
    expect([second.statusCode, second.body]).toEqual([201, first.body]);
    await release(first.json().id);
  });

  it('lists those that stand apart from the history', async () => {
    const standing = (await pull({ scope: 'trunk', scopeId: trunkId })).json();
    const list = async (query: string) =>
      (await api.call(supervisor, `GET /v1/kill-switches?${query}`)).json().items as {
        id: string;
        scope: string;
      }[];
    expect(await list('active=true')).toEqual([standing]);
    const released = await list('active=false&scope=campaign');
    expect(released.length).toBeGreaterThan(0);
    expect(released.every(({ scope }) => scope === 'campaign')).toBe(true);
    const page = await api.call(supervisor, 'GET /v1/kill-switches?limit=2');
    expect(page.json().items[0]).toEqual(standing);
    const next = await list(`limit=2&cursor=${page.json().nextCursor}`);
    expect(next.map(({ id }) => id)).not.toContain(standing.id);
    const one = await api.call(supervisor, `GET /v1/kill-switches/${standing.id}`);
    expect(one.json()).toEqual(standing);
    await release(standing.id);
  });

  it.each([
    [{ scope: 'all', scopeId: randomUUID() }, 'scopeId', 'leave it out'],
    [{ scope: 'campaign' }, 'scopeId', 'the id of the campaign'],
    [{ scope: 'agent' }, 'scope', 'all, creditor, campaign, trunk'],
    [{ scope: 'all', reason: '  ' }, 'reason', '1 to 500 characters in one line, not blank'],
    [{ scope: 'all', reason: '\ud800' }, 'reason', '1 to 500 characters in one line, not blank'],
  ])('refuses %j', async (body, field, accepted) => {
    const answer = await pull(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([expect.objectContaining({ field, accepted })]);
  });

  it.each(['creditor', 'campaign', 'trunk'])('refuses a %s that is not there', async (scope) => {
    const answer = await pull({ scope, scopeId: randomUUID() });
    expect(answer.json()).toMatchObject({
      status: 422,
      code: 'unknown_reference',
      field: 'scopeId',
    });
    expect((await release(randomUUID())).statusCode).toBe(404);
  });

  it('leaves nothing behind of a release that fails', async () => {
    const { id } = (await pull({ scope: 'all' })).json();
    const failing = api.database.db.transaction(async (tx) => {
      await releaseKillSwitch(tx, { id, reason: 'uji', actor: 'test' });
      throw new Error('failed after it');
    });
    await expect(failing).rejects.toThrow('failed after it');
    const one = await api.call(supervisor, `GET /v1/kill-switches/${id}`);
    expect(one.json()).toMatchObject({ releasedAt: null });
    expect(await events(id)).toHaveLength(1);
    await release(id);
  });
});
