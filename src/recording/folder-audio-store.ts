import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AudioStore } from './audio-store';
import type { ByteRange } from './sealed-audio';

/** A folder in which encrypted audio lies. */
export class FolderAudioStore implements AudioStore {
  constructor(private readonly folder: string) {}

  async put(name: string, chunks: Iterable<Buffer>): Promise<void> {
    const path = join(this.folder, name);
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

  read(name: string, { from, to }: ByteRange): Promise<Buffer> {
    return withFile(join(this.folder, name), 'r', async (file) => {
      const bytes = Buffer.alloc(to - from + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      if (bytesRead < bytes.length) throw new Error('a stored recording is cut short');
      return bytes;
    });
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.folder, name), { force: true });
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
