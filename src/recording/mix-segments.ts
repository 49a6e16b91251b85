import { setImmediate as nextTurn } from 'node:timers/promises';
import { decoderOf, SAMPLE_RATE, type FrameDecoder } from './frame-decoder';
import { readPcap } from './read-pcap';
import { legStreams, type RtpStream } from './rtp-stream';
import { FRAME_BYTES, WAV_HEADER_BYTES, wavHeader } from './stereo-wav';

/** What the engine captured between a start and a stop of the recording. */
export interface CapturedSegment {
  /** A capture file, see `readPcap`. */
  readonly pcap: Buffer;
  /** The engine's port that the customer sends to. */
  readonly customerPort: number;
  /** The engine's port that what the customer hears of our side comes in at; null: all others. */
  readonly agentPort?: number | null;
  /** What the agent's softphone calls Opus; null: it does not speak it. */
  readonly opusPayloadType: number | null;
}

export interface MixedSegment {
  readonly offsetMs: number;
  readonly durationMs: number;
}

export interface MixedTalk {
  /** A whole WAV file: 16 bits, 8 kHz, the agent left, the customer right. */
  readonly wav: Buffer;
  /** When its first sample was heard. */
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Where each given segment lies in it; null: nothing was captured of it. */
  readonly segments: readonly (MixedSegment | null)[];
  /** Packets in a codec that is not known; they are silence. */
  readonly packetsUndecoded: number;
}

/** Longer is taken for a broken clock, not for a talk. */
const LONGEST_MS = 6 * 3_600_000;
/**
 * How far the place by RTP timestamp may lie from the place by arrival: what is further off has
 * begun its timestamps anew, or a clock that runs away.
 */
const LARGEST_DRIFT_SAMPLES = SAMPLE_RATE / 2;
/** Packets between which others get the processor. */
const PACKETS_A_TURN = 500;

interface LaidStream extends RtpStream {
  readonly channel: 0 | 1;
  readonly opusPayloadType: number | null;
}

/**
 * Puts the segments of a talk into one recording, each sample where it was heard: by RTP timestamp
 * within a stream, by arrival between streams and segments. What was lost, or not recorded between
 * two segments, is silence.
 * @returns null when nothing was heard at all
 * @throws RangeError when a capture cannot be read, or is longer than six hours
 */
export async function mixSegments(segments: readonly CapturedSegment[]): Promise<MixedTalk | null> {
  const captured = segments.map((segment) => {
    const streams = streamsOf(segment);
    return { streams, span: spanOf(streams) };
  });
  const spans = captured.flatMap(({ span }) => span ?? []);
  if (spans.length === 0) return null;
  const startMs = Math.min(...spans.map(({ fromMs }) => fromMs));
  const lengthMs = Math.max(...spans.map(({ toMs }) => toMs)) - startMs;
  if (lengthMs > LONGEST_MS) throw new RangeError('captures that lie more than six hours apart');
  const samples = Math.ceil((lengthMs * SAMPLE_RATE) / 1_000);
  const wav = Buffer.alloc(WAV_HEADER_BYTES + samples * FRAME_BYTES);
  wavHeader(samples * FRAME_BYTES).copy(wav);
  const track = new Track(wav, startMs);
  for (const { streams } of captured) for (const stream of streams) await track.lay(stream);
  return {
    wav,
    startedAt: new Date(Math.floor(startMs)),
    durationMs: Math.round(lengthMs),
    segments: captured.map(({ span }) =>
      span === null
        ? null
        : {
            offsetMs: Math.round(span.fromMs - startMs),
            durationMs: Math.round(span.toMs - span.fromMs),
          },
    ),
    packetsUndecoded: track.packetsUndecoded,
  };
}

function streamsOf({
  pcap,
  customerPort,
  agentPort = null,
  opusPayloadType,
}: CapturedSegment): LaidStream[] {
  const { agent, customer } = legStreams(readPcap(pcap), customerPort, agentPort);
  return [
    ...agent.map((stream) => ({ ...stream, channel: 0 as const, opusPayloadType })),
    // to carriers G.711 is offered alone
    ...customer.map((stream) => ({ ...stream, channel: 1 as const, opusPayloadType: null })),
  ];
}

/** Of a frame: what came last is heard so long. */
const FRAME_MS = 20;

function spanOf(streams: readonly RtpStream[]): { fromMs: number; toMs: number } | null {
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const { packets } of streams)
    for (const { atMs } of packets) {
      fromMs = Math.min(fromMs, atMs);
      toMs = Math.max(toMs, atMs + FRAME_MS);
    }
  return fromMs === Infinity ? null : { fromMs, toMs };
}

/** Where a stream's timestamps lie in the recording. */
interface Anchor {
  readonly timestamp: number;
  readonly sample: number;
}

class Track {
  packetsUndecoded = 0;
  private packetsLaid = 0;

  constructor(
    private readonly wav: Buffer,
    private readonly startMs: number,
  ) {}

  async lay(stream: LaidStream): Promise<void> {
    const decoders = new Map<number, FrameDecoder | null>();
    let anchor: Anchor | null = null;
    for (const packet of stream.packets) {
      let decoder = decoders.get(packet.payloadType);
      if (decoder === undefined) {
        decoder = await decoderOf(packet.payloadType, stream.opusPayloadType);
        decoders.set(packet.payloadType, decoder);
      }
      if (decoder === null) {
        this.packetsUndecoded += 1;
        continue;
      }
      const arrived = Math.round(((packet.atMs - this.startMs) * SAMPLE_RATE) / 1_000);
      let sample = placeOf(packet.timestamp, anchor, decoder.clockRate);
      if (sample === null || Math.abs(sample - arrived) > LARGEST_DRIFT_SAMPLES) {
        anchor = { timestamp: packet.timestamp, sample: arrived };
        sample = arrived;
      }
      this.write(decoder.decode(packet.payload), sample, stream.channel);
      this.packetsLaid += 1;
      if (this.packetsLaid % PACKETS_A_TURN === 0) await nextTurn();
    }
    for (const decoder of decoders.values()) decoder?.close();
  }

  private write(samples: Int16Array, first: number, channel: 0 | 1): void {
    const offset = WAV_HEADER_BYTES + channel * 2;
    for (let i = 0; i < samples.length; i += 1) {
      const at = offset + (first + i) * FRAME_BYTES;
      if (at >= WAV_HEADER_BYTES && at + 2 <= this.wav.length)
        this.wav.writeInt16LE(samples[i] ?? 0, at);
    }
  }
}

function placeOf(timestamp: number, anchor: Anchor | null, clockRate: number): number | null {
  if (anchor === null) return null;
  // the difference of two 32-bit numbers that wrap
  const ticks = (timestamp - anchor.timestamp) | 0;
  return anchor.sample + Math.round((ticks * SAMPLE_RATE) / clockRate);
}
