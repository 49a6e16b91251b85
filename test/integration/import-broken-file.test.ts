import { createCreditor } from '../../src/db/creditors';
import type { ImportReport } from '../../src/domain/import-report';
import {
  csv,
  importCounts,
  importFile,
  IMPORT_HEADER,
  type FileData,
} from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

describe('importAccounts of a broken file', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    await createCreditor(test.db, { code: 'bank-a', name: 'Bank A' });
  });
  afterEach(() => test.drop());
  const run = (data: FileData): Promise<ImportReport> => importFile(test.db, data);

  it.each([
    ['', 'the file is empty'],
    [`${IMPORT_HEADER},phone2\n`, 'unknown column "phone2": is "phone_2" meant?'],
  ])('tells what is wrong with a file that it cannot read: %j', async (file, error) => {
    const report = await run(file);
    expect(report).toMatchObject({ state: 'failed', fileSha256: null, newCount: 0 });
    expect(report.error).toContain(error);
  });

  it('keeps the rows before a fault, and goes on when the file comes again', async () => {
    const good = csv(
      'A1,,Budi,,Bali,1,2026-11-05,081200000001,,,',
      'A2,,Siti,,Bali,1,2026-11-05,081200000002,,,',
    );
    const broken = await run(`${good}\nA3,,"Rina,,Bali,1,2026-11-05,,,,\n`);
    expect(broken).toMatchObject({ state: 'failed', newCount: 2 });
    expect(broken.error).toMatch(/line 4 is never closed/);
    expect(importCounts(await run(`${good}\nA3,,Rina,,Bali,1,2026-11-05,,,,`))).toEqual([
      1, 0, 2, 0,
    ]);
  });

  it('reports a transfer that breaks off, and does not take half a row for a whole one', async () => {
    async function* cutOff(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield Buffer.from(
        `${IMPORT_HEADER.split(',').slice(0, 7).join(',')}\nA1,,Budi,,Bali,1,2026-11-0`,
      );
      throw new Error('aborted');
    }
    const report = await run(cutOff());
    expect(report).toMatchObject({ state: 'failed', newCount: 0, rejectedCount: 0 });
    expect(report.error).toMatch(/cut off/);
  });
});
