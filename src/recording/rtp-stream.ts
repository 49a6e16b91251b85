import type { CapturedDatagram } from './read-pcap';

export interface RtpPacket {
  /** When it came, ms since 1970. */
  readonly atMs: number;
  readonly payloadType: number;
  /** Counted on past 65535, so that it orders the stream. */
  readonly sequence: number;
  /** As sent: 32 bits that wrap. */
  readonly timestamp: number;
  readonly payload: Buffer;
}

/** What one source sent (RFC 3550, SSRC), in its order, each packet once. */
export interface RtpStream {
  readonly ssrc: number;
  readonly packets: readonly RtpPacket[];
}

export interface LegStreams {
  readonly agent: readonly RtpStream[];
  readonly customer: readonly RtpStream[];
}

type RawPacket = Omit<RtpPacket, 'atMs'> & { readonly ssrc: number };

/**
 * The streams of both sides of a talk. The engine captures what comes to it: what came to the port
 * that the customer was told is the customer's; the agent's is what came to `agentPort`, or all else
 * where that is not known.
 */
export function legStreams(
  datagrams: Iterable<CapturedDatagram>,
  customerPort: number,
  agentPort: number | null,
): LegStreams {
  const agent = new Map<number, RtpPacket[]>();
  const customer = new Map<number, RtpPacket[]>();
  for (const { atMs, destinationPort, payload } of datagrams) {
    const isCustomers = destinationPort === customerPort;
    if (!isCustomers && agentPort !== null && destinationPort !== agentPort) continue;
    const packet = rtpIn(payload);
    if (packet === null) continue;
    const side = isCustomers ? customer : agent;
    const stream = side.get(packet.ssrc) ?? [];
    side.set(packet.ssrc, stream);
    const before = stream.at(-1)?.sequence ?? packet.sequence;
    stream.push({ ...packet, atMs, sequence: unwrapped(packet.sequence, before) });
  }
  return { agent: inOrder(agent), customer: inOrder(customer) };
}

/** The 16-bit number as the one nearest to the number before it. */
function unwrapped(sequence: number, before: number): number {
  const step = (sequence - (before & 0xffff) + 0x1_8000) % 0x1_0000;
  return before + step - 0x8000;
}

function inOrder(streams: ReadonlyMap<number, readonly RtpPacket[]>): RtpStream[] {
  return [...streams].map(([ssrc, packets]) => ({
    ssrc,
    packets: [...new Map(packets.map((packet) => [packet.sequence, packet])).values()].sort(
      (a, b) => a.sequence - b.sequence,
    ),
  }));
}

/** RFC 3550, 5.1. Null: not RTP, or RTCP on the same port (RFC 5761, 4). */
function rtpIn(datagram: Buffer): RawPacket | null {
  if (datagram.length < 12) return null;
  const flags = datagram.readUInt8(0);
  const second = datagram.readUInt8(1);
  if (flags >> 6 !== 2 || (second >= 192 && second <= 223)) return null;
  let start = 12 + (flags & 0x0f) * 4;
  if ((flags & 0x10) !== 0) {
    if (datagram.length < start + 4) return null;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  const padding = (flags & 0x20) === 0 ? 0 : datagram.readUInt8(datagram.length - 1);
  if (start + padding > datagram.length) return null;
  return {
    payloadType: second & 0x7f,
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    payload: datagram.subarray(start, datagram.length - padding),
  };
}
