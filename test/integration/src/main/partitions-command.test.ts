import { runSantun, type CommandResult } from '../../../support/run-santun';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

const YEAR_AGO = new Date();
YEAR_AGO.setUTCFullYear(YEAR_AGO.getUTCFullYear() - 1, 0, 1);
const OLD = YEAR_AGO.toISOString().slice(0, 7);

describe('santun partitions', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const santun = (...args: readonly string[]): Promise<CommandResult> =>
    runSantun(['partitions', ...args], {
      DATABASE_URL: database.url,
      SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    });

  it('makes an old month, takes it out, and says what to do next', async () => {
    const made = await santun('create', '--month', OLD);
    expect(made.exitCode).toBe(0);
    expect(made.stderr).toMatch(/^\d\d made\n$/);
    expect(made.stdout).toContain(`decision ${OLD}\n`);

    const detached = await santun('detach', '--before', `${OLD.slice(0, 4)}-02`);
    expect(detached.stderr).toMatch(/^\d\d taken out; nothing is deleted\./);
    expect(detached.exitCode).toBe(0);
    const name = `detached.decision_${OLD.replace('-', '_')}`;
    expect(detached.stdout.split('\n')).toContain(name);
    expect(detached.stderr).toContain('pg_dump "$DATABASE_URL" --schema=detached');
    expect(detached.stderr).toMatch(/drop table .*detached\.decision_/);

    const listed = await santun('list');
    expect(listed.exitCode).toBe(0);
    expect(listed.stdout).toMatch(new RegExp(`^${OLD} +decision +detached +[\\d.]+ MiB$`, 'm'));
    const now = new Date().toISOString().slice(0, 7);
    expect(listed.stdout).toMatch(new RegExp(`^${now} +attempt +attached`, 'm'));
    expect(listed.stderr).toBe('2 months ahead are made\n');
  }, 120_000);

  it('refuses months that rules look back to, and what is no month', async () => {
    const now = new Date();
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
    const recent = await santun('detach', '--before', next.toISOString().slice(0, 7));
    expect(recent.exitCode).toBe(2);
    expect(recent.stderr).toMatch(/^rules look back \d+ days, into \d{4}-\d\d: --before/);
    const wrong = await santun('detach', '--before', '2026-13');
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain('a month as yyyy-mm');
  }, 120_000);
});
