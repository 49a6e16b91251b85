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

/**
 * The text of a file that the person wrote, without a byte order mark.
 * @throws InputError as `givenFile` does, and when it is not UTF-8
 */
export function readGivenText(file: string): string {
  const bytes = readFileSync(givenFile(file));
  const isText = !bytes.includes(0) && !/^(\xff\xfe|\xfe\xff)/.test(bytes.toString('latin1', 0, 2));
  try {
    if (isText) return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // told below: the same mistake, a file that was saved as something else
  }
  throw new InputError(`${file}: is not text in UTF-8; accepted: a file saved as UTF-8`);
}
