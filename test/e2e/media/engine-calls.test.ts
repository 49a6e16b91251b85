import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cleanups } from '../../support/cleanups';
import { eventually } from '../../support/eventually';
import { openTarget } from '../conformance/support/conformance-target';
import { CallFloor, type SignedIn } from '../calls/support/call-floor';
import { TrunkPeer } from '../calls/support/trunk-peer';
import { RecordingShelf } from './support/recording-shelf';
import { RtpPeer } from './support/rtp-peer';
import { Rtpengine } from './support/rtpengine';
import { shareInSamples } from './support/tone';
import { WebrtcEnd } from './support/webrtc-end';

jest.setTimeout(30_000);

const SILENCE_LIMIT_MS = 2_000;

const whole = new Cleanups();
const each = new Cleanups();
let floor: CallFloor;
let engines: Rtpengine[];
let browser: Rtpengine;
let trunk: TrunkPeer;
let spool: string;
let kept: string;

beforeAll(async () => {
  [spool, kept] = (await Promise.all(
    ['spool', 'kept'].map((name) => mkdtemp(join(tmpdir(), `santun-${name}-`))),
  )) as [string, string];
  for (const folder of [spool, kept])
    whole.add({ close: () => rm(folder, { recursive: true, force: true }) });
  const started = await Promise.all([
    Rtpengine.start(),
    Rtpengine.start(spool),
    Rtpengine.start(spool),
  ]);
  started.forEach((engine) => whole.add(engine));
  [browser, ...engines] = started;
  floor = whole.add(
    await CallFloor.open({}, () => openTarget(), {
      engines: engines.map(({ address }) => address),
      silenceLimitMs: SILENCE_LIMIT_MS,
      recordsAll: true,
    }),
  );
  trunk = whole.add(await TrunkPeer.open('talk'));
  await floor.addTrunk({ port: trunk.port });
});
afterEach(() => each.run());
afterAll(() => whole.run());

interface Ends {
  readonly agent: SignedIn;
  readonly agentEar: RtpPeer;
  readonly debtorEar: RtpPeer;
}

/** An agent with a softphone of the kind, ready, and a debtor's end behind the trunk. */
async function ends(kind: 'plain' | 'webrtc'): Promise<Ends> {
  const [agentEar, debtorEar] = await Promise.all([RtpPeer.open(440, 3), RtpPeer.open(1_000, 7)]);
  each.add(agentEar);
  each.add(debtorEar);
  const web = new WebrtcEnd(browser, agentEar);
  const account = await floor.addAgent();
  const softphone = await floor.openSoftphone(account, kind === 'plain' ? 'udp' : 'ws');
  softphone.describe =
    kind === 'webrtc'
      ? (offer) => web.answer(offer)
      : (offer) => {
          agentEar.talkTo(offer);
          return Promise.resolve(agentEar.sdp());
        };
  expect(await softphone.register()).toBe(200);
  const sessionId = await floor.signIn(account.agentId, 'nailed_up');
  each.add({ close: () => signOut(sessionId) });
  await floor.untilSession(sessionId, 'ready');
  trunk.offers.length = 0;
  trunk.describe = () => {
    debtorEar.talkTo(trunk.offers.at(-1)!);
    return debtorEar.sdp();
  };
  return { agent: { agentId: account.agentId, sessionId, softphone }, agentEar, debtorEar };
}

async function signOut(sessionId: string): Promise<void> {
  await floor.db.query(
    `update agent_session set state = 'offline', ended_at = now() where id = $1`,
    [sessionId],
  );
  await floor.role.handle({ name: 'release_agent', sessionId });
}

const invites = ({ agent }: Ends): number =>
  agent.softphone.peer.count((message) => message.method === 'INVITE');

const bothHear = ({ agentEar, debtorEar }: Ends): Promise<unknown> =>
  Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);

const quality = async (attemptId: string): Promise<Record<string, number | null>[]> => {
  const { rows } = await floor.db.query<{ quality: Record<string, number | null> | null }>(
    `select l.media_quality as quality from call_leg l join call c on c.id = l.call_id
     where c.attempt_id = $1 order by l.kind`,
    [attemptId],
  );
  return rows.map((row) => row.quality).filter((found) => found !== null);
};

const bothQualities = (attemptId: string): Promise<Record<string, number | null>[]> =>
  eventually('quality of both legs', 5_000, async () => {
    const found = await quality(attemptId);
    return found.length === 2 ? found : null;
  });

/** The engine that carries this softphone's leg. */
const engineOf = async (): Promise<Rtpengine> => {
  for (const engine of engines) {
    const reply = await engine.client.send({ command: 'list' });
    if (reply.kind === 'ok' && (reply.reply.calls as string[]).length > 0) return engine;
  }
  throw new Error('no engine has a call');
};

test('plain RTP: both are heard through the engine; hold, mute and what was heard', async () => {
  const call = await ends('plain');
  const { agentEar, debtorEar } = call;
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await bothHear(call);
  // the debtor's side was offered the engine, and the softphone was asked once, at sign-in
  expect(trunk.offers[0]).toMatch(/^m=audio \d+ RTP\/AVP 8 0 \d+\r$/m);
  expect(trunk.offers[0]).not.toContain(` ${agentEar.port} `);
  expect(invites(call)).toBe(1);

  const control = (command: 'hold' | 'resume' | 'mute' | 'unmute') =>
    floor.role.handle({ name: 'control_call', attemptId, command });
  await control('mute');
  await debtorEar.hearsNothing();
  await agentEar.hears(debtorEar);
  await control('unmute');
  await control('hold');
  // what the debtor hears then is in announcements.test.ts
  await agentEar.hearsNothing();
  expect(trunk.offers.at(-1)).toContain('a=sendonly');
  await control('resume');
  expect(trunk.offers.at(-1)).toContain('a=sendrecv');
  await bothHear(call);
  trunk.hangUp();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  const heard = await bothQualities(attemptId);
  for (const { packets, bytes } of heard) {
    expect(packets).toBeGreaterThan(50);
    expect(bytes).toBe(172 * packets!);
  }
});

test('WebRTC: Opus under DTLS-SRTP, up before the call, heard at once after the answer', async () => {
  const call = await ends('webrtc');
  const [invite] = call.agent.softphone.peer.seen
    .map(({ message }) => message)
    .filter(({ method }) => method === 'INVITE');
  expect(invite!.body).toMatch(/^m=audio \d+ UDP\/TLS\/RTP\/SAVPF 111 /m);
  for (const attribute of ['fingerprint:', 'ice-ufrag:', 'candidate:', 'rtcp-mux', 'mid:'])
    expect(invite!.body).toContain(`a=${attribute}`);
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await bothHear(call);
  expect(trunk.offers[0]).toMatch(/^m=audio \d+ RTP\/AVP 8 0 \d+\r$/m);
  expect(trunk.offers[0]).toMatch(/^a=rtpmap:\d+ telephone-event\/8000\r$/m);
  expect(trunk.offers[0]).not.toMatch(/fingerprint|ice-|a=mid|opus/);
  expect(invites(call)).toBe(1);
  trunk.hangUp();
  await floor.untilAttempt(attemptId, 'ended');
});

test.each(['webrtc', 'plain'] as const)(
  'a talk is recorded (%s): agent left, customer right, nothing of a pause',
  async (kind) => {
    const call = await ends(kind);
    const attemptId = await floor.dial();
    await floor.untilAttempt(attemptId, 'connected');
    await bothHear(call);
    const record = (command: 'pause' | 'resume') =>
      floor.role.handle({ name: 'control_recording', attemptId, command, reason: 'card' });
    await record('pause');
    await bothHear(call);
    // so long that what the engine had still to write when it was told is no large part of it
    await eventually('0.8 s of talk', 5_000, () => (call.debtorEar.heard >= 40 ? true : null));
    await record('resume');
    await bothHear(call);
    trunk.hangUp();
    await floor.untilAttempt(attemptId, 'ended');
    const shelf = new RecordingShelf(floor.db, spool, kept);
    const row = await shelf.stored(attemptId);
    const wav = await shelf.audioOf(row, 0, Number(row.bytes) - 1);
    expect(createHash('sha256').update(wav).digest('hex')).toBe(row.sha256.toString('hex'));
    expect(await shelf.audioOf(row, 1_001, 2_000)).toEqual(wav.subarray(1_001, 2_001));
    expect(row.segments.map(({ endCause }) => endCause)).toEqual(['paused', 'talk_ended']);
    expect(row.gaps).toMatchObject([{ cause: 'paused', reason: 'card', flagged: false }]);

    const heard = (channel: 0 | 1, fromMs: number, toMs: number): number[] =>
      Array.from({ length: (toMs - fromMs) * 8 }, (_, i) =>
        wav.readInt16LE(44 + (fromMs * 8 + i) * 4 + channel * 2),
      );
    for (const { offsetMs, durationMs } of row.segments) {
      // the first packets of a segment come one after the other
      const [from, to] = [offsetMs + 60, offsetMs + durationMs - 60];
      expect(to - from).toBeGreaterThan(150);
      expect(shareInSamples(heard(0, from, to), 440)).toBeGreaterThan(0.8);
      expect(shareInSamples(heard(1, from, to), 1_000)).toBeGreaterThan(0.8);
    }
    const [gap] = row.gaps;
    expect(gap!.durationMs).toBeGreaterThan(200);
    const pause = [gap!.offsetMs + 40, gap!.offsetMs + gap!.durationMs - 40] as const;
    expect(new Set([...heard(0, ...pause), ...heard(1, ...pause)])).toEqual(new Set([0]));

    const { rows } = await floor.db.query<{ payload: Record<string, unknown> }>(
      `select payload from event where type = 'recording.ready' and payload->>'id' = $1`,
      [row.id],
    );
    expect(rows.map(({ payload }) => payload)).toMatchObject([
      { attemptId, sha256: row.sha256.toString('hex'), bytes: wav.length, channels: 2, gaps: 0 },
    ]);
    const left = (await readdir(join(spool, 'pcaps'))).concat(await readdir(join(spool, 'tmp')));
    expect(left).toEqual([]);
  },
);

test('a debtor who is not heard of any more ends the talk', async () => {
  const call = await ends('plain');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await bothHear(call);
  call.debtorEar.hush();
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'system',
  });
  expect(await floor.session(call.agent.sessionId)).toEqual({
    state: 'wrap_up',
    cause: 'media_timeout',
  });
});

test('a drained engine takes no new call: the leg changes over before its next one', async () => {
  const call = await ends('plain');
  const drained = await engineOf();
  const setDraining = (draining: boolean) =>
    floor.db.query('update media_engine set draining = $2 where name = $1', [
      drained.address.name,
      draining,
    ]);
  await setDraining(true);
  each.add({ close: () => setDraining(false) });
  await floor.nextEngineReport();
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await bothHear(call);
  expect(invites(call)).toBe(2);
  expect((await engineOf()).address).not.toEqual(drained.address);
  await Promise.all([call.agentEar.hasReported(), call.debtorEar.hasReported()]);
  trunk.hangUp();
  await floor.untilAttempt(attemptId, 'ended');
  const [agent, customer] = await bothQualities(attemptId);
  expect(agent).toMatchObject({ packetsLost: 0, jitterMs: 3 });
  expect(customer).toMatchObject({ packetsLost: 0, jitterMs: 7 });
  for (const { mos, roundTripMs } of [agent!, customer!]) {
    expect(mos).toBeGreaterThan(4);
    expect(roundTripMs).not.toBeNull();
  }
});

describe('when an engine dies', () => {
  test('the talk goes on over another, keys and all', async () => {
    const call = await ends('webrtc');
    const attemptId = await floor.dial();
    await floor.untilAttempt(attemptId, 'connected');
    await bothHear(call);
    const dead = await engineOf();
    await dead.kill();
    await eventually('re-offers to both', 8_000, () =>
      invites(call) > 1 && trunk.offers.length > 1 ? true : null,
    );
    await bothHear(call);
    expect((await floor.attempt(attemptId)).state).toBe('connected');
    await dead.run();
    trunk.hangUp();
    await floor.untilAttempt(attemptId, 'ended');
  });
});

describe('without any engine', () => {
  const killAll = (): Promise<unknown> => Promise.all(engines.map((engine) => engine.kill()));

  test('a browser is not called with: the attempt ends before its INVITE', async () => {
    const { agent } = await ends('webrtc');
    await killAll();
    const attemptId = await floor.dial();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'expired',
      counted: false,
    });
    expect(trunk.offers).toEqual([]);
    expect(await floor.session(agent.sessionId)).toEqual({
      state: 'connecting',
      cause: 'no_media_engine',
    });
    // and comes back with the first engine
    await Promise.all(engines.map((engine) => engine.run()));
    await floor.untilSession(agent.sessionId, 'ready');
  });

  test('phones of plain RTP talk directly', async () => {
    await killAll();
    const call = await ends('plain');
    const attemptId = await floor.dial();
    await floor.untilAttempt(attemptId, 'connected');
    expect(trunk.offers[0]).toContain(`m=audio ${call.agentEar.port} RTP/AVP 8 101\r\n`);
    await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
    await floor.untilAttempt(attemptId, 'ended');
  });
});
