import { createHmac } from 'node:crypto';
import { digestHa1 } from '../../../sip/agents/digest';
import { registerSipInstance, drainSipInstance } from '../../../src/db/sip-instances';
import { findSipIdentity } from '../../../src/db/registrations';
import { newDeskAgent, type DeskAgent } from '../../support/desk-agent';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';

const TURN_SECRET = 'rahasia-contoh-saja';

let api: Api;
let floor: Floor;
let desk: DeskAgent;

beforeAll(async () => {
  api = await startApi({ turn: { urls: ['turns:turn.example.com:443'], secret: TURN_SECRET } });
  floor = await makeFloor(api.database.db);
});
afterAll(() => api.close());
beforeEach(async () => {
  desk = await newDeskAgent(api, floor);
});

const issue = async () => {
  const answer = await api.call(desk.key, 'POST /v1/me/sip-credentials');
  expect(answer.statusCode).toBe(201);
  return answer.json();
};
const isGood = async (username: string): Promise<boolean> =>
  (await findSipIdentity(api.database.db, username)) !== null;

test('a signed-in agent gets a user and password for 12 hours, kept as hashes alone', async () => {
  const issued = await issue();
  expect(issued).toMatchObject({ realm: 'santun', domain: 'santun', wsUrls: [], wsUrl: null });
  expect(issued.username).toMatch(/^a-[0-9a-f]{8}~[0-9a-f]{12}$/);
  const hours = (Date.parse(issued.expiresAt) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(11.9);
  expect(hours).toBeLessThanOrEqual(12);
  const { rows } = await api.database.db.query('select * from sip_credential where username = $1', [
    issued.username,
  ]);
  expect(rows).toEqual([
    expect.objectContaining({
      ha1_md5: digestHa1('MD5', issued.username, 'santun', issued.password),
      ha1_sha256: digestHa1('SHA-256', issued.username, 'santun', issued.password),
    }),
  ]);
  expect(Object.values(rows[0]!)).not.toContain(issued.password);
  expect(await findSipIdentity(api.database.db, issued.username)).toMatchObject({
    agentId: desk.agentId,
  });
});

test('a browser is given relays, with credentials that end with its own', async () => {
  const issued = await issue();
  const [relay, ...others] = issued.iceServers;
  expect(others).toEqual([]);
  expect(relay.urls).toEqual(['turns:turn.example.com:443']);
  const [expiry, user] = relay.username.split(':');
  expect(Number(expiry)).toBe(Math.floor(Date.parse(issued.expiresAt) / 1_000));
  expect(user).toBe(issued.username);
  const mac = createHmac('sha1', TURN_SECRET).update(relay.username).digest('base64');
  expect(relay.credential).toBe(mac);
});

test('the same request again gets the same credentials', async () => {
  const headers = { 'idempotency-key': 'mulai-1' };
  const [one, two] = [
    await api.call(desk.key, 'POST /v1/me/sip-credentials', { headers }),
    await api.call(desk.key, 'POST /v1/me/sip-credentials', { headers }),
  ];
  expect(two.json()).toEqual(one.json());
});

test('they name the WebSockets of the sip processes at work', async () => {
  const { db } = api.database;
  const [first, draining] = [crypto.randomUUID(), crypto.randomUUID()];
  await registerSipInstance(db, first, 'a', ['ws://127.0.0.1:5062']);
  await registerSipInstance(db, draining, 'b', ['ws://127.0.0.1:5063']);
  await drainSipInstance(db, draining);
  expect(await issue()).toMatchObject({
    wsUrl: 'ws://127.0.0.1:5062',
    wsUrls: ['ws://127.0.0.1:5062'],
  });
});

test('signing out ends them; the own SIP password stays', async () => {
  await api.call(desk.key, 'POST /v1/me/session', { body: { legMode: 'per_call' } });
  const { username } = await issue();
  await api.call(desk.key, 'DELETE /v1/me/session');
  expect(await isGood(username)).toBe(false);
  const own = await api.call(await api.key('supervisor'), `GET /v1/agents/${desk.agentId}`);
  expect(await isGood(own.json().sipUsername)).toBe(true);
});

test('a session that is replaced keeps them', async () => {
  await api.call(desk.key, 'POST /v1/me/session', { body: { legMode: 'per_call' } });
  const { username } = await issue();
  await api.database.db.query(
    `update agent_session set state = 'lost', cause = 'softphone_gone' where agent_id = $1`,
    [desk.agentId],
  );
  await api.call(desk.key, 'POST /v1/me/session', { body: { legMode: 'per_call' } });
  expect(await isGood(username)).toBe(true);
});

test('a revoked key and a deactivated agent end them', async () => {
  const { username } = await issue();
  const admin = await api.key('admin');
  const keys = (await api.call(admin, 'GET /v1/api-keys')).json().items;
  const own = keys.find(({ agentId }: { agentId: string }) => agentId === desk.agentId);
  await api.call(admin, `DELETE /v1/api-keys/${own.id}`);
  expect(await isGood(username)).toBe(false);

  desk = await newDeskAgent(api, floor);
  const second = await issue();
  await api.call(admin, `PATCH /v1/agents/${desk.agentId}`, { body: { active: false } });
  expect(await isGood(second.username)).toBe(false);
});

test('a supervisor revokes them, once, and it is kept who did', async () => {
  const { username } = await issue();
  const supervisor = await api.key('supervisor');
  const revoke = async () =>
    (await api.call(supervisor, `DELETE /v1/agents/${desk.agentId}/sip-credentials`)).json();
  expect(await revoke()).toEqual({ agentId: desk.agentId, revoked: 1 });
  expect(await isGood(username)).toBe(false);
  expect(await revoke()).toEqual({ agentId: desk.agentId, revoked: 0 });
  const { rows } = await api.database.db.query(
    `select action from audit_entry where subject_id = $1 and action like '%revoked'`,
    [desk.agentId],
  );
  expect(rows).toEqual([{ action: 'agent.sip_credentials_revoked' }]);
});

test('only an agent gets them, and only for itself', async () => {
  const answer = await api.call(await api.key('manager'), 'POST /v1/me/sip-credentials');
  expect(answer.statusCode).toBe(403);
  const other = await api.call(desk.key, `DELETE /v1/agents/${desk.agentId}/sip-credentials`);
  expect(other.statusCode).toBe(403);
});

test('whoever starts again and again keeps the newest twenty', async () => {
  const names: string[] = [];
  for (let n = 0; n < 22; n += 1) names.push((await issue()).username);
  const good = await Promise.all(names.map(isGood));
  expect(good).toEqual([false, false, ...Array<boolean>(20).fill(true)]);
});
