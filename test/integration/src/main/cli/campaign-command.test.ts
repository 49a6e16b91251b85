import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFloor } from '../../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../../support/postgres';
import { runSantun, type CommandResult } from '../../../../support/run-santun';

jest.setTimeout(240_000);

let database: TestDatabase;
let folder: string;
let code: string;
let pool: string;
beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'santun-campaign-'));
  database = await createTestDatabase();
  const floor = await makeFloor(database.db);
  await floor.addDebtor({ province: 'ID-BA' });
  const { rows } = await database.db.query<{ code: string; pool: string }>(
    'select c.code, p.name as pool from creditor c, pool p where c.id = $1',
    [floor.creditorId],
  );
  ({ code, pool } = rows[0]!);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

const campaign = (...args: string[]): Promise<CommandResult> => {
  const env = {
    DATABASE_URL: database.url,
    SANTUN_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  return runSantun(['campaign', ...args], env, folder);
};
const write = (name: string, more: string): void => {
  const head = `format: santun-campaign/1\ncreditor: ${code}\nname: November\npools: [${pool}]\n`;
  writeFileSync(join(folder, name), head + more);
};

it('tells mistakes as file, line and column, with and without a database', async () => {
  write('wrong.yaml', 'retry:\n  buzy: { afterMinutes: 20 }\n');
  const line =
    /^wrong\.yaml:6:3 retry\.buzy: is not a known field; accepted: busy\? one of busy, no_answer/;
  const alone = await runSantun(['campaign', 'validate', 'wrong.yaml'], {}, folder);
  expect(alone).toMatchObject({ exitCode: 2, stdout: expect.stringMatching(line) as string });
  write('unknown.yaml', 'rulePacks: [ID.POLICY.HOUS]\n');
  const { exitCode, stdout } = await campaign('validate', 'wrong.yaml', 'unknown.yaml');
  expect(stdout).toMatch(line);
  expect(stdout).toMatch(/^unknown\.yaml:5:13 rulePacks\[0\]: .*accepted: ID\.POLICY\.HOUSE\?/m);
  expect(exitCode).toBe(2);
  const applied = await campaign('apply', 'wrong.yaml', '--reason', 'none');
  expect(applied).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(line) as string });
});

it('plans, applies, compares, and exports what applied again changes nothing', async () => {
  write('november.yaml', 'accounts: { province: [ID-BA] }\nrulePacks: [DEMO.OPEN]\n');
  const planned = await campaign('plan', 'november.yaml', '--samples');
  expect(planned.stderr).toBe('');
  expect(planned.stdout).toMatch(/^1 open accounts; 1 due by \d{4}-\d\d-\d\d, 1 may be called/);
  expect(planned.stdout).toMatch(/^A-\d+-0 +\d+ +IDR 15000000 +- +ID-BA +- +\+62/m);
  expect(planned.stdout).toMatch(/^09:00 +Asia\/Makassar +1 +0$/m);
  expect(planned.stdout).toContain('Not enough data to say what comes of them: 0 calls on 0 of');
  expect(planned.stdout).not.toContain('Orang');

  const past = await campaign('plan', 'november.yaml', '--date', '2026-01-05');
  expect(past.stderr).toMatch(/^--date: 2026-01-05 is over; accepted: \d{4}-\d\d-\d\d or later\n$/);
  expect(past.exitCode).toBe(2);

  const first = await campaign(
    'apply',
    'november.yaml',
    '--reason',
    'a start',
    '--if-version',
    '0',
  );
  expect(first.stderr).toMatch(/^November: created; version 1, draft\./);
  const paced = await campaign('pace', 'november.yaml', '--day', '2026-01-02');
  expect(paced.exitCode).toBe(2);
  expect(paced.stderr).toContain(
    '--day 2026-01-02: no calls on that day; accepted: a day with calls',
  );
  write('november.yaml', 'accounts: { province: [ID-BA, ID-NB] }\nrulePacks: [DEMO.OPEN]\n');
  const diff = await campaign('diff', 'november.yaml');
  expect(diff.stdout).toBe('+ accounts.province[1]: "ID-NB"\n');
  const late = await campaign('apply', 'november.yaml', '--reason', 'x', '--if-version', '0');
  expect(late).toMatchObject({ exitCode: 2 });
  const second = await campaign('apply', 'november.yaml', '--reason', 'more');
  expect(second.stderr).toMatch(/^November: changed; version 2/);

  const exported = await campaign('export', 'November', '--creditor', code);
  writeFileSync(join(folder, 'again.yaml'), exported.stdout);
  const again = await campaign('apply', 'again.yaml', '--reason', 'nothing');
  expect(again.stderr).toMatch(/^November: unchanged; version 2/);
  const old = await campaign('export', 'November', '--creditor', code, '--version', '1', '--json');
  expect(JSON.parse(old.stdout)).toMatchObject({ accounts: { province: ['ID-BA'] } });
  const none = await campaign('export', 'December', '--creditor', code);
  expect(none).toMatchObject({ exitCode: 2, stderr: `${code} has no campaign December\n` });
});

it('shows how champion and challenger stand', async () => {
  const experiment = [
    'name: later-retries',
    'share: 20',
    'challenger: { retry: { busy: { afterMinutes: 90 } } }',
    'metric: promise_percent',
    'withinDays: 7',
    'leastPersons: 100',
    'alpha: 0.05',
    'guard: { complaintsPer1000: 2 }',
    'endsOn: 2099-12-31',
  ];
  const asked = ['experiment', 'November', '--creditor', code];
  write('november.yaml', 'rulePacks: [DEMO.OPEN]\n');
  await campaign('apply', 'november.yaml', '--reason', 'none');
  const none = await campaign(...asked);
  const reason = 'no document of November has named an experiment\n';
  expect(none).toMatchObject({ exitCode: 2, stderr: reason });
  write('november.yaml', `experiment:\n  ${experiment.join('\n  ')}\n`);
  await campaign('apply', 'november.yaml', '--reason', 'later');
  const { stdout } = await campaign(...asked);
  expect(stdout).toMatch(/^later-retries: running, until 2099-12-31\nARM +PEOPLE/);
  expect(stdout).toMatch(/^challenger +0 +0 +0 +- +0$/m);
  expect(stdout).toContain('for a better challenger 1, for a worse one 1; 40 decides');
  const other = await campaign(...asked, '--name', 'earlier');
  expect(other.stderr).toBe('November has no experiment earlier; it has later-retries\n');
});

it('prints the schema that examples name', async () => {
  const { stdout } = await runSantun(['campaign', 'schema'], {}, folder);
  expect(JSON.parse(stdout)).toEqual(
    JSON.parse(readFileSync('examples/campaign-document.schema.json', 'utf8')),
  );
});
