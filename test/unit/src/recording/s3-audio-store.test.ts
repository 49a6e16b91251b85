import { randomBytes } from 'node:crypto';
import { audioName } from '../../../../src/recording/audio-store';
import { readAudio } from '../../../../src/recording/read-audio';
import { S3AudioStore } from '../../../../src/recording/s3-audio-store';
import { CHUNK_BYTES, chunksOf, sealChunk } from '../../../../src/recording/sealed-audio';
import { S3_BUCKET, S3_KEYS, startS3Server, type S3Server } from '../../../support/s3-server';

const PART_BYTES = 5 * 1_048_576;
let server: S3Server;
let store: S3AudioStore;

const opened = (more = {}): Promise<S3AudioStore> =>
  S3AudioStore.open({
    ...{ bucket: S3_BUCKET, endpoint: server.endpoint, region: 'us-east-1', pathStyle: true },
    ...{ ...S3_KEYS, partBytes: PART_BYTES, ...more },
  });

beforeAll(async () => {
  server = await startS3Server();
  store = await opened();
});
afterAll(async () => {
  store.close();
  await server.close();
});
beforeEach(() => {
  server.requests.length = 0;
  server.refuse = () => null;
});

const recordingId = '0190a000-0000-7000-8000-0000000000ab';
const audioOf = (bytes: number) => {
  const plain = randomBytes(bytes);
  const audio = { recordingId, dataKey: randomBytes(32), bytes };
  const sealed = [...chunksOf(plain)].map((chunk, i) => sealChunk(audio, i, chunk));
  return { plain, audio, sealed, name: audioName(recordingId, 1) };
};
const readBack = async (
  { audio, name }: ReturnType<typeof audioOf>,
  from: number,
  to: number,
): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of readAudio(store, name, audio, { from, to })) parts.push(part);
  return Buffer.concat(parts);
};

test('small audio is one request, and a range of it reads no more than its chunks', async () => {
  const made = audioOf(3 * CHUNK_BYTES);
  await store.put(made.name, made.sealed);
  expect(server.requests).toEqual([`PUT /recordings/${made.name}?x-id=PutObject`]);
  server.requests.length = 0;
  expect((await readBack(made, 70_000, 70_010)).equals(made.plain.subarray(70_000, 70_011))).toBe(
    true,
  );
  expect(server.requests).toHaveLength(1);
  expect((await readBack(made, 0, made.plain.length - 1)).equals(made.plain)).toBe(true);
  await store.remove(made.name);
  await store.remove(made.name);
  await expect(readBack(made, 0, 1)).rejects.toMatchObject({ name: 'NoSuchKey' });
});

test('large audio goes in parts; one that the service drops is sent again, alone', async () => {
  const made = audioOf(2 * PART_BYTES + 1_000);
  let dropped = 0;
  server.refuse = ({ url }) => (/partNumber=2/.test(url) && ++dropped === 1 ? 503 : null);
  await store.put(made.name, made.sealed);
  const parts = server.requests.flatMap((line) => /partNumber=(\d)/.exec(line)?.[1] ?? []);
  expect(parts.toSorted()).toEqual(['1', '2', '2', '3']);
  expect((await readBack(made, 0, made.plain.length - 1)).equals(made.plain)).toBe(true);
});

test('what was not uploaded to its end is not there, and what was there before stays', async () => {
  const before = audioOf(1_000);
  await store.put(before.name, before.sealed);
  const made = audioOf(2 * PART_BYTES);
  server.refuse = ({ method, url }) => (method === 'POST' && /uploadId=/.test(url) ? 403 : null);
  await expect(store.put(made.name, made.sealed)).rejects.toThrow();
  // the parts are taken back
  expect(server.requests.some((line) => /^DELETE .*uploadId=/.test(line))).toBe(true);
  server.refuse = () => null;
  const cut = (function* () {
    yield made.sealed[0]!;
    throw new Error('no more');
  })();
  await expect(store.put(made.name, cut)).rejects.toThrow('no more');
  expect((await readBack(before, 0, 999)).equals(before.plain)).toBe(true);
});

test('what is wrong with bucket or key is told apart from a service that is away', async () => {
  expect(await store.trouble()).toBeNull();
  const elsewhere = await opened({ bucket: 'nobody-has-this' });
  expect(await elsewhere.trouble()).toMatchObject({
    kind: 'refused',
    why: expect.stringMatching(/no such bucket/) as string,
  });
  elsewhere.close();
  const stranger = await opened({ accessKeyId: 'STRANGER', maxAttempts: 1 });
  expect(await stranger.trouble()).toMatchObject({
    kind: 'refused',
    why: expect.stringMatching(/may not use/) as string,
  });
  stranger.close();
  await server.stop();
  const alone = await opened({ maxAttempts: 1 });
  expect(await alone.trouble()).toMatchObject({ kind: 'away' });
  await expect(alone.put('ab/x', [Buffer.alloc(10)])).rejects.toThrow();
  alone.close();
  await server.start();
  expect(await store.trouble()).toBeNull();
});
