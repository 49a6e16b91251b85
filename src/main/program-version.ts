import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROGRAM_ROOT } from './program-root';

const { version } = JSON.parse(readFileSync(join(PROGRAM_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};

/** Of package.json: named in every decision. */
export const PROGRAM_VERSION = version;
