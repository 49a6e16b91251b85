/** One RTP packet of a capture that a test makes. */
export interface MadePacket {
  readonly atMs: number;
  readonly toPort: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Uint8Array;
}

/** A capture file with Ethernet frames, as rtpengine writes them: no checksums, no addresses. */
export function makePcap(packets: readonly MadePacket[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return Buffer.concat([header, ...packets.map(record)]);
}

function record(packet: MadePacket): Buffer {
  const frame = ethernet(packet.toPort, rtp(packet));
  const head = Buffer.alloc(16);
  head.writeUInt32LE(Math.floor(packet.atMs / 1_000), 0);
  head.writeUInt32LE(Math.round((packet.atMs % 1_000) * 1_000), 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(frame.length, 12);
  return Buffer.concat([head, frame]);
}

/** Ethernet, IPv4 and UDP around a payload. */
export function ethernet(toPort: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(42);
  head.writeUInt16BE(0x0800, 12);
  head.writeUInt8(0x45, 14);
  head.writeUInt16BE(28 + payload.length, 16);
  head.writeUInt8(17, 23);
  head.writeUInt16BE(40_000, 34);
  head.writeUInt16BE(toPort, 36);
  head.writeUInt16BE(8 + payload.length, 38);
  return Buffer.concat([head, payload]);
}

function rtp({ payloadType, sequence, timestamp, ssrc, payload }: MadePacket): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt8(0x80, 0);
  head.writeUInt8(payloadType, 1);
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, payload]);
}
