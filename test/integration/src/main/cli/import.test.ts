import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCreditor } from '../../../../../src/db/creditors';
import { csv, IMPORT_HEADER } from '../../../../support/import-file';
import { createTestDatabase, type TestDatabase } from '../../../../support/postgres';
import { runSantun, type CommandResult } from '../../../../support/run-santun';

describe('santun import', () => {
  let test: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'santun-import-'));
    await createCreditor(test.db, { code: 'bank-a', name: 'Bank A' });
  });
  afterAll(async () => {
    await test.drop();
    await rm(folder, { recursive: true });
  });
  const run = async (name: string, text: string | null): Promise<CommandResult> => {
    const file = join(folder, name);
    if (text !== null) await writeFile(file, text);
    return runSantun(['import', file, '--creditor', 'bank-a'], {
      DATABASE_URL: test.url,
      SANTUN_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    });
  };

  it('takes what a spreadsheet saves: a mark at the start, semicolons, line ends of two bytes', async () => {
    const file = csv(
      'A1,,Budi,,Bali,1500000,2026-11-05,081200000001,,,',
      'A2,,Siti,,Bali,1,2026-11-05,,,,',
    );
    const saved = `\u{feff}${file.replaceAll(',', ';').replaceAll('\n', '\r\n')}\r\n`;
    expect(await run('accounts.csv', saved)).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringMatching(
        /^Import of accounts\.csv for creditor bank-a\n +2 {2}new\n/,
      ) as unknown,
    });
  }, 120_000);

  it('tells a mistake of every row once', async () => {
    const rows = Array.from({ length: 300 }, (_, n) => `A${n},,Budi,,Bali,1,31/12/2026,,,,`);
    const { exitCode, stdout } = await run('dates.csv', csv(...rows));
    expect(exitCode).toBe(2);
    expect(stdout.split('\n').slice(4, -1)).toEqual([
      '      300  rejected',
      '',
      expect.stringMatching(
        /^ {2}line 2 and 99 more, due_date: the day or the month first.* Accepted: year-month-day/,
      ),
      expect.stringMatching(/^… and 200 more rows, kept with import /),
    ]);
  }, 120_000);

  it.each([
    ['nowhere.csv', null, /nowhere\.csv: there is no such file\nLooked for .*nowhere\.csv\.\n$/],
    ['.', null, /: is a folder, not a file\n/],
  ])(
    'ends with 2 and a reason for %s',
    async (name, text, reason) => {
      const { exitCode, stderr } = await run(name, text);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(reason);
    },
    120_000,
  );

  it.each([
    [
      'no-header.csv',
      'A1,,Budi,,Bali,1,2026-11-05,081200000001,,,\n',
      /not a header\. Accepted: .*, with , ; tab or \|/,
    ],
    ['twice.csv', `${IMPORT_HEADER},phone\n`, /column "phone" is there twice/],
    ['empty.csv', '', /the file is empty/],
  ])(
    'stops at %s',
    async (name, text, reason) => {
      const { exitCode, stdout } = await run(name, text);
      expect(exitCode).toBe(2);
      expect(stdout).toMatch(reason);
      expect(stdout).not.toMatch(/Budi|0812/);
    },
    120_000,
  );
});
