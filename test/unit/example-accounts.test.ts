import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseImportRow } from '../../src/domain/import-row';
import { candidateZones } from '../../src/domain/province-zone';
import { readCsvRows } from '../../workers/file-rows';
import { makeExampleAccounts } from '../support/make-example-accounts';

const FILE = join(__dirname, '..', '..', 'examples', 'accounts.csv');

describe('examples/accounts.csv', () => {
  it('is what its maker makes', () => {
    expect(readFileSync(FILE, 'utf8')).toBe(makeExampleAccounts());
  });

  it('holds 500 good rows of the three zones, with numbers of 000 blocks alone', async () => {
    const zones = new Map<string, number>();
    const debtorNumbers = new Map<string, string>();
    let accounts = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield readFileSync(FILE);
    }
    for await (const item of readCsvRows(bytes())) {
      const parsed = parseImportRow('raw' in item ? item.raw : {}, {
        currency: 'IDR',
        country: 'ID',
        today: '2026-11-23',
      });
      if ('problems' in parsed) throw new Error(JSON.stringify([item.line, parsed.problems]));
      const { row } = parsed;
      accounts += 1;
      const zone = candidateZones({ statedZone: row.timeZone, province: row.province }).join();
      zones.set(zone, (zones.get(zone) ?? 0) + 1);
      for (const phone of row.phones) {
        expect(phone.e164).toMatch(/^\+628\d\d0000\d{4}$/);
        const person = row.nationalId ?? row.externalDebtorId;
        expect(debtorNumbers.get(phone.e164) ?? person).toBe(person);
        debtorNumbers.set(phone.e164, person);
      }
    }
    expect(accounts).toBe(500);
    for (const zone of ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura']) {
      expect(zones.get(zone)).toBeGreaterThan(80);
    }
    expect(zones.get('Asia/Jakarta,Asia/Makassar,Asia/Jayapura')).toBeGreaterThan(5);
  });
});
