import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { keepSigningKey } from '../../../../src/db/signing-keys';
import { createSigner } from '../../../../src/proof/sign';
import { alterKept } from '../../../support/alter-kept';
import { makeSmallLedger, verifyText, type SmallLedger } from '../../../support/small-ledger';

let ledger: SmallLedger;
/** The whole of it. */
let file: string;
beforeAll(async () => {
  ledger = await makeSmallLedger();
  file = await ledger.exported();
});
afterAll(() => ledger.drop());

const lines = (): string[] => file.split('\n').slice(0, -1);
const joined = (rows: readonly string[]): string => rows.map((row) => `${row}\n`).join('');
const own = (): string => ledger.chain;
/** Index of the line that holds an entry of the first creditor's chain. */
const lineOf = (seq: number): number =>
  lines().findIndex((row) => row.includes(`"${own()}"`) && row.includes(`"seq":${seq},`));

describe('an export', () => {
  it('verifies, with every signature or by its roots', async () => {
    for (const mode of ['full', 'roots'] as const) {
      const report = await verifyText(file, { mode, days: ledger.days });
      expect(report).toMatchObject({
        entries: 14,
        problemCount: 0,
        problems: [],
        days: ledger.days,
      });
      expect(report.chains).toHaveLength(3);
      // 12 decisions, 4 roots, the footer
      expect(report.keys).toEqual([{ id: ledger.signer.keyId, pinned: false, signatures: 17 }]);
    }
  });

  it('says the same however many entries are read at once', async () => {
    expect(await ledger.exported({ page: 2 })).toBe(file);
  });

  it('of one creditor holds that chain alone', async () => {
    const report = await verifyText(await ledger.exported({ creditorId: ledger.creditorId }));
    expect(report).toMatchObject({ entries: 8, problemCount: 0, chains: [own()] });
  });

  it('of a later day begins where the chain stood', async () => {
    const text = await ledger.exported({ from: '2026-11-21', to: '2026-11-21' });
    expect(await verifyText(text)).toMatchObject({ entries: 4, problemCount: 0 });
    const { problems } = await verifyText(text, { days: ledger.days });
    expect(problems).toEqual([
      'line 1: holds 2026-11-21 to 2026-11-21, not all of 2026-11-19 to 2026-11-22',
    ]);
  });

  it('of days without a decision holds none, and verifies', async () => {
    const text = await ledger.exported({ from: '2026-01-01', to: '2026-01-31' });
    expect(await verifyText(text)).toMatchObject({ entries: 0, problemCount: 0 });
  });

  it('with facts carries the whole input of each decision', async () => {
    const text = await ledger.exported({ facts: true });
    expect(await verifyText(text)).toMatchObject({ entries: 14, problemCount: 0 });
    expect(text).toContain('"facts":"{');
    expect(file).not.toContain('"facts":"{');
  });

  it('stays verifiable after the key was changed', async () => {
    const next = createSigner(generateKeyPairSync('ed25519').privateKey);
    await keepSigningKey(ledger.db, next);
    const report = await verifyText(await ledger.exported({ signer: next }));
    expect(report.problemCount).toBe(0);
    expect(report.keys.map(({ id, signatures }) => [id, signatures])).toEqual([
      [ledger.signer.keyId, 16],
      [next.keyId, 1],
    ]);
    const pinned = [next.publicKey];
    expect(
      (await verifyText(await ledger.exported({ signer: next }), { pinned })).problems,
    ).toContain(
      `line 3, ${own()}, entry 1, record ${ledger.ids[1]!}: is signed with ${ledger.signer.keyId}, which is no trusted key`,
    );
  });

  it('is trusted with the pinned key alone', async () => {
    const pinned = [ledger.signer.publicKey];
    expect(await verifyText(file, { pinned })).toMatchObject({
      problemCount: 0,
      keys: [{ id: ledger.signer.keyId, pinned: true }],
    });
    const foreign = [createSigner(generateKeyPairSync('ed25519').privateKey).publicKey];
    for (const mode of ['full', 'roots'] as const) {
      const { problems } = await verifyText(file, { pinned: foreign, mode });
      expect(problems.join('\n')).toContain(
        `the root of 2026-11-20 is signed with ${ledger.signer.keyId}`,
      );
      expect(problems.join('\n')).toContain(
        `record ${ledger.ids[1]!}: is signed with ${ledger.signer.keyId}`,
      );
      expect(problems.join('\n')).toContain(`the footer: is signed with ${ledger.signer.keyId}`);
    }
  });
});

describe.each(['full', 'roots'] as const)('what is wrong is named (%s)', (mode) => {
  const changed = async (change: (rows: string[]) => string[]): Promise<readonly string[]> =>
    (await verifyText(joined(change(lines())), { mode })).problems;
  const at = (seq: number, shown = seq): string =>
    `line ${lineOf(shown) + 1}, ${own()}, entry ${seq}, record ${ledger.ids[seq]!}`;

  it('a changed record', async () => {
    const index = lineOf(2);
    const problems = await changed((rows) =>
      rows.map((row, i) => (i === index ? row.replace('POJK22.hours', 'POJK22.houre') : row)),
    );
    expect(problems).toEqual([`${at(2)}: its record is not what ${ledger.signer.keyId} signed`]);
  });

  it('a missing row', async () => {
    const index = lineOf(2);
    const problems = await changed((rows) => rows.filter((_, i) => i !== index));
    expect(problems).toEqual([
      `line ${index + 1}, ${own()}: entry 2 is missing before entry 3`,
      `line ${index + 1}, ${own()}: the root of 2026-11-20 covers entries 1 to 3, and 2 of these 3 follow it`,
      'the file: has 13 entries, and 14 in the footer',
    ]);
  });

  it('a missing row at the end of a chain', async () => {
    const index = lineOf(8);
    const problems = await changed((rows) => rows.filter((_, i) => i !== index));
    expect(problems.join('\n')).toContain(`${own()}: entry 8 is missing at the end`);
  });

  it('rows that changed places', async () => {
    const first = lineOf(1);
    const problems = await changed((rows) => {
      [rows[first], rows[first + 1]] = [rows[first + 1]!, rows[first]!];
      return rows;
    });
    expect(problems).toContain(`line ${first + 1}, ${own()}: entry 1 is missing before entry 2`);
    expect(problems).toContain(
      `line ${first + 2}, ${own()}, entry 1, record ${ledger.ids[1]!}: stands out of order, behind entry 2`,
    );
  });

  it('a row that stands twice', async () => {
    const index = lineOf(4);
    const problems = await changed((rows) =>
      rows.flatMap((row, i) => (i === index ? [row, row] : [row])),
    );
    expect(problems).toContain(
      `line ${index + 2}, ${own()}, entry 4, record ${ledger.ids[4]!}: stands here once more, behind entry 4`,
    );
  });

  it('a missing root', async () => {
    const index = lines().findIndex((row) => row.includes('"type":"root"'));
    const problems = await changed((rows) => rows.filter((_, i) => i !== index));
    expect(problems.join('\n')).toContain('has 1 roots here, and 2 in the footer');
  });

  it('a missing last root, with what no root covers then', async () => {
    const index = lines().findLastIndex(
      (row) => row.includes('"type":"root"') && row.includes(`"chain":"${own()}"`),
    );
    const problems = await changed((rows) => rows.filter((_, i) => i !== index));
    expect(problems.join('\n')).toContain(
      `${own()}: has 1 roots here, and 2 in the footer: none covers entries 4 to 8`,
    );
  });

  it.each([
    ['"from":"2026-11-19"', '"from":"2026-11-18"'],
    ['"to":"2026-11-22"', '"to":"2026-11-23"'],
    ['"facts":false', '"facts":true'],
  ])('a header that says %s no more', async (was, is) => {
    const problems = await changed(([header = '', ...rows]) => [header.replace(was, is), ...rows]);
    expect(problems).toContain('line 1: is not the header that was signed');
  });

  it('facts that were taken out, and rules that decisions rest on', async () => {
    const whole = (await ledger.exported({ facts: true })).split('\n').slice(0, -1);
    const told = async (change: (row: string) => string | []): Promise<string> =>
      (await verifyText(joined(whole.flatMap(change)), { mode })).problems.join('\n');
    expect(await told((row) => row)).toBe('');
    const here = `record ${ledger.ids[2]!}`;
    expect(
      await told((row) =>
        row.includes(`\\"id\\":\\"${ledger.ids[2]!}`)
          ? row.replace(/"facts":"(?:[^"\\]|\\.)*",/, '')
          : row,
      ),
    ).toMatch(new RegExp(`^line \\d+, ${own()}, entry 2, ${here}: its facts are missing$`));
  });

  it('a finding in the database that was taken out of the file', async () => {
    await alterKept(ledger.db, `update decision set denied_by = 'ID.HOUSE.gap' where id = $1`, [
      ledger.ids[2],
    ]);
    const [honest, silenced] = [await ledger.exported(), await ledger.exported()];
    await alterKept(
      ledger.db,
      `update decision set denied_by = record::jsonb ->> 'deniedBy' where id = $1`,
      [ledger.ids[2]],
    );
    const problems = async (text: string): Promise<readonly string[]> =>
      (await verifyText(text, { mode })).problems;
    expect(await problems(honest)).toHaveLength(1);
    expect(await problems(silenced.replace('"differs":["deniedBy"],', ''))).toEqual([
      'the file: tells of 0 things wrong in the database, and 1 in the footer',
    ]);
  });

  it('a file that was cut off', async () => {
    expect(await changed((rows) => rows.slice(0, -1))).toEqual([
      'the file: is cut off: it has no footer',
    ]);
    expect((await verifyText('', { mode })).problems).toEqual(['the file: is empty']);
    expect((await verifyText(file.slice(0, -1), { mode })).problems).toEqual([
      'the file: does not end with a line end',
    ]);
  });

  it('and every problem, not the first alone', async () => {
    const [first, second] = [lineOf(2), lineOf(6)];
    const problems = await changed((rows) =>
      rows.map((row, i) =>
        i === first || i === second ? row.replace('POJK22.hours', 'POJK22.houre') : row,
      ),
    );
    expect(problems).toEqual([
      `${at(2)}: its record is not what ${ledger.signer.keyId} signed`,
      `${at(6)}: its record is not what ${ledger.signer.keyId} signed`,
    ]);
  });
});

describe.each(['full', 'roots'] as const)('nothing gets past it (%s)', (mode) => {
  const found = async (bytes: string | Buffer): Promise<boolean> =>
    (await verifyText(bytes, { mode })).problemCount > 0;

  it('no flipped bit in any byte', async () => {
    const whole = Buffer.from(file);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const bytes = Buffer.from(whole);
          bytes[at] = bytes[at]! ^ flip;
          expect([at, flip, await found(bytes)]).toEqual([at, flip, true]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('no row dropped, doubled or moved', async () => {
    const rows = lines();
    const index = fc.integer({ min: 0, max: rows.length - 1 });
    await fc.assert(
      fc.asyncProperty(index, index, async (from, to) => {
        const dropped = rows.filter((_, i) => i !== from);
        const doubled = dropped.toSpliced(to, 0, rows[from]!, rows[from]!);
        const moved = dropped.toSpliced(to, 0, rows[from]!);
        expect([from, await found(joined(dropped))]).toEqual([from, true]);
        expect([from, to, await found(joined(doubled))]).toEqual([from, to, true]);
        expect([from, to, await found(joined(moved))]).toEqual([from, to, from !== to]);
      }),
      { numRuns: 60 },
    );
  });
});
