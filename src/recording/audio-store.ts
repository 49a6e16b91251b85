import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ByteRange } from './sealed-audio';

/** A folder in which encrypted audio lies, by the id of its recording. */
export class AudioStore {
  constructor(private readonly folder: string) {}

  /** Of a UUID that grows with time the last digits are random: no folder gets too large. */
  private pathOf(recordingId: string): string {
    return join(this.folder, recordingId.slice(-2), `${recordingId}.sealed`);
  }

  /** Whole or not at all, and on disk when this returns; what was there before is replaced. */
  async put(recordingId: string, chunks: Iterable<Buffer>): Promise<void> {
    const path = this.pathOf(recordingId);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const beside = `${path}.${randomBytes(4).toString('hex')}`;
    try {
      await withFile(beside, 'wx', async (file) => {
        for (const chunk of chunks) await file.writeFile(chunk);
        await file.sync();
      });
      await rename(beside, path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
    await withFile(dirname(path), 'r', (folder) => folder.sync());
  }

  /** Hands `read` a way to read parts of the file. @throws Error ENOENT: there is none */
  async read<T>(
    recordingId: string,
    work: (part: (range: ByteRange) => Promise<Buffer>) => Promise<T>,
  ): Promise<T> {
    return withFile(this.pathOf(recordingId), 'r', (file) =>
      work(async ({ from, to }) => {
        const bytes = Buffer.alloc(to - from + 1);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
        if (bytesRead < bytes.length) throw new Error('a stored recording is cut short');
        return bytes;
      }),
    );
  }

  /** Gone, also when it was before. */
  async remove(recordingId: string): Promise<void> {
    await rm(this.pathOf(recordingId), { force: true });
  }
}

async function withFile<T>(
  path: string,
  flags: string,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}
