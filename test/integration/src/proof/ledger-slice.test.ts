import { exportSlice } from '../../../../src/proof/export-slice';
import { makeSmallLedger, verifyText, type SmallLedger } from '../../../support/small-ledger';

const NOW = new Date('2026-11-22T10:00:00Z');

const DEBTOR = '01900000-0000-7000-8000-000000000001';

let ledger: SmallLedger;
let slice: string;
beforeAll(async () => {
  ledger = await makeSmallLedger();
  // of three days: two closed, one open
  const ids = [1, 3, 4, 7].map((place) => ledger.ids[place] ?? '');
  slice = '';
  for await (const line of exportSlice(ledger.db, {
    ids,
    creditor: null,
    debtorId: DEBTOR,
    files: [{ name: 'bundle.json', sha256: 'ab'.repeat(32) }],
    signer: ledger.signer,
    now: NOW,
  })) {
    slice += line;
  }
});
afterAll(() => ledger.drop());

const lines = (): string[] => slice.trimEnd().split('\n');

describe('a slice of the ledger', () => {
  it('verifies without the database, and says what no root covers yet', async () => {
    const report = await verifyText(slice);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ entries: 4, problemCount: 0, chains: [ledger.chain] });
    expect(report.files).toEqual([{ name: 'bundle.json', sha256: 'ab'.repeat(32) }]);
    expect(report.notes).toEqual(['1 of them chained, and of a day that no root had closed yet']);
  });

  it('holds nothing of other entries', () => {
    for (const place of [2, 5, 6]) expect(slice).not.toContain(ledger.ids[place]);
    expect(slice).toContain(ledger.ids[3]);
  });

  it('verifies with the key that is trusted, and with no other', async () => {
    const own = await verifyText(slice, { pinned: [ledger.signer.publicKey] });
    expect(own.problemCount).toBe(0);
    const other = await verifyText(slice, { pinned: [Buffer.alloc(32, 9)] });
    expect(other.problems.join()).toContain('which is no trusted key');
  });

  it('finds any one changed byte', async () => {
    const bytes = Buffer.from(slice);
    // a prime step: every kind of line and field is hit
    for (let at = 0; at < bytes.length; at += 37) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const { problemCount } = await verifyText(changed);
      expect([at, problemCount > 0]).toEqual([at, true]);
    }
  });

  it('finds a line that is missing, moved or doubled', async () => {
    for (let at = 0; at < lines().length; at++) {
      const missing = lines().filter((_line, index) => index !== at);
      expect((await verifyText(`${missing.join('\n')}\n`)).problemCount).toBeGreaterThan(0);
      const doubled = lines().flatMap((line, index) => (index === at ? [line, line] : [line]));
      expect((await verifyText(`${doubled.join('\n')}\n`)).problemCount).toBeGreaterThan(0);
      const moved = [...missing.slice(0, -1), lines()[at] ?? '', missing.at(-1) ?? ''];
      if (at < lines().length - 2) {
        expect((await verifyText(`${moved.join('\n')}\n`)).problemCount).toBeGreaterThan(0);
      }
    }
    expect((await verifyText(slice.slice(0, -1))).problems).toEqual([
      'the file: does not end with a line end',
    ]);
  });
});
