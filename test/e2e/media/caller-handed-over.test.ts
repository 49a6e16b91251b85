import { createHash } from 'node:crypto';
import { addAnnouncement } from '../../../src/db/announcements';
import type { AnnouncementKind } from '../../../src/domain/announcement';
import { Cleanups } from '../../support/cleanups';
import { eventually } from '../../support/eventually';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { wavOf } from '../../support/wav-of';
import { CallFloor, type SignedIn } from '../calls/support/call-floor';
import { InboundCaller } from '../calls/support/inbound-caller';
import { lastInboundCall } from '../calls/support/inbound-row';
import { RtpPeer } from './support/rtp-peer';
import { Rtpengine } from './support/rtpengine';

jest.setTimeout(30_000);

const MUSIC_HERTZ = 500;
const MESSAGE_HERTZ = 800;
const AGENT_HERTZ = 440;
const CALLER_HERTZ = 1_000;

const whole = new Cleanups();
const each = new Cleanups();
let engine: Rtpengine;
let floor: CallFloor;
let carrier: UdpSipPeer;

beforeAll(async () => {
  engine = whole.add(await Rtpengine.start());
});
beforeEach(async () => {
  const media = { engines: [engine.address], silenceLimitMs: 0 };
  floor = each.add(await CallFloor.open({}, undefined, media));
  carrier = each.add(await UdpSipPeer.open());
  await floor.addTrunk({ port: Number(carrier.hostPort.split(':')[1]) });
  await announce('queue_music', MUSIC_HERTZ, 0.5);
  await announce('safe_message', MESSAGE_HERTZ, 1);
});
afterEach(() => each.run());
afterAll(() => whole.run());

async function announce(kind: AnnouncementKind, hertz: number, seconds: number): Promise<void> {
  const audio = wavOf({ hertz: [hertz], seconds });
  const sha256 = createHash('sha256').update(audio).digest();
  await floor.db.transaction((tx) =>
    addAnnouncement(tx, {
      ...{ creditorId: null, kind, language: 'id', text: `nada ${hertz}`, audio, sha256 },
      ...{ sourceSha256: sha256, durationMs: seconds * 1_000, createdBy: 'test' },
    }),
  );
}

interface Seated extends SignedIn {
  readonly ear: RtpPeer;
}

/** An agent with a phone of plain RTP, ready. @param pickUp before which the phone rings */
async function agent(
  legMode: 'nailed_up' | 'per_call' = 'nailed_up',
  pickUp: Promise<void> = Promise.resolve(),
): Promise<Seated> {
  const ear = each.add(await RtpPeer.open(AGENT_HERTZ));
  const account = await floor.addAgent();
  const softphone = await floor.openSoftphone(account, 'udp');
  softphone.describe = async (offer) => {
    await pickUp;
    ear.talkTo(offer);
    return ear.sdp();
  };
  expect(await softphone.register()).toBe(200);
  const sessionId = await floor.signIn(account.agentId, legMode);
  await floor.untilSession(sessionId, 'ready');
  return { agentId: account.agentId, sessionId, softphone, ear };
}

interface Calling {
  readonly caller: InboundCaller;
  readonly ear: RtpPeer;
  /** Answers the nth re-INVITE that the caller gets. */
  readonly follow: (nth: number) => Promise<void>;
}

/** Somebody whom an agent has picked up for: they hear the music, and have our 200. */
async function answeredCaller(): Promise<Calling> {
  const ear = each.add(await RtpPeer.open(CALLER_HERTZ));
  const sdp = ear.sdp();
  const server = floor.endpoint('udp').split('/')[1]!;
  const from = '+6281200004321';
  const caller = new InboundCaller(carrier, { server, called: '+622150000001', from, sdp });
  ear.talkTo((await caller.response(183)).message.body);
  await ear.hearsTone(MUSIC_HERTZ);
  expect((await caller.final()).status).toBe(200);
  const follow = async (nth: number): Promise<void> => {
    ear.talkTo(await caller.acceptReInvite(sdp, 5_000, nth));
  };
  return { caller, ear, follow };
}

/** Calls that the engine has with it: a standing leg is one, music another. */
const callsOfEngine = async (): Promise<number | null> => {
  const reply = await engine.client.send({ command: 'list' });
  return reply.kind === 'ok' ? (reply.reply.calls as string[]).length : null;
};
const untilCallsOfEngine = (count: number): Promise<unknown> =>
  eventually(`${count} calls of the engine`, 5_000, async () =>
    (await callsOfEngine()) === count ? true : null,
  );

/** The caller's side is asked to hear the agent, and has not said yes. */
const isBeingTakenOver = ({ caller }: Calling): Promise<unknown> =>
  carrier.waitFor((m) => m.method === 'INVITE' && m.callId === caller.dialog.callId);

const LOSSES: Record<string, (lost: Seated) => Promise<unknown>> = {
  'their phone hangs up': (lost) => {
    lost.softphone.dialog!.bye();
    return lost.softphone.peer.waitFor((m) => m.cseqMethod === 'BYE' && m.status === 200);
  },
  'they hang up on the page': async () => {
    const { rows } = await floor.db.query<{ id: string }>(`select id from attempt`);
    await floor.role.handle({
      ...{ name: 'control_call', attemptId: rows[0]!.id, command: 'hang_up' },
    });
  },
};

test.each(Object.keys(LOSSES))(
  'D12: as the caller is handed over, the agent is gone (%s): music, then the next agent',
  async (loss) => {
    const lost = await agent();
    const calling = await answeredCaller();
    await isBeingTakenOver(calling);
    let pickUp: () => void = () => undefined;
    const next = await agent('per_call', new Promise((resolve) => (pickUp = resolve)));
    await LOSSES[loss]!(lost);
    await calling.follow(1);
    await next.softphone.peer.waitFor((m) => m.method === 'INVITE');
    await calling.ear.hearsTone(MUSIC_HERTZ);
    pickUp();
    await calling.follow(2);
    const { caller, ear } = calling;
    const { attemptId } = await lastInboundCall(floor, 'answered');
    await floor.untilAttempt(attemptId!, 'connected');
    await floor.untilSession(next.sessionId, 'in_call');
    await Promise.all([ear.hears(next.ear), next.ear.hears(ear)]);
    // nothing goes on below the talk: what is left is the leg of who has it, and of who hung up on the page
    await untilCallsOfEngine(loss.includes('page') ? 2 : 1);
    await caller.hangUp();
    expect(await floor.untilAttempt(attemptId!, 'ended')).toMatchObject({
      ...{ result: 'connected', endedBy: 'debtor' },
    });
  },
);

test('D12: gone as the caller is handed over, and nobody else is ready: the safe message, then the end', async () => {
  const lost = await agent();
  const calling = await answeredCaller();
  await isBeingTakenOver(calling);
  await LOSSES['their phone hangs up']!(lost);
  await calling.follow(1);
  await calling.follow(2);
  await calling.ear.hearsTone(MESSAGE_HERTZ);
  await calling.caller.untilHungUp();
  const { attemptId } = await lastInboundCall(floor, 'answered');
  expect(await floor.untilAttempt(attemptId!, 'ended')).toMatchObject({
    ...{ result: 'abandoned', sipReason: 'agent_lost', counted: false },
  });
  expect(await floor.session(lost.sessionId)).toEqual({
    ...{ state: 'lost', cause: 'agent_leg_ended' },
  });
  await untilCallsOfEngine(0);
});

test('a caller whose phone refuses to be handed over is hung up on, and nothing is left playing', async () => {
  const seated = await agent();
  const { caller } = await answeredCaller();
  // to the agent, and to the safe message
  for (const nth of [1, 2]) {
    const offer = await carrier.waitFor(
      (m) => m.method === 'INVITE' && m.callId === caller.dialog.callId,
      { nth },
    );
    caller.dialog.answer(offer, 488);
  }
  await caller.untilHungUp();
  await floor.untilSession(seated.sessionId, 'ready');
  // the standing leg
  await untilCallsOfEngine(1);
});

test('a caller who hangs up as they are handed over leaves nothing playing', async () => {
  const seated = await agent();
  const calling = await answeredCaller();
  await isBeingTakenOver(calling);
  await calling.caller.hangUp();
  await floor.untilSession(seated.sessionId, 'ready');
  await untilCallsOfEngine(1);
});
