import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { SignedFile } from '../../proof/slice-format';
import type { VerifyReport } from '../../proof/verify-export';

/**
 * The report of a file with what became of those that are signed with it: one that was changed is a problem,
 * one that is not there a note, for a slice verifies alone too.
 * @param folder where the file lies; null: it came by itself, and nothing was looked for
 */
export async function withFilesBeside(
  report: VerifyReport,
  folder: string | null,
): Promise<VerifyReport> {
  const found = { same: [] as string[], absent: [] as string[], unseen: [] as string[] };
  const problems: string[] = [];
  for (const file of report.files) {
    const state = folder === null ? 'unseen' : await compare(folder, file);
    if (state === 'changed') problems.push(`${file.name}: is not the file that was signed`);
    else found[state].push(file.name);
  }
  const note = (names: readonly string[], what: string): string[] =>
    names.length === 0 ? [] : [`${what}: ${names.join(', ')}`];
  return {
    ...report,
    problems: [...report.problems, ...problems],
    problemCount: report.problemCount + problems.length,
    notes: [
      ...report.notes,
      ...note(found.same, 'beside it and as signed'),
      ...note(found.absent, 'signed with it and not found beside it'),
      ...note(found.unseen, 'signed with it and not looked for, as it was read from stdin'),
    ],
  };
}

async function compare(folder: string, file: SignedFile): Promise<'same' | 'changed' | 'absent'> {
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
