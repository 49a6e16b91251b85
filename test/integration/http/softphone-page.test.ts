import { registerSipInstance } from '../../../src/db/sip-instances';
import { startApi, type Api } from '../../support/http-api';

let api: Api;
beforeAll(async () => {
  api = await startApi();
  await registerSipInstance(api.database.db, crypto.randomUUID(), 'a', ['ws://127.0.0.1:5062']);
});
afterAll(() => api.close());

test('the page needs no key, and may reach this server and its SIP alone', async () => {
  const page = await api.call(null, 'GET /softphone/');
  expect(page.statusCode).toBe(200);
  expect(page.body).toContain('<div id="app">');
  expect(page.headers.get('cache-control')).toBe('no-cache');
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none';");
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:5062;");
  expect(policy).not.toMatch(/unsafe|\*|https?:/);
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
});

test('its files are kept by browsers, for a new build has other names', async () => {
  const { body } = await api.call(null, 'GET /softphone/');
  const [script = ''] = /\/softphone\/assets\/[^"]+\.js/.exec(body) ?? [];
  const file = await api.call(null, `GET ${script}`);
  expect(file.statusCode).toBe(200);
  expect(file.headers.get('cache-control')).toContain('immutable');
  // sip.js would ask it, if it were not told otherwise
  expect(body).not.toMatch(/https?:\/\//);
});

test('nothing but its files is served', async () => {
  for (const path of ['/softphone/nothing.js', '/softphone/..%2f..%2fpackage.json'])
    expect((await api.call(null, `GET ${path}`)).statusCode).toBeGreaterThanOrEqual(400);
});
