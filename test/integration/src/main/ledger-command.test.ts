import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { register } from '../../../../src/main/cli/ledger';
import { runSantun, type CommandResult } from '../../../support/run-santun';
import { makeSmallLedger, type SmallLedger } from '../../../support/small-ledger';

describe('santun ledger', () => {
  let ledger: SmallLedger;
  let folder: string;
  beforeAll(async () => {
    ledger = await makeSmallLedger();
    folder = await mkdtemp(join(tmpdir(), 'santun-ledger-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await ledger.drop();
  });

  const DAYS = ['--from', '2026-11-19', '--to', '2026-11-22'];
  const onDatabase = (args: readonly string[]): Promise<CommandResult> =>
    runSantun(['ledger', ...args], {
      DATABASE_URL: ledger.url,
      SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
  const SOMEBODY = '01900000-0000-7000-8000-000000000001';
  /** Without a database, without a configuration. */
  const offline = (args: readonly string[]): Promise<CommandResult> =>
    runSantun(['ledger', 'verify', ...args], {});
  const lastLine = ({ stdout }: CommandResult): string | undefined =>
    stdout.trimEnd().split('\n').at(-1);

  it('exports to a file, which verifies without the database', async () => {
    const file = join(folder, 'ledger.jsonl');
    expect(await onDatabase(['export', ...DAYS, '--out', file])).toMatchObject({ exitCode: 0 });
    const verified = await offline([file, ...DAYS]);
    expect(lastLine(verified)).toBe('14 entries verified');
    expect(verified.exitCode).toBe(0);
    expect(verified.stdout).toContain(
      `Key: ${ledger.signer.keyId}, 16 signatures, from the export`,
    );

    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"deny"', '"denY"').replace('\\"deny\\"', '\\"denY\\"'));
    const tampered = await offline([file, '--roots']);
    expect(lastLine(tampered)).toBe('1 problems');
    expect(tampered.exitCode).toBe(1);
    expect(tampered.stdout).toMatch(/entry 1, record [0-9a-f-]{36}: its record is not what/);
  }, 120_000);

  it('says once that a file is none of its own', async () => {
    const file = join(folder, 'accounts.csv');
    await writeFile(file, 'name,phone\n'.repeat(200));
    const { exitCode, stdout } = await offline([file]);
    expect(stdout).toBe('the file: is no export of the ledger\n1 problems\n');
    expect(exitCode).toBe(1);
    const replayed = await runSantun(['replay', '--file', file], {});
    expect(replayed.exitCode).toBe(2);
    expect(replayed.stderr).toContain('accounts.csv: is no export of the ledger, or was changed');
  }, 120_000);

  it('trusts the given keys alone', async () => {
    const { stdout: text } = await onDatabase(['export', ...DAYS]);
    const file = join(folder, 'pinned.jsonl');
    await writeFile(file, text);
    const [first = ''] = text.split('\n');
    const { keys } = JSON.parse(first) as { keys: { publicKey: string }[] };
    const pinned = keys.flatMap(({ publicKey }) => ['--key', publicKey]);
    expect(lastLine(await offline([...pinned, file]))).toBe('14 entries verified');
    const foreign = await offline([file, '--key', Buffer.alloc(32, 9).toString('base64')]);
    expect(foreign.exitCode).toBe(1);
    expect(foreign.stdout).toContain('which is no trusted key');
  }, 120_000);

  it('verifies the database itself', async () => {
    const verified = await onDatabase(['verify', ...DAYS]);
    expect(lastLine(verified)).toBe('14 entries verified');
    expect(verified.exitCode).toBe(0);
  }, 120_000);

  it('says that a file is of another creditor than was expected', async () => {
    const { rows } = await ledger.db.query<{ id: string; code: string }>(
      'select id, code from creditor',
    );
    const own = rows.find(({ id }) => id === ledger.creditorId)?.code ?? '';
    const other = rows.find(({ id }) => id !== ledger.creditorId)?.code ?? '';
    const file = join(folder, 'own.jsonl');
    await onDatabase(['export', ...DAYS, '--creditor', own, '--out', file]);
    const expected = await offline([file, '--creditor', own]);
    expect(expected.stdout).toContain(`Chain: ${ledger.chain}, ${own}\n`);
    expect(expected.exitCode).toBe(0);
    const swapped = await offline([file, '--creditor', other]);
    expect(swapped.stdout).toContain(`the file: is of ${own}, and ${other} is expected\n`);
    expect([lastLine(swapped), swapped.exitCode]).toEqual(['1 problems', 1]);
    const database = await onDatabase(['verify', ...DAYS, '--creditor', own]);
    expect(lastLine(database)).toBe('8 entries verified');
  }, 120_000);

  it('knows its creditors', async () => {
    const refused = await onDatabase(['export', ...DAYS, '--creditor', 'nobody']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/^there is no creditor nobody; accepted: \w/);
  }, 120_000);

  it.each([
    [
      ['export', '--from', '2026-11-31', '--to', '2026-12-01'],
      'a day of the calendar as yyyy-mm-dd',
    ],
    [['export', '--from', '2026-11-22', '--to', '2026-11-21'], 'is after --to 2026-11-21'],
    [['verify', '--from', '2026-11-22'], '--from and --to belong together'],
    [['verify'], 'name an export, or --from and --to'],
    [['verify', ...['--from', '2026-11-22', '--to', '2026-11-22', '--debtor', SOMEBODY]], 'a file'],
    [['verify', 'absent.jsonl'], 'no such file'],
    [['verify', 'x', '--key', 'short'], '32 bytes in base64'],
  ])('refuses %j', async (args, reason) => {
    const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
    register(program);
    await expect(program.parseAsync(['ledger', ...args], { from: 'user' })).rejects.toThrow(reason);
  });
});
