import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { parseConfig } from '../../../../src/config/parse-config';
import { startSantun } from '../../../../src/main/start';
import { eventually } from '../../../support/eventually';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

describe('startSantun', () => {
  const log = pino({ level: 'silent' });
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const config = (changed: Record<string, string>): ReturnType<typeof parseConfig> =>
    parseConfig({
      DATABASE_URL: database.url,
      SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
      SANTUN_HTTP_PORT: '0',
      SANTUN_SIP_PORT: '0',
      SANTUN_SIP_WS_PORT: '0',
      ...changed,
    });

  it('tells the first admin key although the start before it failed', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    try {
      const { port } = taken.address() as AddressInfo;
      const failing = startSantun(config({ SANTUN_SIP_WS_PORT: String(port) }), log);
      await expect(failing).rejects.toThrow(
        `port ${port} on 127.0.0.1 is in use: stop what listens there, or set SANTUN_SIP_WS_PORT (0 takes any free port)`,
      );
    } finally {
      taken.close();
    }
    const santun = await startSantun(config({}), log);
    await santun.stop();
    expect(santun.adminKey).toMatch(/^sk_/);
  }, 30_000);

  it('keeps the public half of every key that ever signed', async () => {
    const keyIds = async (): Promise<string[]> => {
      const { rows } = await database.db.query<{ id: string }>('select id from signing_key');
      return rows.map(({ id }) => id);
    };
    const startOnce = async (changed: Record<string, string>): Promise<void> => {
      await (await startSantun(config({ SANTUN_ROLES: 'api', ...changed }), log)).stop();
    };
    await startOnce({});
    await startOnce({});
    const [derived, ...others] = await keyIds();
    expect(others).toEqual([]);
    await startOnce({ SANTUN_SIGNING_KEY: Buffer.alloc(32, 9).toString('base64') });
    expect(await keyIds()).toEqual(expect.arrayContaining([derived]));
    expect(await keyIds()).toHaveLength(2);
  }, 30_000);

  it('chains what it writes, and tells what waits', async () => {
    const santun = await startSantun(config({ SANTUN_ROLES: 'api,workers' }), log);
    try {
      // the first admin key is a change too
      await eventually('the first admin key in the ledger', 20_000, async () => {
        const { rows } = await database.db.query(
          `select 1 from ledger_entry e join audit_entry a on a.id = e.subject_id
           where a.action = 'api_key.created' and e.chain = 'installation'`,
        );
        return rows[0] ?? null;
      });
      const shown = await eventually('the metrics of the ledger', 20_000, async () => {
        const text = await (await fetch(`${santun.httpUrl}/metrics`)).text();
        return text.includes('santun_ledger_unchained 0') ? text : null;
      });
      expect(shown).toContain('santun_ledger_unchained_age_seconds 0');
      expect(shown).toContain('santun_ledger_flawed_total 0');
    } finally {
      await santun.stop();
    }
  }, 60_000);

  it('names the variable of a database that does not answer', async () => {
    const away = 'postgres://santun:hidden-word@127.0.0.1:1/santun';
    const failing = startSantun(config({ DATABASE_URL: away }), log);
    await expect(failing).rejects.toThrow(
      /^the database of DATABASE_URL cannot be used: .*ECONNREFUSED 127\.0\.0\.1:1$/,
    );
  });
});
