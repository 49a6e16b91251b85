import { createHash, randomUUID } from 'node:crypto';
import { encodeALaw } from '../../../sip/media/encode-a-law';
import {
  CLIP,
  keepHearing,
  tidyCarrierAnnouncements,
  type Hearing,
} from '../../../src/db/carrier-announcements';
import { one } from '../../../src/db/database';
import { reportMediaEngines } from '../../../src/db/media-engines';
import { registerSipInstance } from '../../../src/db/sip-instances';
import { seal } from '../../../src/db/sealed-secret';
import { soundPrint } from '../../../src/domain/sound-print';
import { speechLike } from '../../support/speech-like';
import { makeFloor, type Floor } from '../../support/floor';
import { startApi, type Api, type ApiResponse } from '../../support/http-api';
import { wavOf, type Sound } from '../../support/wav-of';

jest.setTimeout(30_000);

let api: Api;
let manager: string;
let floor: Floor;
beforeAll(async () => {
  api = await startApi();
  manager = await api.key('manager');
  floor = await makeFloor(api.database.db);
});
afterAll(() => api.close());

const send = (query: Record<string, string>, body: unknown, key = manager): Promise<ApiResponse> =>
  api.call(key, `POST /v1/announcements?${new URLSearchParams(query).toString()}`, {
    body,
    headers: { 'content-type': 'audio/wav' },
  });
const music = (sound: Sound = {}, more: Record<string, string> = {}) =>
  send({ kind: 'queue_music', language: 'id', ...more }, wavOf(sound));
const get = async (path: string) =>
  (await api.call(manager, `GET /v1/announcements${path}`)).json();
const retire = (id: string) => api.call(manager, `DELETE /v1/announcements/${id}`);

it('keeps versions as a telephone carries them, the newest in force; the same again is no new one', async () => {
  const text = 'Mohon maaf, petugas kami sedang sibuk.';
  const safe = { kind: 'safe_message', language: 'id', text };
  const file = wavOf({ rate: 44_100, channels: 2, seconds: 1 });
  const first = await send(safe, file);
  expect(first.statusCode).toBe(201);
  expect(first.json()).toMatchObject({
    ...{ kind: 'safe_message', language: 'id', creditorId: null, version: 1, text },
    ...{ durationMs: 1_000, inForce: true, retiredAt: null },
    sourceSha256: createHash('sha256').update(file).digest('hex'),
  });
  const { id, sha256 } = first.json();
  const again = await send(safe, file);
  expect([again.statusCode, again.json().id]).toEqual([200, id]);

  const audio = await fetch(`${api.url}/v1/announcements/${id}/audio`, {
    headers: { authorization: `Bearer ${manager}` },
  });
  expect(audio.headers.get('content-type')).toBe('audio/wav');
  const wav = Buffer.from(await audio.arrayBuffer());
  expect(createHash('sha256').update(wav).digest('hex')).toBe(sha256);
  expect([wav.readUInt16LE(22), wav.readUInt32LE(24), wav.length]).toEqual([1, 8_000, 16_044]);

  const second = (
    await send({ ...safe, text: 'Petugas kami akan menghubungi lagi.' }, file)
  ).json();
  expect(second).toMatchObject({ version: 2, inForce: true });
  expect(await get(`/${id}`)).toMatchObject({ version: 1, inForce: false });
  const { rows } = await api.database.db.query<{ subjectId: string }>(
    `select subject_id as "subjectId" from audit_entry where action = 'announcement.added'
     order by id`,
  );
  expect(rows.map(({ subjectId }) => subjectId)).toEqual([id, second.id]);
});

it.each([
  ['text', { kind: 'safe_message', language: 'id' }, wavOf(), /words that are said/],
  ['kind', { kind: 'jingle', language: 'id' }, wavOf(), /queue_music/],
  ['language', { kind: 'hold_tone', language: 'fr' }, wavOf(), /id/],
  ['body', { kind: 'hold_tone', language: 'id' }, wavOf({ hertz: [] }), /not silent/],
  ['body', { kind: 'hold_tone', language: 'id' }, Buffer.from('ID3 no wave'), /WAV/],
  ['body', { kind: 'hold_tone', language: 'id' }, wavOf().subarray(0, 999), /whole file/],
])('says what is wrong in %s, and keeps nothing', async (field, query, body, accepted) => {
  const refused = await send(query, body);
  expect(refused.statusCode).toBe(400);
  expect(refused.json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ field, accepted: expect.stringMatching(accepted) as string }],
  });
  expect((await get('?kind=hold_tone')).items).toEqual([]);
});

it('takes no other content, no unknown creditor, and no key without the right', async () => {
  const query = { kind: 'queue_music', language: 'en' };
  const other = await api.call(manager, 'POST /v1/announcements?kind=queue_music&language=en', {
    body: {},
  });
  expect([other.statusCode, other.json().code]).toEqual([415, 'unsupported_media_type']);
  const nobody = await music({}, { creditorId: randomUUID() });
  expect([nobody.statusCode, nobody.json().code]).toEqual([422, 'unknown_reference']);
  const keys = [await api.key('supervisor'), await api.boundKey('manager', floor.creditorId)];
  for (const key of keys) expect((await send(query, wavOf(), key)).statusCode).toBe(403);
});

it('takes a version out of force unless a running campaign plays it; what was played is kept', async () => {
  const { db } = api.database;
  const house = (await music({ hertz: [500] })).json();
  expect((await retire(house.id)).json()).toMatchObject({ code: 'in_use' });
  const own = (await music({ hertz: [600] }, { creditorId: floor.creditorId })).json();
  const next = (await music({ hertz: [700] }, { creditorId: floor.creditorId })).json();
  expect((await retire(next.id)).json()).toMatchObject({ code: 'in_use' });
  // neither is played: the creditor has a newer one of its own
  for (const { id } of [house, own]) {
    expect((await retire(id)).json()).toMatchObject({ id, inForce: false });
    expect((await retire(id)).statusCode).toBe(200);
  }
  await db.query(`update campaign set state = 'paused'`);
  expect((await retire(next.id)).statusCode).toBe(200);
  expect((await get('?kind=queue_music&creditorId=house')).items).toHaveLength(1);
  expect(await get(`/${next.id}`)).toMatchObject({ inForce: false, sha256: next.sha256 });
  await expect(db.query('delete from announcement')).rejects.toThrow('kept');
  await expect(db.query(`update announcement set text = 'x'`)).rejects.toThrow('kept');
});

it('says when nothing could play it', async () => {
  const before = (await music({ hertz: [800] })).json();
  expect(before.warnings).toEqual([
    { code: 'needs_engine', reason: expect.stringContaining('SANTUN_RTPENGINES') as string },
  ]);
  const { db } = api.database;
  const id = randomUUID();
  await registerSipInstance(db, id, 'test');
  const engine = { name: '192.0.2.10:22222', up: true, weight: 1, lines: 0, calls: 0 };
  await reportMediaEngines(db, id, [engine]);
  expect((await music({ hertz: [900] })).json().warnings).toEqual([]);
});

describe('E2: what carriers say before they refuse', () => {
  const ask = (route: string, body?: unknown, key = manager) =>
    api.call(key, route.replace(' ', ' /v1/carrier-announcements'), { body });
  const listed = async (query = ''): Promise<{ id: string; heard: number }[]> =>
    (await ask(`GET ?limit=100${query}`)).json().items;

  /** A leg that was refused with the code behind the words. */
  async function refused(words: number, sipStatus = 480, keepsNew = true): Promise<Hearing> {
    const { db } = api.database;
    const leg = await db.query<{ callId: string; legId: string }>(
      `insert into call_leg (call_id, kind, invited_at) values (new_id(), 'customer', now())
       returning call_id as "callId", id as "legId"`,
    );
    const samples = speechLike([words], 3.2);
    const clip = encodeALaw(samples).toString('base64');
    return {
      ...one(leg, 'leg'),
      ...{ phoneId: randomUUID(), trunkId: randomUUID(), sipStatus, keepsNew, announced: null },
      print: soundPrint(samples)!,
      clipSealed: seal(api.secretKey, CLIP, clip),
    };
  }
  const keep = (hearing: Hearing) => keepHearing(api.database.db, hearing);

  it('two processes that hear a new one at once make one of it, and a write that is tried again none', async () => {
    const hearings = await Promise.all([refused(1), refused(1, 503), refused(1)]);
    await Promise.all(hearings.map(keep));
    await Promise.all(hearings.map(keep));
    await keep(await refused(2, 480, false));
    expect(await listed()).toMatchObject([
      { heard: 3, statuses: { 480: 2, 503: 1 }, class: null, hasAudio: true },
    ]);
  });

  it('are listened to and labelled once, by whoever may; the sound can be erased, the print stays', async () => {
    await keep(await refused(3));
    const [, { id } = { id: '' }] = await listed('&labelled=false');
    const audio = await fetch(`${api.url}/v1/carrier-announcements/${id}/audio`, {
      headers: { authorization: `Bearer ${manager}` },
    });
    expect(audio.headers.get('content-type')).toBe('audio/wav');
    expect((await audio.arrayBuffer()).byteLength).toBeGreaterThan(40_000);
    const supervisor = await api.key('supervisor');
    const said = { class: 'inactive', label: 'Nomor yang Anda tuju tidak aktif' };
    expect((await ask(`POST /${id}/label`, said, supervisor)).statusCode).toBe(403);
    const wrong = await ask(`POST /${id}/label`, { class: 'dead', label: 'x' });
    expect([wrong.statusCode, wrong.json().errors[0].field]).toEqual([400, 'class']);
    const labelled = await ask(`POST /${id}/label`, said);
    expect(labelled.json()).toMatchObject({ ...said, labelledBy: expect.stringMatching(/^key:/) });
    expect(await listed('&labelled=true')).toMatchObject([{ id }]);
    expect(await listed('&class=busy')).toEqual([]);
    expect((await ask(`POST /${id}/erase`)).json()).toMatchObject({ hasAudio: false });
    expect((await ask(`GET /${id}/audio`)).statusCode).toBe(404);
    await keep(await refused(3));
    expect(await listed('&labelled=true')).toMatchObject([{ id, heard: 2 }]);
  });

  it('that nobody labels nor hears are forgotten, and old sounds erased', async () => {
    const { db } = api.database;
    await keep(await refused(4));
    const later = (days: number) => new Date(Date.now() + days * 86_400_000);
    expect(await tidyCarrierAnnouncements(db, later(80))).toBe(0);
    const before = await listed('&labelled=true');
    await tidyCarrierAnnouncements(db, later(100));
    expect(await listed()).toEqual(before);
    await db.query('update carrier_announcement set clip_sealed = $1', [Buffer.alloc(1)]);
    await tidyCarrierAnnouncements(db, later(740));
    expect(await listed()).toMatchObject([{ hasAudio: false }]);
  });
});
