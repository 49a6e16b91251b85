import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { SignedFile } from '../../proof/slice-format';
import type { VerifyReport } from '../../proof/verify-export';

/** Signed files, by what became of them. */
interface Beside {
  readonly same: string[];
  readonly changed: string[];
  readonly absent: string[];
}

/**
 * The report of a file with what became of those that are signed with it: one that was changed is a problem,
 * and so is one that lies among them and that nobody signed for; one that is not there is a note, for a slice
 * verifies alone too.
 * @param file where it lies; null: it came by itself, and nothing was looked for
 */
export async function withFilesBeside(
  report: VerifyReport,
  file: string | null,
): Promise<VerifyReport> {
  const { files } = report;
  if (files.length === 0) return report;
  if (file === null) {
    const unseen = files.map(({ name }) => name);
    return {
      ...report,
      notes: [
        ...report.notes,
        ...note(unseen, 'signed with it and not looked for, as it was read from stdin'),
      ],
    };
  }
  const found = await compareAll(dirname(file), files);
  // alone it lies anywhere, among files that have nothing to do with it
  const isPack = found.same.length + found.changed.length > 0;
  const unsigned = isPack ? await unsignedBeside(file, files) : [];
  const problems = [
    ...found.changed.map((name) => `${name}: is not the file that was signed`),
    ...unsigned.map((name) => `${printable(name)}: was put here, and nobody signed for it`),
  ];
  return {
    ...report,
    problems: [...report.problems, ...problems],
    problemCount: report.problemCount + problems.length,
    notes: [
      ...report.notes,
      ...note(found.same, 'beside it and as signed'),
      ...note(found.absent, 'signed with it and not found beside it'),
    ],
  };
}

const note = (names: readonly string[], what: string): string[] =>
  names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];

async function compareAll(folder: string, files: readonly SignedFile[]): Promise<Beside> {
  const found: Beside = { same: [], changed: [], absent: [] };
  for (const file of files) found[await compare(folder, file)].push(file.name);
  return found;
}

async function compare(folder: string, file: SignedFile): Promise<keyof Beside> {
  const digest = createHash('sha256');
  try {
    await pipeline(createReadStream(join(folder, file.name)), digest);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'absent';
    if (code === 'EISDIR') return 'changed';
    throw error;
  }
  return digest.digest('hex') === file.sha256 ? 'same' : 'changed';
}

/** Paths in the file's folder, and in those below it, that are neither the file nor signed with it. */
async function unsignedBeside(file: string, files: readonly SignedFile[]): Promise<string[]> {
  const folder = dirname(file);
  const known = new Set([basename(file), ...files.map(({ name }) => name)]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !known.has(path))
    .sort();
}

/** A name that whoever put the file there has chosen: it stays on its line of the report. */
function printable(name: string): string {
  return name.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
