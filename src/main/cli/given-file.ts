import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { givenPath } from './given-path';
import { InputError } from './input-error';

/**
 * The absolute path of a file that the person named, and that can be read.
 * @throws InputError when there is none, it is a folder, or it may not be read
 */
export function givenFile(file: string): string {
  const path = givenPath(file);
  const refused = (reason: string): InputError =>
    new InputError(`${file}: ${reason}`, `Looked for ${path}.`);
  if (!existsSync(path)) throw refused('there is no such file');
  if (statSync(path).isDirectory()) throw refused('is a folder, not a file');
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw refused('may not be read');
  }
  return path;
}

/** Nobody writes more by hand; a portfolio is imported, not read as a whole. */
const LARGEST_MB = 100;

/**
 * The text of a file that the person wrote, without a byte order mark.
 * @throws InputError as `givenFile` does, and when it is not UTF-8 or larger than such files are
 */
export function readGivenText(file: string): string {
  const path = givenFile(file);
  const megabytes = Math.ceil(statSync(path).size / 1_000_000);
  if (megabytes > LARGEST_MB) {
    throw new InputError(`${file}: has ${megabytes} MB; accepted: at most ${LARGEST_MB} MB`);
  }
  const bytes = readFileSync(path);
  const isText = !bytes.includes(0) && !/^(\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
  try {
    if (isText) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // told below: the same mistake, a file that was saved as something else
  }
  throw new InputError(`${file}: is not text in UTF-8; accepted: a file saved as UTF-8`);
}
