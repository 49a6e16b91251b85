import { encodeALaw } from './a-law';
import { FRAME_SAMPLES, PCMA } from './playout-buffer';

/** A digit on its way: all packets of it bear the timestamp of its beginning (RFC 4733, 2.3.1). */
interface Digit {
  readonly key: string;
  readonly timestamp: number;
}

const HEADER_BYTES = 12;
/** RFC 4733, 2.3: event, flags and volume, duration. */
const EVENT_BYTES = 4;

/**
 * What one port sends, as RTP (RFC 3550, 5.1): the voices that it hears, and the digits that those press,
 * which are no sound. One stream: one source, one run of sequence numbers, one clock.
 */
export class Outlet {
  private sequence = 0;
  private digit: Digit | null = null;
  /** What the other side calls telephone events; null: it takes none. */
  eventType: number | null = null;

  /** @param source RFC 3550, 8.1: any number that no other has */
  constructor(private readonly source: number) {}

  /** @param frame since the mixer began, of 20 ms: the timestamp goes on while nothing is sent */
  voice(samples: Float32Array, frame: number): Buffer {
    return Buffer.concat([this.header(PCMA, timestampAt(frame)), encodeALaw(samples)]);
  }

  /** Is this a packet of a digit, as it is agreed with who sends it? */
  isDigit(packet: Buffer): boolean {
    return (
      this.eventType !== null &&
      packet.length >= HEADER_BYTES + EVENT_BYTES &&
      packet.readUInt8(0) >> 6 === 2 &&
      (packet.readUInt8(1) & 0x7f) === this.eventType
    );
  }

  /**
   * One packet of a digit that somebody else has pressed, passed on at once; null: the other side takes none.
   * @param from who pressed it
   */
  digitOf(from: string, packet: Buffer, frame: number): Buffer | null {
    if (this.eventType === null) return null;
    const begin = HEADER_BYTES + (packet.readUInt8(0) & 0x0f) * 4;
    const key = `${from} ${packet.readUInt32BE(8)} ${packet.readUInt32BE(4)}`;
    const isNew = this.digit?.key !== key;
    const digit = isNew ? { key, timestamp: timestampAt(frame) } : (this.digit as Digit);
    this.digit = digit;
    // the first packet that leaves is marked, also when the first of its own was lost
    const type = this.eventType | (isNew ? 0x80 : 0);
    const event = packet.subarray(begin, begin + EVENT_BYTES);
    return Buffer.concat([this.header(type, digit.timestamp), event]);
  }

  private header(type: number, timestamp: number): Buffer {
    const header = Buffer.alloc(HEADER_BYTES);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(type, 1);
    header.writeUInt16BE(this.sequence & 0xffff, 2);
    header.writeUInt32BE(timestamp, 4);
    header.writeUInt32BE(this.source, 8);
    this.sequence += 1;
    return header;
  }
}

const timestampAt = (frame: number): number => (frame * FRAME_SAMPLES) >>> 0;
