import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAnnouncement, retireAnnouncement } from '../../../src/db/announcements';
import {
  CLIP,
  labelCarrierAnnouncement,
  listCarrierAnnouncements,
  readSealedClip,
} from '../../../src/db/carrier-announcements';
import { unseal } from '../../../src/db/sealed-secret';
import type { AnnouncementKind } from '../../../src/domain/announcement';
import { ALIKE_BELOW_DB, soundPrint, unlikeness } from '../../../src/domain/sound-print';
import { decodeALaw } from '../../../src/recording/decode-g711';
import { speechLike } from '../../support/speech-like';
import { bindPack } from '../../support/bind-pack';
import { Cleanups } from '../../support/cleanups';
import { eventually } from '../../support/eventually';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';
import { wavOf } from '../../support/wav-of';
import { CallFloor, SECRET_KEY, type SignedIn } from '../calls/support/call-floor';
import { InboundCaller } from '../calls/support/inbound-caller';
import { TrunkPeer } from '../calls/support/trunk-peer';
import { callRefusedAfter } from './support/call-refused-after';
import { RtpPeer } from './support/rtp-peer';
import { Rtpengine } from './support/rtpengine';

jest.setTimeout(30_000);

const AGENT_HERTZ = 440;
const DEBTOR_HERTZ = 1_000;

const whole = new Cleanups();
const each = new Cleanups();
let floor: CallFloor;
let engines: Rtpengine[];
let trunk: TrunkPeer;

beforeAll(async () => {
  const spool = await mkdtemp(join(tmpdir(), 'santun-spool-'));
  whole.add({ close: () => rm(spool, { recursive: true, force: true }) });
  engines = await Promise.all([Rtpengine.start(spool), Rtpengine.start(spool)]);
  engines.forEach((engine) => whole.add(engine));
  floor = whole.add(
    await CallFloor.open({}, undefined, {
      engines: engines.map(({ address }) => address),
      silenceLimitMs: 0,
      recordsAll: true,
    }),
  );
  trunk = whole.add(await TrunkPeer.open('talk'));
  await floor.addTrunk({ port: trunk.port });
});
afterEach(() => each.run());
afterAll(() => whole.run());

/** In force until the end of the test. */
async function announce(kind: AnnouncementKind, hertz: number, seconds: number): Promise<void> {
  const audio = wavOf({ hertz: [hertz], seconds });
  const sha256 = createHash('sha256').update(audio).digest();
  const { announcement } = await floor.db.transaction((tx) =>
    addAnnouncement(tx, {
      ...{ creditorId: null, kind, language: 'id', text: `nada ${hertz}`, audio, sha256 },
      ...{ sourceSha256: sha256, durationMs: seconds * 1_000, createdBy: 'test' },
    }),
  );
  each.add({
    close: () => floor.db.transaction((tx) => retireAnnouncement(tx, announcement.id, 'test')),
  });
}

interface Ends {
  readonly agent: SignedIn;
  readonly agentEar: RtpPeer;
  readonly debtorEar: RtpPeer;
}

/** An agent with a phone of plain RTP, ready, and a debtor's end behind the trunk. */
async function ends(legMode: 'nailed_up' | 'per_call' = 'nailed_up'): Promise<Ends> {
  const agentEar = each.add(await RtpPeer.open(AGENT_HERTZ));
  const debtorEar = each.add(await RtpPeer.open(DEBTOR_HERTZ));
  const account = await floor.addAgent();
  const softphone = await floor.openSoftphone(account, 'udp');
  softphone.describe = (offer) => {
    agentEar.talkTo(offer);
    return Promise.resolve(agentEar.sdp());
  };
  expect(await softphone.register()).toBe(200);
  const sessionId = await floor.signIn(account.agentId, legMode);
  each.add({
    close: async () => {
      await floor.signOff(sessionId);
      await floor.role.handle({ name: 'release_agent', sessionId });
    },
  });
  await floor.untilSession(sessionId, 'ready');
  trunk.offers.length = 0;
  trunk.describe = () => {
    debtorEar.talkTo(trunk.offers.at(-1)!);
    return debtorEar.sdp();
  };
  return { agent: { agentId: account.agentId, sessionId, softphone }, agentEar, debtorEar };
}

interface Told {
  readonly kind: string;
  readonly text: string;
  readonly playedMs: number;
  readonly whole: boolean;
  readonly startedAt: string;
}
const told = async (attemptId: string): Promise<Told[]> =>
  (
    await floor.db.query<{ payload: Told }>(
      `select payload from event where type = 'announcement.played' and payload->>'attemptId' = $1`,
      [attemptId],
    )
  ).rows.map(({ payload }) => payload);
const untilTold = (attemptId: string): Promise<Told> =>
  eventually('an announcement that is kept', 5_000, async () => (await told(attemptId))[0] ?? null);

/** How long the attempt says that they were heard, ms. */
const heardMs = async (attemptId: string) =>
  (
    await floor.db.query<{ safe: number | null; notice: number | null }>(
      `select safe_message_ms as safe, recording_notice_ms as notice from attempt where id = $1`,
      [attemptId],
    )
  ).rows[0];

test('the debtor hears of the recording before the agent hears anything, then both talk', async () => {
  await announce('recording_notice', 600, 1.2);
  const { agentEar, debtorEar } = await ends();
  const attemptId = await floor.dial();
  await debtorEar.hearsTone(600);
  // what came through between the answer and the next command
  expect(agentEar.heard).toBeLessThan(8);
  await Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);
  expect(await untilTold(attemptId)).toMatchObject({
    ...{ kind: 'recording_notice', text: 'nada 600', playedMs: 1_200, whole: true, version: 1 },
  });
  expect(await heardMs(attemptId)).toEqual({ notice: 1_200, safe: null });
  trunk.hangUp();
  await floor.untilAttempt(attemptId, 'ended');
});

test('nobody is told of a recording that the creditor does not want', async () => {
  await announce('recording_notice', 600, 1.2);
  await floor.db.query(`update creditor set recording_policy = 'never'`);
  each.add({
    close: async () => {
      await floor.db.query(`update creditor set recording_policy = 'all'`);
    },
  });
  const { agentEar, debtorEar } = await ends();
  const attemptId = await floor.dial();
  await Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);
  trunk.hangUp();
  await floor.untilAttempt(attemptId, 'ended');
  // would have been written before the end
  expect(await told(attemptId)).toEqual([]);
  const { rows } = await floor.db.query('select from recording where attempt_id = $1', [attemptId]);
  expect(rows).toEqual([]);
});

test('where the rules want a notice, nothing is recorded without one', async () => {
  await bindPack(floor.db, 'TEST.NOTICE', [
    { id: 'test.notice', kind: 'recording', force: 'policy', cite: 'test', mode: 'announce' },
  ]);
  await floor.db.query(`update campaign set rule_packs = rule_packs || '{TEST.NOTICE}'::text[]`);
  each.add({
    close: async () => {
      await floor.db.query(
        `update campaign set rule_packs = array_remove(rule_packs, 'TEST.NOTICE')`,
      );
    },
  });
  const { agentEar, debtorEar } = await ends();
  const recorded = async () => {
    const attemptId = await floor.dial();
    await Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);
    trunk.hangUp();
    await floor.untilAttempt(attemptId, 'ended');
    const found = await floor.db.query('select from recording where attempt_id = $1', [attemptId]);
    return found.rowCount;
  };
  expect(await recorded()).toBe(0);
});

test('on hold the debtor hears a tone again and again, and the agent nothing', async () => {
  await announce('hold_tone', 700, 0.5);
  const { agentEar, debtorEar } = await ends();
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  await debtorEar.hears(agentEar);
  const control = (command: 'hold' | 'resume') =>
    floor.role.handle({ name: 'control_call', attemptId, command });
  await control('hold');
  await debtorEar.hearsTone(700);
  await agentEar.hearsNothing();
  // longer than it is
  await eventually('a second of it', 5_000, () => (debtorEar.heard > 60 ? true : null));
  await debtorEar.hearsTone(700);
  await control('resume');
  await Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);
  trunk.hangUp();
  await floor.untilAttempt(attemptId, 'ended');
  expect(await told(attemptId)).toEqual([]);
});

test('who calls hears music while the phone of an agent rings, then the agent', async () => {
  await announce('queue_music', 500, 0.5);
  const { agent, agentEar, debtorEar } = await ends('per_call');
  let pickUp: () => void = () => undefined;
  const pickedUp = new Promise<void>((resolve) => {
    pickUp = resolve;
  });
  each.add({
    close: () => {
      pickUp();
      return Promise.resolve();
    },
  });
  agent.softphone.describe = async (offer) => {
    await pickedUp;
    agentEar.talkTo(offer);
    return agentEar.sdp();
  };
  const carrier = whole.add(await UdpSipPeer.open());
  await floor.addTrunk({ port: Number(carrier.hostPort.split(':')[1]) });
  const server = floor.endpoint('udp').split('/')[1]!;
  const sdp = debtorEar.sdp();
  const caller = await eventually('a trunk that is known', 8_000, async () => {
    const tried = new InboundCaller(carrier, {
      ...{ server, called: '+622150000001', from: '+6281200004321', sdp },
    });
    return tried.response(100, 300).then(
      () => tried,
      () => null,
    );
  });
  const early = (await caller.response(183)).message.body;
  debtorEar.talkTo(early);
  await debtorEar.hearsTone(500);
  await eventually('a second of it', 5_000, () => (debtorEar.heard > 60 ? true : null));
  expect(agentEar.heard).toBe(0);
  pickUp();
  const answer = await caller.final();
  expect([answer.status, answer.body]).toEqual([200, early]);
  debtorEar.talkTo(await caller.acceptReInvite(sdp));
  await Promise.all([agentEar.hears(debtorEar), debtorEar.hears(agentEar)]);
  await caller.hangUp();
  await floor.untilSession(agent.sessionId, 'wrap_up');
});

test('a debtor who answers when nobody can be joined hears a message, then the line ends', async () => {
  await announce('safe_message', 800, 1);
  const { debtorEar } = await ends();
  const [engine] = await Promise.all(
    engines.map(async (one) => {
      const reply = await one.client.send({ command: 'list' });
      return reply.kind === 'ok' && (reply.reply.calls as string[]).length > 0 ? one : null;
    }),
  ).then((found) => found.filter((one) => one !== null));
  const answered = trunk.describe;
  trunk.describe = (user, direction) => {
    // gone between the answer and the talk
    void engine!.kill();
    return answered(user, direction);
  };
  const attemptId = await floor.dial();
  await eventually('another engine for the debtor', 8_000, () =>
    trunk.offers.length > 1 ? true : null,
  );
  await debtorEar.hearsTone(800);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    ...{ result: 'abandoned', sipReason: 'media_engine_lost', counted: true },
  });
  expect(await untilTold(attemptId)).toMatchObject({ kind: 'safe_message', whole: true });
  expect(await heardMs(attemptId)).toEqual({ safe: 1_000, notice: null });
  await trunk.peer.waitFor((m) => m.method === 'BYE');
  await engine!.run();
});

describe('E2: what a carrier says before it refuses', () => {
  const refusedAfter = (samples: Int16Array) => callRefusedAfter(floor, each, samples);

  test('waits for somebody to listen, and then tells what the code does not', async () => {
    const { agent } = await ends();
    const said = speechLike([7], 2.3);
    const first = await refusedAfter(said);
    expect(first.attempt).toMatchObject({
      ...{ result: 'unreachable', sipReason: 'temporarily_unavailable', sipStatus: 480 },
    });
    expect(first.leg).toMatchObject({ earlyMedia: 'early_audio', announcement: { class: null } });
    const { id } = first.leg.announcement!;
    expect(
      await listCarrierAnnouncements(floor.db, { labelled: false, class: null }, 10),
    ).toMatchObject([
      { id, heard: 1, operator: 'telkomsel', statuses: { 480: 1 }, hasAudio: true },
    ]);
    // what is listened to is what was said
    const sealed = await readSealedClip(floor.db, id);
    const clip = decodeALaw(Buffer.from(unseal(SECRET_KEY, CLIP, sealed!), 'base64'));
    expect(unlikeness(soundPrint(clip)!, soundPrint(said)!)).toBeLessThan(ALIKE_BELOW_DB);
    await floor.db.transaction((tx) =>
      labelCarrierAnnouncement(tx, id, {
        ...{ class: 'inactive', label: 'Nomor yang Anda tuju tidak aktif', by: 'test' },
      }),
    );
    await floor.untilSession(agent.sessionId, 'ready');
    const quieter = said.map((sample) => sample / 3);
    const again = await refusedAfter(quieter);
    expect(again.attempt).toMatchObject({
      ...{ result: 'unreachable', sipReason: 'announced_inactive', sipStatus: 480 },
    });
    expect(again.leg.announcement).toEqual({ id, class: 'inactive' });
    expect(
      await listCarrierAnnouncements(floor.db, { labelled: true, class: null }, 10),
    ).toMatchObject([{ id, heard: 2, class: 'inactive', statuses: { 480: 2 } }]);
  });
});
