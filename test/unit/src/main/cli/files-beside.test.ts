import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { withFilesBeside } from '../../../../../src/main/cli/files-beside';
import type { VerifyReport } from '../../../../../src/proof/verify-export';

const PAGE = 'the page';
const REPORT: VerifyReport = {
  ...{ entries: 3, problems: [], problemCount: 0, days: null, chains: [], creditors: [] },
  ...{ debtorId: null, keys: [], notes: [] },
  files: [{ name: 'index.html', sha256: createHash('sha256').update(PAGE).digest('hex') }],
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'santun-beside-'));
  await put('ledger.jsonl', 'entries');
  await put('index.html', PAGE);
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), content);
}
const told = (report: VerifyReport = REPORT): Promise<VerifyReport> =>
  withFilesBeside(report, join(folder, 'ledger.jsonl'));

it('finds nothing wrong with the files that were signed', async () => {
  expect(await told()).toMatchObject({
    problemCount: 0,
    notes: ['beside it and as signed: index.html'],
  });
});

it('names each file that was put among them, below them too, each on a line of its own', async () => {
  await put('.hidden', '');
  await put('more/deeper/index.html', PAGE);
  await put('a\n3 entries verified', '');
  expect(await told()).toMatchObject({
    problemCount: 3,
    problems: [
      '.hidden: was put here, and nobody signed for it',
      'a\\u{a}3 entries verified: was put here, and nobody signed for it',
      'more/deeper/index.html: was put here, and nobody signed for it',
    ],
  });
});

it('does so too where a signed one was changed', async () => {
  await put('index.html', 'another page');
  await put('letter.pdf', '');
  expect((await told()).problems).toEqual([
    'index.html: is not the file that was signed',
    'letter.pdf: was put here, and nobody signed for it',
  ]);
});

it('leaves alone what lies beside a file that came without those signed with it', async () => {
  await rm(join(folder, 'index.html'));
  await put('letter.pdf', '');
  expect(await told()).toMatchObject({
    problemCount: 0,
    notes: ['signed with it and not found beside it: index.html'],
  });
});

it('looks for nothing beside a file that signs for none', async () => {
  await put('letter.pdf', '');
  expect(await told({ ...REPORT, files: [] })).toMatchObject({ problemCount: 0, notes: [] });
});
