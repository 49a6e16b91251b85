import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audioName } from '../../../../src/recording/audio-store';
import { FolderAudioStore } from '../../../../src/recording/folder-audio-store';
import { readAudio } from '../../../../src/recording/read-audio';
import {
  CHUNK_BYTES,
  chunksOf,
  openChunk,
  partsOf,
  sealChunk,
  type SealedAudio,
} from '../../../../src/recording/sealed-audio';

const plain = randomBytes(2 * CHUNK_BYTES + 1_000);
const audio: SealedAudio = {
  recordingId: '0190a000-0000-7000-8000-0000000000ab',
  dataKey: randomBytes(32),
  bytes: plain.length,
};
const name = audioName(audio.recordingId, 2);
const sealed = (): Buffer[] => [...chunksOf(plain)].map((chunk, i) => sealChunk(audio, i, chunk));

describe('in a folder', () => {
  let folder: string;
  let store: FolderAudioStore;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'santun-audio-'));
    store = new FolderAudioStore(join(folder, 'made'));
    await store.put(name, sealed());
  });
  afterAll(() => rm(folder, { recursive: true }));

  const read = async (from: number, to: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for await (const part of readAudio(store, name, audio, { from, to })) parts.push(part);
    return Buffer.concat(parts);
  };

  test.each([
    ['the whole', 0, plain.length - 1],
    ['the first byte', 0, 0],
    ['the last byte', plain.length - 1, plain.length - 1],
    ['within a chunk', 100, 5_000],
    ['to the end of a chunk', 100, CHUNK_BYTES - 1],
    ['over an edge', CHUNK_BYTES - 1, CHUNK_BYTES],
    ['over three chunks', CHUNK_BYTES - 1, 2 * CHUNK_BYTES + 5],
  ])('%s comes back', async (_, from, to) => {
    expect((await read(from, to)).equals(plain.subarray(from, to + 1))).toBe(true);
  });

  test('is replaced by a later one, leaves nothing beside it, and can be removed twice', async () => {
    await store.put(name, sealed());
    expect(await readdir(join(folder, 'made', 'ab'))).toEqual([`${audio.recordingId}.2.sealed`]);
    await store.remove(name);
    await store.remove(name);
    await expect(read(0, 1)).rejects.toThrow(/ENOENT/);
    await store.put(name, sealed());
  });

  test('one that cannot be written whole is not there', async () => {
    const other = '0190a000-0000-7000-8000-0000000000cd';
    await expect(
      store.put(
        audioName(other, null),
        (function* () {
          yield Buffer.alloc(1);
          throw new Error('no more');
        })(),
      ),
    ).rejects.toThrow('no more');
    expect(await readdir(join(folder, 'made', 'cd'))).toEqual([]);
  });
});

test('what was changed, moved, cut off or is of another recording does not open', () => {
  const [first, second] = sealed() as [Buffer, Buffer];
  expect(openChunk(audio, 0, first).equals(plain.subarray(0, CHUNK_BYTES))).toBe(true);
  const changed = Buffer.from(first);
  changed[17]! ^= 1;
  expect(() => openChunk(audio, 0, changed)).toThrow();
  expect(() => openChunk(audio, 0, second)).toThrow();
  expect(() => openChunk(audio, 1, first)).toThrow();
  expect(() => openChunk({ ...audio, recordingId: 'other' }, 0, first)).toThrow();
  expect(() => openChunk({ ...audio, bytes: CHUNK_BYTES }, 0, first)).toThrow();
  expect(() => openChunk({ ...audio, dataKey: randomBytes(32) }, 0, first)).toThrow();
  expect(first.includes(plain.subarray(0, 32))).toBe(false);
});

test.each([
  [-1, 5],
  [5, 4],
  [0, plain.length],
])('bytes %d to %d are not in it', (from, to) => {
  expect(() => [...partsOf(plain.length, { from, to })]).toThrow(RangeError);
});
