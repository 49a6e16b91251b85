import { join, resolve } from 'node:path';
import { PROGRAM_ROOT } from '../program-root';

/**
 * The absolute path of a file as the person named it: relative to where they stand. npm and the
 * bootstrap run the program in its own folder; INIT_CWD then tells where they were called. It
 * counts for this package's own scripts only: an outer npm leaves its own in the environment.
 */
export function givenPath(file: string): string {
  const { INIT_CWD: calledFrom, npm_package_json: script } = process.env;
  const moved = process.cwd() === PROGRAM_ROOT && script === join(PROGRAM_ROOT, 'package.json');
  return resolve(moved && calledFrom !== undefined ? calledFrom : process.cwd(), file);
}
