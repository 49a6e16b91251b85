import { decodeALaw } from './a-law';

/** Payload type of PCMA (RFC 3551, 6): the one codec that is spoken here. */
export const PCMA = 8;
/** 20 ms at 8 kHz. */
export const FRAME_SAMPLES = 160;

/** Playing begins when so much is there, samples: what comes late by less is not missed. */
const BEGIN_AT = 2 * FRAME_SAMPLES;
/** More than this is delay that nobody needs, samples: the oldest is left out. */
const MOST = 10 * FRAME_SAMPLES;
/** So many lost packets in a row are silence of their length; more is a stream that began anew. */
const LARGEST_GAP = 5;

/** What came in on one port, in its order, for a reader who takes 20 ms at a time. */
export class PlayoutBuffer {
  private waiting: Int16Array = new Int16Array(0);
  private playing = false;
  private source: number | null = null;
  private sequence = 0;

  /** One RTP packet (RFC 3550, 5.1); whatever else it is, it is left alone. */
  receive(packet: Buffer): void {
    if (packet.length < 12 || packet.readUInt8(0) >> 6 !== 2) return;
    if ((packet.readUInt8(1) & 0x7f) !== PCMA) return;
    const start = 12 + (packet.readUInt8(0) & 0x0f) * 4;
    const samples = decodeALaw(packet.subarray(start));
    const missed = this.missedBefore(packet.readUInt16BE(2), packet.readUInt32BE(8));
    // it came too late: its place was played as silence
    if (missed === null) return;
    const all = new Int16Array(this.waiting.length + (missed + 1) * samples.length);
    all.set(this.waiting);
    all.set(samples, all.length - samples.length);
    this.waiting = all.length > MOST ? all.slice(all.length - MOST) : all;
  }

  /** How many packets were lost right before this one; null: it is older than one that was here. */
  private missedBefore(sequence: number, source: number): number | null {
    const step = (sequence - this.sequence + 0x1_0000) % 0x1_0000;
    const isNew = this.source !== source;
    const isLate = !isNew && (step === 0 || step > 0x8000);
    if (isLate) return null;
    this.source = source;
    this.sequence = sequence;
    return isNew || step > LARGEST_GAP ? 0 : step - 1;
  }

  /** The next 20 ms; null: nothing is there to be played. */
  take(): Int16Array | null {
    this.playing = this.waiting.length >= (this.playing ? FRAME_SAMPLES : BEGIN_AT);
    if (!this.playing) return null;
    const frame = this.waiting.slice(0, FRAME_SAMPLES);
    this.waiting = this.waiting.slice(FRAME_SAMPLES);
    return frame;
  }
}
