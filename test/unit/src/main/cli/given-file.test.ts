import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { givenFile, readGivenText } from '../../../../../src/main/cli/given-file';

const folder = mkdtempSync(join(tmpdir(), 'santun-given-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, content: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

test('text, with and without a byte order mark', () => {
  expect(readGivenText(written('plain.yaml', 'name: Zoë'))).toBe('name: Zoë');
  expect(readGivenText(written('marked.yaml', '\uFEFFname: Zoë'))).toBe('name: Zoë');
});

test.each([
  ['utf-16.yaml', Buffer.from('\uFEFFname: Zoe', 'utf16le')],
  ['latin-1.yaml', Buffer.from('name: Zoë', 'latin1')],
  ['program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1])],
])('%s is not text', (name, content) => {
  const file = written(name, content);
  expect(() => readGivenText(file)).toThrow(
    `${file}: is not text in UTF-8; accepted: a file saved as UTF-8`,
  );
});

test('no file, a folder, a file taken for a folder', () => {
  const file = written('a.yaml', '');
  expect(() => givenFile(join(folder, 'gone'))).toThrow(/gone: there is no such file\nLooked for /);
  expect(() => givenFile(join(file, 'below'))).toThrow('there is no such file');
  expect(() => givenFile(folder)).toThrow('is a folder, not a file');
});

test('a file too large to be written by hand', () => {
  const file = written('large.json', '');
  truncateSync(file, 700_000_000);
  expect(() => readGivenText(file)).toThrow(`${file}: has 700 MB; accepted: at most 100 MB`);
});
