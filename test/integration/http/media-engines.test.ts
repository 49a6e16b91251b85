import { randomUUID } from 'node:crypto';
import { reportMediaEngines } from '../../../src/db/media-engines';
import { registerSipInstance } from '../../../src/db/sip-instances';
import { readiness } from '../../../src/main/readiness';
import { startApi, type Api } from '../../support/http-api';

jest.setTimeout(30_000);

const NAME = '192.0.2.10:22222';
const [first, second] = [randomUUID(), randomUUID()];

let api: Api;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.key('admin');
  for (const id of [first, second]) await registerSipInstance(api.database.db, id, 'test');
});
afterAll(() => api.close());

const report = (sipInstanceId: string, up: boolean, lines = 0, calls = 0) =>
  reportMediaEngines(api.database.db, sipInstanceId, [{ name: NAME, up, weight: 1, lines, calls }]);
const list = async () => (await api.call(admin, 'GET /v1/media-engines')).json().items;
const drain = (id: string, draining: unknown) =>
  api.call(admin, `PATCH /v1/media-engines/${id}`, { body: { draining } });
const events = async (): Promise<unknown[]> => {
  const { rows } = await api.database.db.query<{ type: string }>(
    `select type from event where type like 'media_engine.%' order by id`,
  );
  return rows.map(({ type }) => type);
};

it('shows what all sip processes see, and tells once when an engine goes down or up', async () => {
  await Promise.all([report(first, true, 3, 1), report(second, true, 2, 2)]);
  const [engine] = await list();
  expect(engine).toMatchObject({
    ...{ name: NAME, state: 'up', draining: false },
    ...{ lines: 5, calls: 3, processes: 2, reachedBy: 2 },
  });
  await report(first, false);
  // another process still reaches it
  expect((await list())[0]).toMatchObject({ state: 'up', reachedBy: 1, since: engine.since });
  expect(await events()).toEqual([]);
  await report(second, false);
  await Promise.all([report(first, false), report(second, false)]);
  expect((await list())[0]).toMatchObject({ state: 'down', reachedBy: 0 });
  expect(await events()).toEqual(['media_engine.down']);
  await Promise.all([report(first, true), report(second, true)]);
  expect(await events()).toEqual(['media_engine.down', 'media_engine.up']);
});

it('does not count the word of a dead process', async () => {
  const { db } = api.database;
  await Promise.all([report(first, false), report(second, true)]);
  await db.query(`update sip_instance set state = 'dead' where id = $1`, [second]);
  await report(first, false);
  expect((await list())[0]).toMatchObject({ state: 'down', processes: 1 });
  await db.query(`update sip_instance set state = 'dead' where id = $1`, [first]);
  expect((await list())[0]).toMatchObject({ state: 'unknown', processes: 0, lines: 0 });
  await db.query(`update sip_instance set state = 'alive'`);
});

it('lets a sip process be ready while any engine is reached', async () => {
  const { db } = api.database;
  const engine = { host: '192.0.2.10', port: 22222, weight: 1 };
  const config = {
    roles: ['sip'] as const,
    mediaEngines: [NAME, '192.0.2.11:22222'].map((name) => ({ ...engine, name })),
  };
  const check = async () => (await readiness({ db, config, clock: () => new Date() })()).at(-1);
  await Promise.all([report(first, false), report(second, true)]);
  expect(await check()).toEqual({ name: 'media engines', ok: true });
  await report(second, false);
  expect(await check()).toEqual({
    name: 'media engines',
    ok: false,
    detail: 'no sip process reaches any of 2 media engines',
  });
});

it('drains by the word of an admin, which the next report of each process brings it', async () => {
  const [{ id }] = await list();
  expect((await report(first, true)).size).toBe(0);
  expect((await drain(id, true)).json()).toMatchObject({ id, draining: true });
  expect((await drain(id, true)).statusCode).toBe(200);
  for (const process of [first, second]) expect([...(await report(process, true))]).toEqual([NAME]);
  expect((await drain(id, false)).json()).toMatchObject({ draining: false });
  expect((await report(first, true)).size).toBe(0);
  const { rows } = await api.database.db.query<{ action: string }>(
    `select action from audit_entry where subject = 'media_engine' order by id`,
  );
  // asking twice changes nothing
  expect(rows.map(({ action }) => action)).toEqual([
    'media_engine.drained',
    'media_engine.taken_back',
  ]);
  expect((await drain(randomUUID(), true)).statusCode).toBe(404);
  expect((await drain(id, 'yes')).json()).toMatchObject({ errors: [{ field: 'draining' }] });
});
