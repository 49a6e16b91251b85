/** One UDP datagram of a capture. */
export interface CapturedDatagram {
  /** When it came, ms since 1970, by the clock of whoever captured. */
  readonly atMs: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly payload: Buffer;
}

const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const ETHERNET_HEADER_BYTES = 14;
const ETHERNET = 1;
const UDP = 17;

/**
 * The UDP datagrams of a capture file in libpcap's classic format, link type Ethernet, over IPv4 or
 * IPv6 without extension headers: what rtpengine writes with `--recording-format=eth`. A file that
 * is cut short, as a killed engine leaves it, ends at its last whole record; other packets are
 * passed over.
 * @throws RangeError when it is no such file; an empty file has no datagrams
 */
export function* readPcap(file: Buffer): Generator<CapturedDatagram> {
  if (file.length < FILE_HEADER_BYTES) return;
  const { u32, ticksPerMs } = byteOrderOf(file.readUInt32LE(0));
  if (u32(file, 20) !== ETHERNET) throw new RangeError('a capture whose link type is not Ethernet');
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= file.length) {
    const length = u32(file, at + 8);
    const start = at + RECORD_HEADER_BYTES;
    if (start + length > file.length) return;
    const atMs = u32(file, at) * 1_000 + u32(file, at + 4) / ticksPerMs;
    const datagram = datagramIn(file.subarray(start, start + length));
    if (datagram !== null) yield { atMs, ...datagram };
    at = start + length;
  }
}

interface ByteOrder {
  readonly u32: (file: Buffer, at: number) => number;
  /** Fractions of a second are counted in micro- or in nanoseconds. */
  readonly ticksPerMs: number;
}

function byteOrderOf(magic: number): ByteOrder {
  const little = (file: Buffer, at: number): number => file.readUInt32LE(at);
  const big = (file: Buffer, at: number): number => file.readUInt32BE(at);
  switch (magic) {
    case 0xa1b2c3d4:
      return { u32: little, ticksPerMs: 1_000 };
    case 0xd4c3b2a1:
      return { u32: big, ticksPerMs: 1_000 };
    case 0xa1b23c4d:
      return { u32: little, ticksPerMs: 1_000_000 };
    case 0x4d3cb2a1:
      return { u32: big, ticksPerMs: 1_000_000 };
    default:
      throw new RangeError('not a capture file: its first four bytes are not those of pcap');
  }
}

function datagramIn(frame: Buffer): Omit<CapturedDatagram, 'atMs'> | null {
  if (frame.length < ETHERNET_HEADER_BYTES + 20) return null;
  const type = frame.readUInt16BE(12);
  const packet = frame.subarray(ETHERNET_HEADER_BYTES);
  const ipv4 = type === 0x0800 && packet.readUInt8(9) === UDP;
  const ipv6 = type === 0x86dd && packet.readUInt8(6) === UDP;
  if (!ipv4 && !ipv6) return null;
  const udp = packet.subarray(ipv4 ? (packet.readUInt8(0) & 0x0f) * 4 : 40);
  if (udp.length < 8) return null;
  return {
    sourcePort: udp.readUInt16BE(0),
    destinationPort: udp.readUInt16BE(2),
    payload: udp.subarray(8, Math.max(8, udp.readUInt16BE(4))),
  };
}
