import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ImportFormat } from '../../domain/import-report';
import { givenFile } from './given-file';

const SHOWN_EVERY_MS = 500;

export interface OpenedFile {
  readonly fileName: string;
  /** By the ending of the name: `.jsonl` and `.ndjson` are JSON lines. */
  readonly format: ImportFormat;
  /** The bytes. While they are read, a person at the terminal sees how far it is. */
  readonly source: AsyncIterable<Uint8Array>;
}

/**
 * Opens a file to import.
 * @throws InputError when there is none, or it cannot be read
 */
export async function openImportFile(file: string): Promise<OpenedFile> {
  const path = givenFile(file);
  const handle = await open(path);
  const { size } = await handle.stat();
  const stream = handle.createReadStream();
  const fileName = basename(path);
  return {
    fileName,
    format: /\.(jsonl|ndjson)$/i.test(path) ? 'jsonl' : 'csv',
    source: process.stderr.isTTY && size > 0 ? shown(stream, fileName, size) : stream,
  };
}

/** Writes over one line of the terminal how much has been read. */
async function* shown(
  source: AsyncIterable<Uint8Array>,
  fileName: string,
  size: number,
): AsyncGenerator<Uint8Array> {
  let read = 0;
  let shownAtMs = performance.now();
  try {
    for await (const chunk of source) {
      yield chunk;
      read += chunk.length;
      if (performance.now() - shownAtMs < SHOWN_EVERY_MS) continue;
      shownAtMs = performance.now();
      process.stderr.write(`\r${fileName}: ${Math.floor((read / size) * 100)} %`);
    }
  } finally {
    process.stderr.write('\r\u001b[K'); // the line as it was before (ECMA-48, 8.3.41)
  }
}
