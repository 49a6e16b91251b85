import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createCreditor } from '../../src/db/creditors';
import { csv, importCounts, importFile, IMPORT_HEADER } from '../support/import-file';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

/** What the heap really holds: garbage is collected first. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

describe('importAccounts under load', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
    for (const code of ['bank-a', 'bank-b']) await createCreditor(test.db, { code, name: code });
  });
  afterEach(() => test.drop());

  it('takes the same file several times at once, and two creditors with the same persons', async () => {
    const rows = Array.from(
      { length: 1_500 },
      (_, n) =>
        `A${n},,Budi,00000015089${String(n + 10_001)},Bali,1,2026-11-05,0812000${String(n + 10_000)},,,`,
    );
    const file = csv(...rows);
    const reversed = csv(...rows.reverse());
    const reports = await Promise.all([
      importFile(test.db, file),
      importFile(test.db, reversed),
      importFile(test.db, file),
      importFile(test.db, reversed, { creditorCode: 'bank-b' }),
      importFile(test.db, file, { creditorCode: 'bank-b' }),
    ]);
    expect(reports.map((report) => [report.state, report.rejectedCount])).toEqual(
      reports.map(() => ['done', 0]),
    );
    expect(reports.reduce((sum, report) => sum + report.newCount, 0)).toBe(3_000);
    expect(reports.reduce((sum, report) => sum + report.unchangedCount, 0)).toBe(4_500);
    const { rows: total } = await test.db.query(
      'select (select count(*) from debtor)::int as debtors, (select count(*) from phone)::int as phones',
    );
    expect(total).toEqual([{ debtors: 1_500, phones: 1_500 }]);
  }, 60_000);

  it('reads 20,000 rows with flat memory', async () => {
    const held: number[] = [];
    async function* file(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${IMPORT_HEADER}\n`);
      for (let n = 0; n < 20_000; n += 1) {
        await Promise.resolve();
        if (n % 1_000 === 0) held.push(heldBytes());
        const last = String(n % 10_000).padStart(4, '0');
        yield Buffer.from(
          `A${n},,${'Budi '.repeat(30)},,Bali,1,2026-11-05,08${n < 10_000 ? 12 : 13}0000${last},,,\n`,
        );
      }
    }
    const report = await importFile(test.db, file());
    expect(importCounts(report)).toEqual([20_000, 0, 0, 0]);
    // how full the two batches in work are differs from look to look; the most they hold does not
    const most = (from: number, to: number): number => Math.max(...held.slice(from, to));
    expect(most(13, 20) - most(6, 13)).toBeLessThan(1_500_000);
  }, 120_000);
});
