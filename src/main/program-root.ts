import { basename, resolve } from 'node:path';

const ABOVE = resolve(__dirname, '../..');

/** The folder that holds `migrations`: above `src/main`, and above `dist/src/main` when built. */
export const PROGRAM_ROOT = basename(ABOVE) === 'dist' ? resolve(ABOVE, '..') : ABOVE;
