import { randomUUID } from 'node:crypto';
import { createFirstAdminKey, revokeApiKey } from '../../../src/db/api-keys';
import { ROLES, type Role } from '../../../src/domain/role';
import { ACCESS, type Access, type Rights } from '../../../src/http/access';
import { startApi, type Api } from '../../support/http-api';
import { createTestDatabase } from '../../support/postgres';
import { makeFloor } from '../../support/floor';

function rightsOf(access: Access): Rights {
  if (access === 'public') throw new Error('not guarded');
  return access;
}

describe('access', () => {
  let api: Api;
  let keys: Record<Role, string>;

  beforeAll(async () => {
    api = await startApi();
    const { agentId } = await (await makeFloor(api.database.db)).addReadyAgent();
    keys = {
      admin: await api.key('admin'),
      manager: await api.key('manager'),
      supervisor: await api.key('supervisor'),
      agent: await api.key('agent', agentId),
      transcriber: await api.key('transcriber'),
    };
  });
  afterAll(() => api.close());

  const routes = Object.entries(ACCESS).filter(
    // the stream stays open, see events.test; /docs/* stands for several
    ([route]) => route !== 'GET /v1/events' && !route.endsWith(' /docs/*'),
  );
  const guarded = routes.filter(([, access]) => access !== 'public');

  it.each(routes.map(([route]) => route))('has the route %s of the table', (route) => {
    const [method = '', url = ''] = route.split(' ');
    expect(api.app.hasRoute({ method, url })).toBe(true);
  });

  it.each(guarded)('%s asks for a key', async (route) => {
    const bare = route.replace(':id', randomUUID());
    for (const key of [null, 'nonsense', `sk_01234567_${'A'.repeat(43)}`]) {
      const response = await api.call(key, bare);
      expect(response.statusCode).toBe(401);
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(response.json()).toMatchObject({ code: 'unauthenticated', status: 401 });
    }
  });

  it.each(guarded)('%s opens to the roles of the table alone', async (route, access) => {
    for (const role of ROLES) {
      const response = await api.call(keys[role], route.replace(':id', randomUUID()));
      if (rightsOf(access).roles.includes(role))
        expect([401, 403]).not.toContain(response.statusCode);
      else
        expect(response.json()).toMatchObject({
          code: 'forbidden',
          allowedRoles: rightsOf(access).roles,
        });
    }
  });

  it('gives every role above the rights of the roles below, agents apart', () => {
    for (const [, access] of guarded) {
      const { roles } = rightsOf(access);
      if (roles.includes('supervisor')) expect(roles).toContain('manager');
      if (roles.includes('manager')) expect(roles).toContain('admin');
    }
  });

  it('refuses a revoked key at once, and takes the public routes without one', async () => {
    const admin = await api.key('admin');
    const { items } = (await api.call(admin, 'GET /v1/api-keys')).json() as {
      items: { id: string; prefix: string }[];
    };
    const own = items.find(({ prefix }) => admin.startsWith(`sk_${prefix}_`))!;
    expect((await api.call(keys.admin, `DELETE /v1/api-keys/${own.id}`)).statusCode).toBe(204);
    expect((await api.call(admin, 'GET /v1/api-keys')).statusCode).toBe(401);
    expect((await api.call(keys.admin, `DELETE /v1/api-keys/${own.id}`)).statusCode).toBe(204);
    for (const route of ['GET /livez', 'GET /readyz', 'GET /metrics', 'GET /openapi.json']) {
      expect((await api.call(null, route)).statusCode).toBe(200);
    }
  });

  it('refuses the key of an agent who is not active', async () => {
    const floor = await makeFloor(api.database.db);
    const { agentId } = await floor.addReadyAgent();
    const key = await api.key('agent', agentId);
    expect((await api.call(key, 'GET /v1/me')).json()).toMatchObject({ agent: { id: agentId } });
    await api.database.db.query('update agent set active = false where id = $1', [agentId]);
    expect((await api.call(key, 'GET /v1/me')).statusCode).toBe(401);
  });

  it('keeps only the hash of a key', async () => {
    const { rows } = await api.database.db.query(
      'select row_to_json(k)::text as row from api_key k',
    );
    const kept = JSON.stringify(rows);
    for (const key of Object.values(keys)) {
      expect(kept).not.toContain(key.split('_').slice(2).join('_'));
    }
  });
});

describe('createFirstAdminKey', () => {
  it('makes one key, whoever else starts at the same time, and never another', async () => {
    const database = await createTestDatabase();
    const { db } = database;
    try {
      const made = await Promise.all(Array.from({ length: 8 }, () => createFirstAdminKey(db)));
      expect(made.filter((key) => key !== null)).toHaveLength(1);
      expect(await createFirstAdminKey(db)).toBeNull();
      const { rows } = await db.query<{ id: string }>('select id from api_key');
      const last = await db.transaction((tx) => revokeApiKey(tx, rows[0]!.id));
      expect(last.kind).toBe('last_admin');
    } finally {
      await database.drop();
    }
  });
});
