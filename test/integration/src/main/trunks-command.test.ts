import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { runSantun } from '../../../support/run-santun';

jest.setTimeout(60_000);

/** A label of more than 63 characters: known to nobody, without a question to a name server. */
const UNKNOWN = `${'x'.repeat(64)}.invalid`;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.query(
    `insert into trunk (name, host, caller_ids, enabled)
     select 't' || n, host, '{+622150000001}', n < 4
     from unnest($1::text[]) with ordinality as t (host, n)`,
    [['192.0.2.1', '192.0.2.1', '[2001:db8::1]', UNKNOWN]],
  );
});
afterAll(() => database.drop());

const allowList = (...options: string[]) =>
  runSantun(['trunks', 'allow-list', ...options], {
    DATABASE_URL: database.url,
    SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  });

test('the addresses of enabled trunks for a packet filter; none while a name is unknown', async () => {
  const sets = await allowList('--nft');
  expect(sets.stdout).toContain('add element inet santun carriers4 { 192.0.2.1 }\n');
  expect(sets.stdout).toContain('add element inet santun carriers6 { 2001:db8::1 }\n');
  await database.db.query('update trunk set enabled = true');
  const refused = await allowList();
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
  expect(refused.stderr).toContain(`no address is known for ${UNKNOWN}`);
});
