import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedPacks } from '../../../../../dialer/compliance/shipped/shipped-packs';
import { makeFloor } from '../../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../../support/postgres';
import { proposePack } from '../../../../support/rule-versions';
import { runSantun, type CommandResult } from '../../../../support/run-santun';

jest.setTimeout(90_000);

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'santun-rules-'));
  database = await createTestDatabase();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

const rules = (...args: string[]): Promise<CommandResult> => {
  const env = {
    DATABASE_URL: database.url,
    SANTUN_SECRET_KEY: Buffer.alloc(32, 1).toString('base64'),
  };
  return runSantun(['rules', ...args], env, folder);
};

it('list says what binds, what is proposed, and who proposed nothing yet', async () => {
  await proposePack(database.db, 'ID.POLICY.HOUSE', 2, []);
  const { exitCode, stdout, stderr } = await rules('list');
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^ID\.POLICY\.HOUSE@2 +proposed /m);
  expect(stdout).toMatch(/^ID\.POLICY\.HOUSE@1 +binding +policy /m);
  expect(exitCode).toBe(0);
});

it('diff tells which accounts and which decisions another version would change', async () => {
  const floor = await makeFloor(database.db, { rulePacks: ['ID.POLICY.HOUSE'] });
  await floor.addDebtor();
  const house = shippedPacks.find(({ id }) => id === 'ID.POLICY.HOUSE');
  const never = { id: 'never', kind: 'minDpd', force: 'policy', cite: 'test', min: 9_999 };
  const after = { ...house, version: 3, rules: [...(house?.rules ?? []), never] };
  writeFileSync(join(folder, 'after.json'), JSON.stringify(after));
  const { exitCode, stdout } = await rules(
    'diff',
    'ID.POLICY.HOUSE@1',
    'after.json',
    '--days',
    '7',
  );
  expect(stdout).toMatch(
    /^added never \(minDpd\)\n {2}Only from 9999 days past due\. House policy, not law: test\.$/m,
  );
  expect(stdout).toMatch(
    /^Accounts that change, .* WIB: 1 looked at, of 1 open accounts, 1 under this pack\n {2}permit → denial: 1 \(never: 1\)$/m,
  );
  expect(stdout).toMatch(/^Decisions that change, 7 last days: 0 decided again$/m);
  expect(exitCode).toBe(0);
  const json = await rules('diff', 'ID.POLICY.HOUSE@1', 'after.json', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    rules: [{ rule: 'never', change: 'added' }],
    accounts: { sampled: 1, totals: { permitsToDenials: { never: 1 } } },
  });
});

it('a database without a schema is told what to do', async () => {
  await database.db.query('drop schema public cascade', []);
  const { exitCode, stderr } = await rules('list');
  expect(stderr).toBe(
    'santun: the database of DATABASE_URL has no schema yet: run santun migrate first\n',
  );
  expect(exitCode).toBe(1);
});
