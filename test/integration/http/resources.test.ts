import { createHash, randomUUID } from 'node:crypto';
import { TRUNK_PASSWORD, unseal } from '../../../src/db/sealed-secret';
import { makeFloor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { dialTo, end } from '../../support/talk';

describe('resources', () => {
  let api: Api;
  let admin: string;
  beforeAll(async () => {
    api = await startApi();
    admin = await api.key('admin');
  });
  afterAll(() => api.close());

  const post = (route: string, body: object) => api.call(admin, `POST ${route}`, { body });

  describe('trunks', () => {
    const body = (change: object = {}) => ({
      name: `Trunk ${randomUUID().slice(0, 8)}`,
      host: 'sip.carrier.example',
      callerIds: ['+622150001000', '+622150001001'],
      ...change,
    });

    it('keeps a password sealed and shows only that there is one', async () => {
      const secret = 'kata-sandi-rahasia';
      const created = await post('/v1/trunks', body({ username: 'santun', password: secret }));
      expect(created.statusCode).toBe(201);
      expect(created.json()).toMatchObject({
        port: 5060,
        transport: 'udp',
        username: 'santun',
        hasPassword: true,
        callsPerSecond: 5,
        enabled: true,
      });
      expect(created.body).not.toContain(secret);
      const { rows } = await api.database.db.query<{ sealed: Buffer }>(
        'select password_sealed as sealed from trunk where id = $1',
        [created.json().id],
      );
      expect(rows[0]!.sealed.includes(secret)).toBe(false);
      expect(unseal(api.secretKey, TRUNK_PASSWORD, rows[0]!.sealed)).toBe(secret);
    });

    it('tells the carrier who calls as it wants to be told, and nothing unsafe', async () => {
      const made = await post('/v1/trunks', body({ cliPolicy: { header: 'asserted' } }));
      const rest = { domain: null, privacy: 'none', diversion: 'none' };
      expect(made.json()).toMatchObject({ cliPolicy: { header: 'asserted', ...rest } });
      const refused = async (cliPolicy: object) =>
        ((await post('/v1/trunks', body({ cliPolicy }))).json() as { errors: object[] }).errors;
      expect(await refused({ domain: 'a.example>;evil' })).toMatchObject([
        { field: 'cliPolicy.domain', accepted: expect.stringContaining('a host name') as string },
      ]);
      expect(await refused({ header: 'from', privacy: 'id' })).toMatchObject([
        { field: 'cliPolicy.header', accepted: 'both or asserted, when privacy is id' },
      ]);
      expect(await refused({ diversion: 'x' })).toMatchObject([{ field: 'cliPolicy.diversion' }]);
    });

    it('is given whole countries, and those of Indonesia unless it is told', async () => {
      expect((await post('/v1/trunks', body())).json()).toMatchObject({ countryCodes: ['62'] });
      const made = await post('/v1/trunks', body({ countryCodes: ['62', '65'] }));
      expect(made.json()).toMatchObject({ countryCodes: ['62', '65'] });
      const wrong = await post('/v1/trunks', body({ countryCodes: ['62', '870'] }));
      expect(wrong.json()).toMatchObject({
        errors: [{ field: 'countryCodes.1', accepted: 'a country code of E.164, as 62' }],
      });
    });

    it('has caps on what its calls cost, and shows what they came to', async () => {
      const caps = { dailySpendCapMinor: '5000000', monthlyMinutesCap: 90_000, billingFirstS: 1 };
      const made = await post('/v1/trunks', body(caps));
      expect(made.json()).toMatchObject({
        ...{ ...caps, monthlySpendCapMinor: null, dailyMinutesCap: null, billingNextS: 60 },
        ...{ costCurrency: 'IDR', callLeaseMinutes: 120 },
        usage: { today: { minutes: 0, spendMinor: '0' }, held: { calls: 0 }, capReached: null },
      });
      const route = `/v1/trunks/${made.json().id as string}`;
      // less than one call may come to: none is placed
      const change = { body: { dailySpendCapMinor: null, dailyMinutesCap: 100 } };
      expect((await api.call(admin, `PATCH ${route}`, change)).json()).toMatchObject({
        usage: { capReached: 'daily_minutes' },
      });
    });

    it('lets calls stand no shorter without a refresh than RFC 4028 has it', async () => {
      const made = await post('/v1/trunks', body({ sessionExpiresS: null }));
      expect(made.json()).toMatchObject({ sessionExpiresS: null, minSessionExpiresS: 90 });
      const tooShort = await post('/v1/trunks', body({ sessionExpiresS: 89 }));
      expect(tooShort.json()).toMatchObject({ errors: [{ field: 'sessionExpiresS' }] });
    });

    it('changes what is sent and leaves the rest', async () => {
      const created = await post('/v1/trunks', body({ password: 'x', callsPerSecond: 2.5 }));
      const route = `/v1/trunks/${created.json().id as string}`;
      const patch = (change: object) => api.call(admin, `PATCH ${route}`, { body: change });
      const changed = await patch({ enabled: false, priority: 0 });
      const { updatedAt: _at, ...rest } = created.json() as Record<string, unknown>;
      expect(changed.json()).toMatchObject({ ...rest, enabled: false, priority: 0 });
      expect((await patch({ password: null })).json()).toMatchObject({ hasPassword: false });
      expect((await patch({ callerIds: [] })).json()).toMatchObject({
        errors: [{ field: 'callerIds', accepted: 'at least 1 items' }],
      });
      expect((await api.call(admin, `GET ${route}`)).json()).toMatchObject({ priority: 0 });
    });

    it('deletes a trunk that was never used, and no other', async () => {
      const created = await post('/v1/trunks', body());
      const route = `/v1/trunks/${created.json().id as string}`;
      expect((await api.call(admin, `DELETE ${route}`)).statusCode).toBe(204);
      expect((await api.call(admin, `DELETE ${route}`)).statusCode).toBe(404);

      const used = (await post('/v1/trunks', body())).json().id as string;
      const floor = await makeFloor(api.database.db);
      await floor.addReadyAgent();
      await floor.addDebtor();
      const attemptId = await dialTo(api.database.db, floor, 'ringing');
      await end(api.database.db, attemptId, 'no_answer');
      await api.database.db.query('update attempt set trunk_id = $2 where id = $1', [
        attemptId,
        used,
      ]);
      expect((await api.call(admin, `DELETE /v1/trunks/${used}`)).json()).toMatchObject({
        status: 409,
        code: 'in_use',
      });
    });
  });

  describe('agents', () => {
    it('answers a softphone password once and keeps its digests (RFC 7616 HA1)', async () => {
      const pool = (await post('/v1/pools', { name: 'Tim Digest' })).json().id as string;
      const created = await post('/v1/agents', {
        name: 'Agen Contoh',
        sipUsername: 'agen-digest',
        poolIds: [pool],
      });
      const { id, sipPassword, sipRealm } = created.json() as Record<string, string>;
      expect(sipRealm).toBe('santun');
      const { rows } = await api.database.db.query(
        'select sip_ha1_md5 as md5, sip_ha1_sha256 as sha256 from agent where id = $1',
        [id],
      );
      const a1 = `agen-digest:santun:${sipPassword!}`;
      expect(rows[0]).toEqual({
        md5: createHash('md5').update(a1).digest('hex'),
        sha256: createHash('sha256').update(a1).digest('hex'),
      });
      const shown = await api.call(admin, `GET /v1/agents/${id!}`);
      expect(shown.body).not.toContain(sipPassword);
      expect(shown.json()).toMatchObject({
        poolIds: [pool],
        active: true,
        registered: false,
        sessionState: null,
      });
      expect((await api.call(admin, 'GET /v1/pools')).json().items).toContainEqual(
        expect.objectContaining({ id: pool, agentCount: 1 }),
      );
      const inPool = await api.call(admin, `GET /v1/agents?poolId=${pool}`);
      expect(inPool.json().items).toHaveLength(1);
    });

    it('shows a supervisor what an agent does', async () => {
      const floor = await makeFloor(api.database.db);
      const { agentId, sessionId } = await floor.addReadyAgent();
      const supervisor = await api.key('supervisor');
      const agent = await api.call(supervisor, `GET /v1/agents/${agentId}`);
      expect(agent.json()).toMatchObject({ sessionState: 'ready' });
      const sessions = await api.call(supervisor, `GET /v1/agents/${agentId}/sessions`);
      expect(sessions.json()).toMatchObject({
        items: [{ id: sessionId, state: 'ready', seq: 2 }],
        nextCursor: null,
      });
    });
  });

  describe('keys', () => {
    it('ties role agent to an agent, and nobody else', async () => {
      const { agentId } = await (await makeFloor(api.database.db)).addReadyAgent();
      for (const body of [
        { role: 'agent', name: 'tanpa agen' },
        { role: 'manager', name: 'dengan agen', agentId },
      ]) {
        expect((await post('/v1/api-keys', body)).json()).toMatchObject({
          status: 400,
          errors: [{ field: 'agentId' }],
        });
      }
      const created = await post('/v1/api-keys', { role: 'agent', name: 'meja', agentId });
      const { key, prefix } = created.json() as Record<string, string>;
      expect(key).toMatch(new RegExp(`^sk_${prefix!}_[A-Za-z0-9_-]{43}$`));
      expect((await api.call(key!, 'GET /v1/me')).json()).toMatchObject({
        role: 'agent',
        agent: { id: agentId },
      });
      expect((await api.call(admin, 'GET /v1/api-keys')).body).not.toContain(key);
      expect(
        (await post(`/v1/agents/${randomUUID()}/api-keys`, { name: 'x' })).json(),
      ).toMatchObject({ code: 'unknown_reference', field: 'agentId' });
    });

    it('keeps one admin key', async () => {
      const only = await startApi();
      try {
        const key = await only.key('admin');
        const { id } = (await only.call(key, 'GET /v1/api-keys')).json().items[0] as { id: string };
        expect((await only.call(key, `DELETE /v1/api-keys/${id}`)).json()).toMatchObject({
          status: 409,
          code: 'last_admin_key',
        });
        const second = await only.key('admin');
        expect((await only.call(second, `DELETE /v1/api-keys/${id}`)).statusCode).toBe(204);
        expect((await only.call(key, 'GET /v1/me')).statusCode).toBe(401);
      } finally {
        await only.close();
      }
    });
  });
});
