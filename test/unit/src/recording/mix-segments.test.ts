import { decodeALaw, decodeMuLaw } from '../../../../src/recording/decode-g711';
import { mixSegments, type MixedTalk } from '../../../../src/recording/mix-segments';
import { readPcap } from '../../../../src/recording/read-pcap';
import { WAV_HEADER_BYTES } from '../../../../src/recording/stereo-wav';
import { ethernet, makePcap, type MadePacket } from '../../../support/make-pcap';

const CUSTOMER_PORT = 31_002;
const AGENT_PORT = 31_000;
const T0_MS = 1_750_000_000_000;
/** PCMA of the sample 8 and -8, and PCMU of 0: no two sides look alike. */
const A_PLUS = 0xd5;
const A_MINUS = 0x55;

interface Spoken {
  readonly from?: number;
  readonly frames: number;
  readonly startMs?: number;
  readonly change?: (packet: MadePacket, n: number) => MadePacket | null;
}

/** Frames of 20 ms of one byte each. */
function speech(toPort: number, byte: number, spoken: Spoken): MadePacket[] {
  const { from = 0, frames, startMs = T0_MS, change } = spoken;
  const packets: MadePacket[] = [];
  for (let i = 0; i < frames; i += 1) {
    const n = from + i;
    const packet: MadePacket = {
      ...{ atMs: startMs + i * 20, toPort, payloadType: 8 },
      ...{ sequence: 65_530 + n, timestamp: 0xffff_fc00 + n * 160, ssrc: toPort },
      payload: Buffer.alloc(160, byte),
    };
    const changed = change === undefined ? packet : change(packet, i);
    if (changed !== null) packets.push(changed);
  }
  return packets;
}

const segment = (...packets: MadePacket[]) => ({
  pcap: makePcap(packets),
  customerPort: CUSTOMER_PORT,
  opusPayloadType: null,
});

function samples({ wav }: MixedTalk, channel: 0 | 1, fromMs: number, toMs: number): Set<number> {
  const found = new Set<number>();
  for (let i = fromMs * 8; i < toMs * 8; i += 1)
    found.add(wav.readInt16LE(WAV_HEADER_BYTES + i * 4 + channel * 2));
  return found;
}

async function mixed(...segments: ReturnType<typeof segment>[]): Promise<MixedTalk> {
  const talk = await mixSegments(segments);
  if (talk === null) throw new Error('nothing was heard');
  return talk;
}

test('the agent is left, the customer right, in a WAV that says what it is', async () => {
  const talk = await mixed(
    segment(
      ...speech(AGENT_PORT, A_PLUS, { frames: 10 }),
      ...speech(CUSTOMER_PORT, A_MINUS, { frames: 10, startMs: T0_MS + 100 }),
    ),
  );
  expect(talk.durationMs).toBe(300);
  expect(talk.startedAt).toEqual(new Date(T0_MS));
  expect(talk.segments).toEqual([{ offsetMs: 0, durationMs: 300 }]);
  expect(samples(talk, 0, 0, 200)).toEqual(new Set([8]));
  expect(samples(talk, 0, 200, 300)).toEqual(new Set([0]));
  expect(samples(talk, 1, 0, 100)).toEqual(new Set([0]));
  expect(samples(talk, 1, 100, 300)).toEqual(new Set([-8]));
  const { wav } = talk;
  expect(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect(wav.readUInt32LE(4)).toBe(wav.length - 8);
  expect([20, 22, 32, 34].map((at) => wav.readUInt16LE(at))).toEqual([1, 2, 4, 16]);
  expect([24, 28, 40].map((at) => wav.readUInt32LE(at))).toEqual([8_000, 32_000, 300 * 32]);
});

test('what was lost is silence, what came late or twice is where it belongs', async () => {
  const talk = await mixed(
    segment(
      ...speech(AGENT_PORT, A_PLUS, {
        frames: 20,
        change: (packet, n) => {
          if (n === 5) return null;
          return n === 10
            ? { ...packet, atMs: packet.atMs + 90, payload: Buffer.alloc(160) }
            : packet;
        },
      }),
      ...speech(AGENT_PORT, A_PLUS, { from: 3, frames: 1, startMs: T0_MS + 300 }),
    ),
  );
  expect(samples(talk, 0, 0, 100)).toEqual(new Set([8]));
  expect(samples(talk, 0, 100, 120)).toEqual(new Set([0]));
  expect(samples(talk, 0, 120, 200)).toEqual(new Set([8]));
  // PCMA 0x00
  expect(samples(talk, 0, 200, 220)).toEqual(new Set([-5_504]));
  expect(samples(talk, 0, 220, 400)).toEqual(new Set([8]));
});

test('a stream that begins its timestamps anew goes on by when it came', async () => {
  const talk = await mixed(
    segment(
      ...speech(CUSTOMER_PORT, A_PLUS, {
        frames: 20,
        change: (packet, n) =>
          n < 10 ? packet : { ...packet, timestamp: packet.timestamp + 7_000_000 },
      }),
      ...speech(CUSTOMER_PORT, A_MINUS, { frames: 5, startMs: T0_MS + 400 }).map((packet) => ({
        ...packet,
        ssrc: 9,
      })),
    ),
  );
  expect(talk.durationMs).toBe(500);
  expect(samples(talk, 1, 0, 400)).toEqual(new Set([8]));
  expect(samples(talk, 1, 400, 500)).toEqual(new Set([-8]));
});

test('between two segments, as in a pause, there is silence', async () => {
  const talk = await mixed(
    segment(...speech(AGENT_PORT, A_PLUS, { frames: 5 })),
    segment(),
    segment(...speech(AGENT_PORT, A_PLUS, { from: 100, frames: 5, startMs: T0_MS + 2_100 })),
  );
  expect(talk.segments).toEqual([
    { offsetMs: 0, durationMs: 100 },
    null,
    { offsetMs: 2_100, durationMs: 100 },
  ]);
  expect(samples(talk, 0, 0, 100)).toEqual(new Set([8]));
  expect(samples(talk, 0, 100, 2_100)).toEqual(new Set([0]));
  expect(samples(talk, 0, 2_100, 2_200)).toEqual(new Set([8]));
});

test('sides are told apart by the ports of each segment, and what came in elsewhere is neither', async () => {
  const [newCustomerPort, elsewhere] = [31_010, 31_020];
  const at = (startMs: number) => ({ frames: 5, startMs });
  const [first, second] = [at(T0_MS), at(T0_MS + 100)];
  const segments = [
    segment(...speech(AGENT_PORT, A_PLUS, first), ...speech(CUSTOMER_PORT, A_MINUS, first)),
    segment(
      ...speech(AGENT_PORT, A_PLUS, second),
      ...speech(newCustomerPort, A_MINUS, second),
      // a coach, for the agent alone
      ...speech(elsewhere, 0x2a, second),
    ),
  ].map((given) => ({ ...given, agentPort: AGENT_PORT }));
  const talk = await mixed(segments[0]!, { ...segments[1]!, customerPort: newCustomerPort });
  expect(samples(talk, 0, 0, 200)).toEqual(new Set([8]));
  expect(samples(talk, 1, 0, 200)).toEqual(new Set([-8]));
});

test('Opus is decoded under the number that the softphone gave it, DTMF is no audio', async () => {
  // RFC 6716, 3.1: 20 ms of CELT, no frame: silence of the right length
  const opus = { payloadType: 111, payload: Uint8Array.from([0xf8, 0xff, 0xfe]) };
  const agent = speech(AGENT_PORT, 0, {
    frames: 10,
    change: (packet, n) => ({ ...packet, ...opus, timestamp: n * 960 }),
  });
  const dtmf = { ...agent[9]!, payloadType: 126, sequence: 65_600 };
  const given = segment(...agent, dtmf);
  expect(await mixed({ ...given, opusPayloadType: 111 } as never)).toMatchObject({
    packetsUndecoded: 1,
  });
  expect(await mixed(given)).toMatchObject({ packetsUndecoded: 11 });
});

describe('capture files', () => {
  const whole = makePcap(speech(AGENT_PORT, A_PLUS, { frames: 3 }));

  test('one that is cut short gives its whole records', () => {
    expect([...readPcap(whole.subarray(0, whole.length - 1))]).toHaveLength(2);
    expect([...readPcap(Buffer.alloc(0))]).toEqual([]);
  });

  test('what is no capture is refused', () => {
    expect(() => [...readPcap(Buffer.alloc(100))]).toThrow(/not a capture file/);
    const raw = Buffer.from(whole);
    raw.writeUInt32LE(101, 20);
    expect(() => [...readPcap(raw)]).toThrow(/Ethernet/);
  });

  test('RTCP, and datagrams that are not RTP, are no audio', async () => {
    const [first] = [...readPcap(whole)];
    const frame = ethernet(
      AGENT_PORT,
      Buffer.from(first!.payload.map((b, i) => (i === 1 ? 200 : b))),
    );
    const file = Buffer.concat([whole.subarray(0, 24), whole.subarray(24, 40), frame]);
    expect(await mixSegments([{ ...segment(), pcap: file }])).toBeNull();
  });

  test('captures that lie a day apart are no talk', async () => {
    const late = speech(AGENT_PORT, A_PLUS, { frames: 1, startMs: T0_MS + 86_400_000 });
    const early = speech(AGENT_PORT, A_PLUS, { frames: 1 });
    await expect(mixSegments([segment(...early), segment(...late)])).rejects.toThrow(/six hours/);
  });
});

test('G.711 as ITU-T tells it', () => {
  expect([...decodeALaw(Buffer.from([0xd5, 0x55, 0xaa, 0x2a]))]).toEqual([8, -8, 32_256, -32_256]);
  expect([...decodeMuLaw(Buffer.from([0xff, 0x7f, 0x80, 0x00]))]).toEqual(
    [0, -0, 32_124, -32_124].map((s) => s + 0),
  );
});
