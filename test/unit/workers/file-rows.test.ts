import { FileProblem } from '../../../workers/file-problem';
import { MAX_ROW_BYTES, readCsvRows, readJsonRows, type FileRow } from '../../../workers/file-rows';

const HEADER = 'external_account_id,name,amount_due,due_date';

async function* inPieces(data: string | Buffer, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(data);
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}
async function rowsOf(
  read: typeof readCsvRows,
  data: string | Buffer,
  size = 7,
): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const row of read(inPieces(data, size))) rows.push(row);
  return rows;
}
const short = (rows: FileRow[]): unknown[] =>
  rows.map((row) => [row.line, 'raw' in row ? row.raw['name'] : row.problem.reason]);

describe('readCsvRows', () => {
  it.each([1, 2, 3, 7, 65_536])(
    'reads rows with their first line, in pieces of %d bytes',
    async (size) => {
      const file = [
        `\u{feff}${HEADER}`,
        'A1,Budi,1,2026-11-05',
        '',
        'A2,"Siti\r\nAminah, S.H.",1,2026-11-05',
        ',,,',
        'A3,"Toko ""Maju""",1,2026-11-05',
        'A4,Toko "Jaya",1,2026-11-05',
        'A5,short',
        'A6,Rina,1,2026-11-05',
      ].join('\r\n');
      expect(short(await rowsOf(readCsvRows, file, size))).toEqual([
        [2, 'Budi'],
        [4, 'Siti\r\nAminah, S.H.'],
        [7, 'Toko "Maju"'],
        [8, 'Toko "Jaya"'],
        [9, 'has 2 values, the header has 4 columns'],
        [10, 'Rina'],
      ]);
    },
  );

  it('takes semicolons, mixed line ends and a byte that is no UTF-8', async () => {
    const file = Buffer.concat([
      Buffer.from(`${HEADER.replaceAll(',', ';')}\r\nA1;Budi, S.H.;1;2026-11-05\nA2;Bu`),
      Buffer.from([0xe9]),
      Buffer.from('di;1;2026-11-05\r\n'),
    ]);
    expect(short(await rowsOf(readCsvRows, file))).toEqual([
      [2, 'Budi, S.H.'],
      [3, 'Bu\u{fffd}di'],
    ]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /the file is empty/],
    ['a file of blank lines', '\n\n', /the file is empty/],
    ['an unknown column', `${HEADER},phone2\n`, /is "phone_2" meant/],
    ['UTF-16', Buffer.from(`\u{feff}${HEADER}\n`, 'utf16le'), /UTF-16/],
    ['a spreadsheet', 'PK\u0003\u0004rest', /spreadsheet/],
    ['a packed file', Buffer.from([0x1f, 0x8b, 8, 0]), /packed/],
    [
      'an open quote',
      `${HEADER}\nA1,"Budi,1,2026-11-05\nA2,Siti,1,2026-11-05\n`,
      /opens in the row at line 2 is never closed/,
    ],
  ])('refuses %s', async (_what, file, reason) => {
    const reading = rowsOf(readCsvRows, file);
    await expect(reading).rejects.toThrow(FileProblem);
    await expect(reading).rejects.toThrow(reason);
  });

  it('gives up on a row without end, having read little of it', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield Buffer.from(`${HEADER}\nA1,"`);
      for (; sent < 200_000_000; sent += 65_536) yield Buffer.alloc(65_536, 'x');
    }
    const rows = readCsvRows(endless());
    await expect(rows.next()).rejects.toThrow(/the row at line 2 is longer than/);
    expect(sent).toBeLessThan(2_000_000);
  });

  it('tells of a header in the middle of the rows', async () => {
    const good = 'A1,Budi,1,2026-11-05';
    expect(short(await rowsOf(readCsvRows, [HEADER, good, HEADER, good].join('\n')))).toEqual([
      [2, 'Budi'],
      [3, 'a header once more'],
      [4, 'Budi'],
    ]);
  });

  it('takes a header alone as a file without rows', async () => {
    expect(await rowsOf(readCsvRows, `${HEADER}\n`)).toEqual([]);
  });
});

describe('readJsonRows', () => {
  it.each([1, 3, 65_536])(
    'reads objects, and faults line by line, in pieces of %d bytes',
    async (size) => {
      const file = [
        '\u{feff}{"name":"Búdi"}',
        '',
        '{"name":',
        '[1]',
        '"x"',
        '{"name":"Rina"}',
      ].join('\r\n');
      expect(short(await rowsOf(readJsonRows, file, size))).toEqual([
        [1, 'Búdi'],
        [3, 'not JSON'],
        [4, 'not a JSON object'],
        [5, 'not a JSON object'],
        [6, 'Rina'],
      ]);
    },
  );

  it('passes over a line that is too long', async () => {
    const long = `{"name":"${'x'.repeat(3 * MAX_ROW_BYTES)}"}`;
    expect(short(await rowsOf(readJsonRows, `${long}\n{"name":"Rina"}`, 10_000))).toEqual([
      [1, `longer than ${MAX_ROW_BYTES} characters`],
      [2, 'Rina'],
    ]);
  });

  it.each([
    ['', /the file is empty/],
    [' [{"name":"Budi"}]', /one JSON array/],
    [`${HEADER}\nA1,Budi,1,2026-11-05\n`, /the file is CSV, not JSON/],
    [HEADER.replaceAll(',', ';'), /the file is CSV, not JSON/],
  ])('refuses %j', async (file, reason) => {
    await expect(rowsOf(readJsonRows, file)).rejects.toThrow(reason);
  });
});
