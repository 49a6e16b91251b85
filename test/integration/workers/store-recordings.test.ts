import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { one, type Database } from '../../../src/db/database';
import { recordingFailed } from '../../../src/db/recordings';
import { audioName, type AudioStore } from '../../../src/recording/audio-store';
import { CaptureSpool } from '../../../src/recording/capture-spool';
import { openDataKey } from '../../../src/recording/data-keys';
import { FolderAudioStore } from '../../../src/recording/folder-audio-store';
import { readAudio } from '../../../src/recording/read-audio';
import { S3AudioStore } from '../../../src/recording/s3-audio-store';
import {
  storeRecordingsTurn,
  type StoreRecordingsOptions,
} from '../../../workers/store-recordings';
import { watchRecordingTurn } from '../../../workers/watch-recording';
import { makeFloor, type Floor } from '../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { S3_BUCKET, S3_KEYS, startS3Server } from '../../support/s3-server';
import { closeCapture, filesIn, spoolTalk } from '../../support/spooled-talk';
import { dialTo, end } from '../../support/talk';

const secretKey = Buffer.alloc(32, 7);
let test: TestDatabase;
let db: Database;
let floor: Floor;
let folder: string;
let spool: string;
let kept: string;
let store: FolderAudioStore;

beforeAll(async () => {
  test = await createTestDatabase();
  db = test.db;
  floor = await makeFloor(db);
});
afterAll(() => test.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'santun-store-'));
  spool = join(folder, 'spool');
  kept = join(folder, 'kept');
  store = new FolderAudioStore(kept);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function talked(closed = true): Promise<string> {
  await floor.addReadyAgent();
  await floor.addDebtor();
  const attemptId = await dialTo(db, floor, 'connected');
  await end(db, attemptId, 'connected');
  return spoolTalk(db, spool, { attemptId, closed });
}

const worker = (with_: Partial<StoreRecordingsOptions> = {}) =>
  storeRecordingsTurn({
    ...{ db, secretKey, store, spool: new CaptureSpool(spool), onTrouble: () => undefined },
    ...with_,
  });

interface Row {
  readonly state: string;
  readonly failure: string | null;
  readonly tries: number;
  readonly storedTry: number | null;
  readonly creditorId: string;
  readonly sealed: Buffer;
  readonly bytes: string;
}
const rowOf = async (id: string): Promise<Row> =>
  one(
    await db.query<Row>(
      `select state, failure, tries, stored_try as "storedTry", creditor_id as "creditorId",
         data_key as sealed, bytes::int from recording where id = $1`,
      [id],
    ),
    'recording',
  );
const due = (id: string) =>
  db.query('update recording set next_try_at = now() where id = $1', [id]);
const told = async (id: string): Promise<string[]> => {
  const { rows } = await db.query<{ type: string }>(
    `select type from event where payload->>'id' = $1 order by id`,
    [id],
  );
  return rows.map(({ type }) => type);
};
async function play(id: string, from_: AudioStore): Promise<number> {
  const row = await rowOf(id);
  const dataKey = await openDataKey(db, secretKey, { recordingId: id, ...row });
  const audio = { recordingId: id, dataKey, bytes: Number(row.bytes) };
  const name = audioName(id, row.storedTry);
  let heard = 0;
  for await (const part of readAudio(from_, name, audio, { from: 0, to: audio.bytes - 1 }))
    heard += part.length;
  return heard;
}

it('does not count looks at a capture that is not closed yet as tries', async () => {
  const id = await talked(false);
  const turn = worker();
  for (let look = 0; look < 25; look += 1) {
    await turn();
    await due(id);
  }
  expect(await rowOf(id)).toMatchObject({ state: 'spooled', tries: 0 });
  await closeCapture(spool, id);
  expect(await turn()).toEqual({ stored: 1, failed: 0 });
  expect(await rowOf(id)).toMatchObject({ state: 'ready', storedTry: 1 });
});

it('waits for a store that is away for as long as it takes, and for no broken capture', async () => {
  const id = await talked();
  const broken = await talked();
  await db.query('update recording set tries = 30 where id = any ($1)', [[id, broken]]);
  const away = { put: () => Promise.reject(new Error('away')) };
  const spooled = new CaptureSpool(spool);
  const halfBroken = {
    closed: () => spooled.closed(),
    unclosed: spooled.unclosed.bind(spooled),
    remove: (name: string) => spooled.remove(name),
    read: (capture: { name: string }) =>
      capture.name === broken ? Promise.reject(new Error('I/O')) : spooled.read(capture),
  };
  const reading = { read: store.read.bind(store), remove: store.remove.bind(store) };
  await worker({ store: { ...reading, put: away.put }, spool: halfBroken })();
  expect(await rowOf(broken)).toMatchObject({ state: 'failed', failure: 'storing_failed' });
  expect(await rowOf(id)).toMatchObject({ state: 'spooled', tries: 31 });
  await due(id);
  await worker()();
  expect(await rowOf(id)).toMatchObject({ state: 'ready' });
  expect(await told(id)).toEqual(['recording.ready']);
});

it('keeps what the store has kept wrong, and stores it anew', async () => {
  const id = await talked();
  const lossy: AudioStore = {
    put: (name) => store.put(name, [Buffer.alloc(200_000)]),
    read: store.read.bind(store),
    remove: store.remove.bind(store),
  };
  await worker({ store: lossy })();
  expect(await rowOf(id)).toMatchObject({ state: 'spooled' });
  await due(id);
  await worker()();
  expect(await filesIn(folder)).toEqual([`kept/${audioName(id, 2)}`]);
  expect(await play(id, store)).toBeGreaterThan(30_000);
});

it('loses and doubles nothing when it is killed between any two steps', async () => {
  let steps = 0;
  for (let dieAt = 1; ; dieAt += 1) {
    const id = await talked();
    const killed = await runUntil(dieAt);
    await due(id);
    await worker()();
    expect([dieAt, await rowOf(id)]).toMatchObject([dieAt, { state: 'ready' }]);
    expect([dieAt, await told(id)]).toEqual([dieAt, ['recording.ready']]);
    const { storedTry } = await rowOf(id);
    // one capture, one recording: the spool is empty, and nothing else lies in the store
    expect([dieAt, await filesIn(folder)]).toEqual([dieAt, [`kept/${audioName(id, storedTry)}`]]);
    expect(await play(id, store)).toBeGreaterThan(30_000);
    await store.remove(audioName(id, storedTry));
    steps = dieAt;
    if (!killed) break;
  }
  expect(steps).toBeGreaterThan(10);
});

/** Runs a worker that stops for good before its nth step outside itself. False: it came to its end. */
async function runUntil(dieAt: number): Promise<boolean> {
  let steps = 0;
  let die: (value: 'dead') => void = () => undefined;
  const death = new Promise<'dead'>((resolve) => (die = resolve));
  const mortal = <T extends object>(of: T, names: readonly (keyof T)[]): T =>
    new Proxy(of, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        const bound = (value as (...args: unknown[]) => unknown).bind(target);
        if (!names.includes(name as keyof T)) return bound;
        return (...args: unknown[]) => {
          steps += 1;
          if (steps < dieAt) return bound(...args);
          die('dead');
          return new Promise(() => undefined);
        };
      },
    });
  const turn = worker({
    db: mortal(db, ['query', 'transaction']),
    store: mortal(store, ['put', 'read', 'remove']),
    spool: mortal(new CaptureSpool(spool), ['closed', 'read', 'remove']),
  });
  return (await Promise.race([turn(), death])) === 'dead';
}

it('lets a worker that was too slow store nothing over what another has stored', async () => {
  const id = await talked();
  let goOn: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (goOn = resolve));
  let reached: () => void = () => undefined;
  const inPut = new Promise<void>((resolve) => (reached = resolve));
  const slow: AudioStore = {
    put: async (name, chunks) => {
      reached();
      await waiting;
      await store.put(name, chunks);
    },
    read: store.read.bind(store),
    remove: store.remove.bind(store),
  };
  const late = worker({ store: slow })();
  await inPut;
  await due(id);
  await worker()();
  goOn();
  expect(await late).toEqual({ stored: 0, failed: 0 });
  expect(await rowOf(id)).toMatchObject({ state: 'ready', storedTry: 2 });
  expect(await filesIn(folder)).toEqual([`kept/${audioName(id, 2)}`]);
  expect(await play(id, store)).toBeGreaterThan(30_000);
});

it('stops calls that must be recorded when one was not, none can be, or the spool is full', async () => {
  const other = await makeFloor(db);
  const third = await makeFloor(db);
  await db.query(`update creditor set recording_policy = 'required' where id = any ($1)`, [
    [floor.creditorId, other.creditorId],
  ]);
  const of = [floor.creditorId, other.creditorId, third.creditorId];
  const watch = async (spoolBytes: number | null): Promise<number[]> => {
    const options = { db, spoolBytes: () => Promise.resolve(spoolBytes), spoolLimitBytes: 1_000 };
    const { stopped } = await watchRecordingTurn(options)();
    return stopped.map((id) => of.indexOf(id)).toSorted();
  };
  const release = () =>
    db.query(`update kill_switch set released_at = clock_timestamp(),
    released_by = 'test', release_reason = 'test' where released_at is null`);
  await db.query(`update recording set failure = 'nothing_heard' where state = 'failed'`);
  expect(await watch(1_000)).toEqual([]);
  const id = await talked();
  await recordingFailed(db, id, 'not_captured');
  expect(await watch(0)).toEqual([0]);
  expect(await watch(0)).toEqual([]);
  const { rows } = await db.query<{ rule: string; reason: string }>(
    `select automatic->>'rule' as rule, reason from kill_switch where scope_id = $1`,
    [floor.creditorId],
  );
  expect(rows).toEqual([{ rule: 'recording', reason: 'Talks that must be recorded were not: 1.' }]);
  await release();
  // of talks before the release nothing more is made
  expect(await watch(0)).toEqual([]);
  expect(await watch(1_001)).toEqual([0, 1]);
  await release();
  expect(await watch(null)).toEqual([0, 1]);
  await release();
  await db.query(`update creditor set recording_policy = 'all'`);
  expect(await watch(null)).toEqual([]);
});

it('stores in a bucket once the service is back, and plays from there', async () => {
  const server = await startS3Server();
  const bucket = await S3AudioStore.open({
    ...{ bucket: S3_BUCKET, endpoint: server.endpoint, region: 'us-east-1', pathStyle: true },
    ...{ ...S3_KEYS, maxAttempts: 2 },
  });
  try {
    const id = await talked();
    await server.stop();
    const troubles: unknown[] = [];
    const turn = worker({ store: bucket, onTrouble: (_id, error) => troubles.push(error) });
    expect(await turn()).toEqual({ stored: 0, failed: 0 });
    expect(troubles).toHaveLength(1);
    expect(await rowOf(id)).toMatchObject({ state: 'spooled' });
    expect(await filesIn(spool)).toHaveLength(2);
    await server.start();
    await due(id);
    expect(await turn()).toEqual({ stored: 1, failed: 0 });
    expect(await filesIn(spool)).toEqual([]);
    expect(await play(id, bucket)).toBeGreaterThan(30_000);
  } finally {
    bucket.close();
    await server.close();
  }
});
