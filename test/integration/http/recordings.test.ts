import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reserveNext } from '../../../dialer/reserve';
import { newId } from '../../../src/db/new-id';
import { audioName } from '../../../src/recording/audio-store';
import { FolderAudioStore } from '../../../src/recording/folder-audio-store';
import { makeFloor, type Floor } from '../../support/floor';
import { makeGate } from '../../support/gate';
import { startApi, type Api } from '../../support/http-api';
import { keepRecording } from '../../support/kept-recording';

const audio = randomBytes(150_000);
let folder: string;
let store: FolderAudioStore;
let api: Api;
let floor: Floor;
let supervisor: string;
let id: string;
let agent: { sessionId: string; agentId: string };
let attemptId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'santun-recordings-'));
  store = new FolderAudioStore(folder);
  api = await startApi({ audioStore: store });
  supervisor = await api.key('supervisor');
  floor = await makeFloor(api.database.db);
  agent = await floor.addReadyAgent();
  await floor.addDebtor();
  const reserved = await reserveNext(makeGate(api.database.db), floor.campaignId);
  if (reserved.kind !== 'reserved') throw new Error(reserved.kind);
  attemptId = reserved.attemptId;
  const of = { attemptId, creditorId: floor.creditorId };
  const startedAt = new Date('2026-03-02T03:00:00Z');
  const to = { store, secretKey: api.secretKey, startedAt, audio };
  id = await keepRecording(api.database.db, of, to);
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

async function play(range?: string): Promise<{ response: Response; bytes: Buffer }> {
  const response = await fetch(`${api.url}/v1/recordings/${id}/audio`, {
    headers: { authorization: `Bearer ${supervisor}`, ...(range === undefined ? {} : { range }) },
  });
  return { response, bytes: Buffer.from(await response.arrayBuffer()) };
}

test('a recording is found by person, agent and attempt, and says what it is', async () => {
  const one = await api.call(supervisor, `GET /v1/recordings/${id}`);
  const sha256 = createHash('sha256').update(audio).digest('hex');
  expect(one.json()).toMatchObject({ id, state: 'ready', bytes: 150_000, sha256, attemptId });
  expect(one.json().retainUntil).toBe('2028-03-02T03:00:00.000Z');
  expect(one.body).not.toMatch(/key/i);
  const { debtorId } = one.json() as { debtorId: string };
  const none = newId(new Date());
  const listed = async (query: string): Promise<string[]> => {
    const page = await api.call(supervisor, `GET /v1/recordings?${query}`);
    return (page.json() as { items: { id: string }[] }).items.map((item) => item.id);
  };
  for (const query of [
    `debtorId=${debtorId}`,
    `agentId=${agent.agentId}`,
    `attemptId=${attemptId}`,
    'from=2020-01-01T00:00:00Z',
  ])
    expect(await listed(query)).toEqual([id]);
  for (const query of [`debtorId=${none}`, `agentId=${none}`, 'to=2020-01-01T00:00:00Z'])
    expect(await listed(query)).toEqual([]);
});

test('the audio is played whole and in parts, and each playback is in the audit', async () => {
  const whole = await play();
  expect(whole.response.status).toBe(200);
  expect(whole.response.headers.get('content-type')).toBe('audio/wav');
  expect(whole.response.headers.get('accept-ranges')).toBe('bytes');
  expect(whole.bytes.equals(audio)).toBe(true);
  const part = await play('bytes=65000-66000');
  expect(part.response.status).toBe(206);
  expect(part.response.headers.get('content-range')).toBe('bytes 65000-66000/150000');
  expect(part.bytes.equals(audio.subarray(65_000, 66_001))).toBe(true);
  const outside = await play('bytes=150000-');
  expect(outside.response.status).toBe(416);
  expect(outside.response.headers.get('content-range')).toBe('bytes */150000');
  const { rows } = await api.database.db.query<{ record: string }>(
    `select record from audit_entry where action = 'recording.played' and subject_id = $1 order by id`,
    [id],
  );
  const played = rows.map(({ record }) => JSON.parse(record) as { who: string; after: unknown });
  expect(played.map(({ after }) => after)).toEqual([
    { from: 0, to: 149_999 },
    { from: 65_000, to: 66_000 },
  ]);
  expect(played[0]?.who).toMatch(/^key:/);
});

test('a key of its creditor plays it, and a key of another does not know of it', async () => {
  const own = await api.boundKey('supervisor', floor.creditorId);
  const other = await makeFloor(api.database.db);
  const foreign = await api.boundKey('supervisor', other.creditorId);
  const asked = (key: string) =>
    fetch(`${api.url}/v1/recordings/${id}/audio`, { headers: { authorization: `Bearer ${key}` } });
  const heard = await asked(own);
  expect(heard.status).toBe(200);
  expect(Buffer.from(await heard.arrayBuffer()).equals(audio)).toBe(true);
  expect((await asked(foreign)).status).toBe(404);
  expect((await api.call(foreign, 'GET /v1/recordings')).json().items).toEqual([]);
});

test('an agent may not play it, and what was changed on disk is not played', async () => {
  const key = await api.key('agent', agent.agentId);
  expect((await api.call(key, `GET /v1/recordings/${id}/audio`)).statusCode).toBe(403);
  await store.put(audioName(id, 1), [randomBytes(150_000)]);
  expect((await play('bytes=0-10')).response.status).toBe(500);
});

test('pause and resume go to the process that has the call, and need a talk', async () => {
  const key = await api.key('agent', agent.agentId);
  const pause = (reason: string) =>
    api.call(key, 'POST /v1/me/call/recording/pause', { body: { reason } });
  expect((await pause('card')).statusCode).toBe(409);
  await api.database.db.query(
    `update attempt set state = 'connected', sip_instance_id = $2 where id = $1`,
    [attemptId, floor.sipInstanceId],
  );
  expect((await pause('no word at all')).statusCode).toBe(400);
  expect((await pause('card')).statusCode).toBe(202);
  expect((await api.call(key, 'POST /v1/me/call/recording/resume')).statusCode).toBe(202);
  expect(api.jobs.map(({ job }) => job)).toEqual([
    { name: 'control_recording', attemptId, command: 'pause', reason: 'card' },
    { name: 'control_recording', attemptId, command: 'resume', reason: '' },
  ]);
});

test('what the agent marks in the talk is in its recording, and finds it', async () => {
  const { db } = api.database;
  const key = await api.key('agent', agent.agentId);
  const mark = (phrase: string) => api.call(key, 'POST /v1/me/call/marks', { body: { phrase } });
  await db.query(`update attempt set state = 'ringing' where id = $1`, [attemptId]);
  expect((await mark('complaint')).statusCode).toBe(409);
  await db.query(`update attempt set state = 'connected' where id = $1`, [attemptId]);
  expect((await mark('Two words')).json()).toMatchObject({ errors: [{ field: 'phrase' }] });
  expect((await mark('complaint')).json()).toMatchObject({ attemptId, phrase: 'complaint' });
  await db.query(`update recording_mark set at = '2026-03-02T03:01:02.345Z'`);
  await db.query(
    `insert into outcome (attempt_id, creditor_id, account_id, debtor_id, code, recorded_by)
     select id, creditor_id, account_id, debtor_id, 'RPC_PTP', 'test' from attempt where id = $1`,
    [attemptId],
  );

  const one = await api.call(supervisor, `GET /v1/recordings/${id}`);
  expect(one.json()).toMatchObject({ marks: [{ offsetMs: 62_345, phrase: 'complaint' }] });
  const found = async (query: string): Promise<number> =>
    (await api.call(supervisor, `GET /v1/recordings?${query}`)).json().items.length as number;
  expect(await found('mark=complaint&outcome=RPC_PTP')).toBe(1);
  expect(await found('mark=promise')).toBe(0);
  expect(await found('outcome=RPC_REFUSE')).toBe(0);
  const own = await api.boundKey('supervisor', floor.creditorId);
  expect((await api.call(own, 'GET /v1/recordings?mark=complaint')).json().items).toMatchObject([
    { marks: [{ phrase: 'complaint' }] },
  ]);
});
