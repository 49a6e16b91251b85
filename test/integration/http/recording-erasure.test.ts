import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AudioStore } from '../../../src/recording/audio-store';
import { FolderAudioStore } from '../../../src/recording/folder-audio-store';
import { eraseRecordingsTurn } from '../../../workers/erase-recordings';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api } from '../../support/http-api';
import { keepRecording } from '../../support/kept-recording';
import { filesIn } from '../../support/spooled-talk';
import { talk } from '../../support/talk';

const STARTED = new Date('2026-03-02T03:00:00Z');
const AFTER_TWO_YEARS = new Date('2028-03-02T03:00:01Z');
const reason = 'case 12';
let folder: string;
let store: FolderAudioStore;
let api: Api;
let floor: Floor;
let manager: string;
let supervisor: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'santun-erasure-'));
  store = new FolderAudioStore(folder);
  api = await startApi({ audioStore: store });
  manager = await api.key('manager');
  supervisor = await api.key('supervisor');
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  floor = await makeFloor(api.database.db);
});

async function kept(): Promise<{ id: string; debtorId: string; accountId: string }> {
  const { db } = api.database;
  await floor.addReadyAgent();
  await floor.addDebtor();
  const attemptId = await talk(db, floor);
  const to = { store, secretKey: api.secretKey, startedAt: STARTED };
  const id = await keepRecording(db, { attemptId, creditorId: floor.creditorId }, to);
  return (await api.call(manager, `GET /v1/recordings/${id}`)).json();
}
const post = (path: string, body: object, key = manager) =>
  api.call(key, `POST /v1/${path}`, { body });
const turn = (now: Date, its: Pick<AudioStore, 'remove'> = store, troubles: unknown[] = []) =>
  eraseRecordingsTurn({
    ...{ db: api.database.db, store: its, clock: () => now },
    onTrouble: (_id, error) => troubles.push(error),
  })();
const erasedEvents = async (id: string) =>
  (
    await api.database.db.query<{ payload: { reason: string; sha256: string } }>(
      `select payload from event where type = 'recording.erased' and payload->>'id' = $1`,
      [id],
    )
  ).rows.map(({ payload }) => payload);
const actionsOf = async (id: string) =>
  (
    await api.database.db.query<{ action: string }>(
      `select action from audit_entry where subject_id = $1 order by id`,
      [id],
    )
  ).rows.map(({ action }) => action);

test('what was kept for the creditor’s time is erased; its hash, reason and time stay', async () => {
  const { id } = await kept();
  const soon = { recordingRetentionMonths: 25 };
  expect(
    (await api.call(manager, `PATCH /v1/creditors/${floor.creditorId}`, { body: soon })).json(),
  ).toMatchObject(soon);
  expect(await turn(AFTER_TWO_YEARS)).toBe(0);
  const usual = { recordingRetentionMonths: 24 };
  await api.call(manager, `PATCH /v1/creditors/${floor.creditorId}`, { body: usual });
  const before = (await api.call(manager, `GET /v1/recordings/${id}`)).json();
  expect(before.retainUntil).toBe('2028-03-02T03:00:00.000Z');
  expect(await turn(new Date('2028-03-02T02:59:59Z'))).toBe(0);
  expect(await turn(AFTER_TWO_YEARS)).toBe(1);
  expect(await turn(AFTER_TWO_YEARS)).toBe(0);
  const after = (await api.call(manager, `GET /v1/recordings/${id}`)).json();
  expect(after).toMatchObject({ state: 'erased', sha256: before.sha256, bytes: before.bytes });
  expect(after).toMatchObject({ eraseReason: 'retention_over', erasedAt: expect.any(String) });
  expect(await filesIn(folder)).toEqual([]);
  const { rows } = await api.database.db.query<{ key: Buffer | null }>(
    'select data_key as key from recording where id = $1',
    [id],
  );
  expect(rows).toEqual([{ key: null }]);
  expect(await erasedEvents(id)).toMatchObject([
    { reason: 'retention_over', sha256: before.sha256 },
  ]);
  expect(await actionsOf(id)).toEqual(['recording.erasure_ordered', 'recording.erased']);
  const played = await api.call(supervisor, `GET /v1/recordings/${id}/audio`);
  expect(played.json()).toMatchObject({ status: 410, code: 'erased', reason: 'retention_over' });
});

test('a hold on a recording, its account or its person keeps it, until somebody says why not', async () => {
  const { id, debtorId, accountId } = await kept();
  const others = [
    { scope: 'recording', scopeId: id },
    { scope: 'account', scopeId: accountId },
    { scope: 'person', scopeId: debtorId },
    { scope: 'person', scopeId: debtorId, creditorId: floor.creditorId },
  ];
  for (const reach of others) {
    expect((await post('recording-holds', reach)).statusCode).toBe(400);
    const placed = await post('recording-holds', { ...reach, reason }, supervisor);
    expect(placed.json()).toMatchObject({ ...reach, reason, liftedAt: null });
    const holdId = placed.json().id as string;
    expect((await api.call(manager, `GET /v1/recordings/${id}`)).json().legalHold).toBe(true);
    expect(await turn(AFTER_TWO_YEARS)).toBe(0);
    const asked = await post(`recordings/${id}/erase`, { reason: 'they asked' });
    expect(asked.json()).toMatchObject({ status: 409, code: 'under_legal_hold', holdId });
    const lift = (body: object, key = manager) => post(`recording-holds/${holdId}/lift`, body, key);
    expect((await lift({ reason }, supervisor)).statusCode).toBe(403);
    expect((await lift({})).statusCode).toBe(400);
    expect((await lift({ reason })).json()).toMatchObject({ liftReason: reason });
    expect((await lift({ reason })).json()).toMatchObject({ code: 'invalid_transition' });
    expect(await actionsOf(holdId)).toEqual(['recording_hold.placed', 'recording_hold.lifted']);
  }
  const other = await makeFloor(api.database.db);
  const elsewhere = { scope: 'person', scopeId: debtorId, creditorId: other.creditorId, reason };
  expect((await post('recording-holds', elsewhere)).statusCode).toBe(201);
  const unknown = { scope: 'account', scopeId: id, reason };
  expect((await post('recording-holds', unknown)).json()).toMatchObject({
    ...{ status: 422, field: 'scopeId' },
  });
  const list = await api.call(manager, `GET /v1/recording-holds?scopeId=${debtorId}&standing=true`);
  expect(list.json().items).toMatchObject([{ creditorId: other.creditorId }]);
  expect(await turn(AFTER_TWO_YEARS)).toBe(1);
});

test('a key of a creditor holds and lifts its own, and is held by what only the platform lifts', async () => {
  const { id, debtorId } = await kept();
  const own = await api.boundKey('manager', floor.creditorId);
  const person = { scope: 'person', scopeId: debtorId, reason };
  expect((await post('recording-holds', person, own)).json()).toMatchObject({
    ...{ status: 400, errors: [{ field: 'creditorId' }] },
  });
  const { creditorId } = floor;
  const mine = (await post('recording-holds', { ...person, creditorId }, own)).json();
  expect((await post(`recording-holds/${mine.id}/lift`, { reason }, own)).statusCode).toBe(200);
  const all = (await post('recording-holds', person)).json();
  const erase = await post(`recordings/${id}/erase`, { reason }, own);
  expect(erase.json()).toMatchObject({ status: 409, holdId: all.id });
  const lift = await post(`recording-holds/${all.id}/lift`, { reason }, own);
  expect(lift.json()).toMatchObject({ status: 403, code: 'forbidden' });
  await post(`recording-holds/${all.id}/lift`, { reason });
  expect((await post(`recordings/${id}/erase`, { reason }, own)).statusCode).toBe(202);
  await turn(STARTED);
});

test('what somebody asked for is gone at once, and erased whatever dies on the way', async () => {
  const { id } = await kept();
  const erase = () => post(`recordings/${id}/erase`, { reason: 'they asked' }, supervisor);
  const [one, two] = await Promise.all([erase(), erase()]);
  expect([one.statusCode, two.statusCode]).toEqual([202, 202]);
  expect((await erase()).json()).toMatchObject({ state: 'erasing', eraseReason: 'they asked' });
  const played = await api.call(supervisor, `GET /v1/recordings/${id}/audio`);
  expect(played.json()).toMatchObject({ status: 410, reason: 'they asked', erasedAt: null });
  const troubles: unknown[] = [];
  const away = { remove: () => Promise.reject(new Error('away')) };
  expect(await turn(STARTED, away, troubles)).toBe(0);
  expect(troubles).toHaveLength(1);
  // killed when the audio was gone and nobody was told
  const dead = {
    remove: async (name: string) => {
      await store.remove(name);
      throw new Error('killed');
    },
  };
  expect(await turn(STARTED, dead, troubles)).toBe(0);
  const both = await Promise.all([turn(STARTED), turn(STARTED)]);
  expect(both.toSorted()).toEqual([0, 1]);
  expect(await erasedEvents(id)).toMatchObject([{ reason: 'they asked' }]);
  expect(await actionsOf(id)).toEqual(['recording.erasure_ordered', 'recording.erased']);
  expect(await filesIn(folder)).toEqual([]);
  expect((await post(`recordings/${id}/erase`, {})).statusCode).toBe(400);
  const none = await post(`recordings/${floor.creditorId}/erase`, { reason });
  expect(none.statusCode).toBe(404);
});
