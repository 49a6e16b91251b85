import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { eventually } from '../../../support/eventually';
import { RtcpReports } from './rtcp-reports';
import { shareOfTone, toneFrame } from './tone';

const FRAME_MS = 20;
/** Frames that a judgement about a tone rests on. */
const HEARD = 15;

/** RTCP goes out so often: rarer than audio, more often than RFC 3550 has it for so short a talk. */
const RTCP_EVERY_FRAMES = 5;

/** Payload type of telephone events, as {@link RtpPeer.sdp} has it. */
const EVENTS = 101;

/** Digits as they are heard, each once. */
class HeardDigits {
  private readonly seen = new Map<string, number>();

  receive(packet: Buffer): void {
    const isOver = (packet.readUInt8(13) & 0x80) !== 0;
    const key = `${packet.readUInt32BE(8)} ${packet.readUInt32BE(4)}`;
    if (isOver) this.seen.set(key, packet.readUInt8(12));
  }

  get all(): number[] {
    return [...this.seen.values()];
  }
}

/** One end of a plain RTP stream: sends a tone in PCMA and keeps what it hears. */
export class RtpPeer {
  private timer: NodeJS.Timeout | null = null;
  private frames: Buffer[] = [];
  private sent = 0;
  /** Monotonic clock, ms: of the frame that is numbered 0. */
  private beganMs = 0;
  private readonly rtcp: RtcpReports;
  /** Digits that were heard. */
  readonly digits = new HeardDigits();
  private closed = false;
  private target: { host: string; port: number; rtcpPort: number } | null = null;
  /** Monotonic clock, ms; when the first packet came since `listenAnew`. */
  firstHeardMs: number | null = null;

  private constructor(
    private readonly socket: Socket,
    readonly port: number,
    private readonly hertz: number,
    private readonly rtcpSocket: Socket,
    jitterMs: number,
  ) {
    this.rtcp = new RtcpReports(port, jitterMs);
    rtcpSocket.on('message', (packet) => {
      this.rtcp.receive(packet);
    });
    socket.on('message', (packet) => {
      if (packet.length < 12) return;
      if ((packet[1]! & 0x7f) === EVENTS) this.digits.receive(packet);
      if ((packet[1]! & 0x7f) !== 8) return;
      this.firstHeardMs ??= performance.now();
      this.rtcp.heard(packet);
      this.frames.push(packet.subarray(12));
    });
  }

  /** @param jitterMs that it says it hears */
  static async open(hertz: number, jitterMs = 0): Promise<RtpPeer> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const rtcpSocket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(rtcpSocket, 'listening');
    return new RtpPeer(socket, socket.address().port, hertz, rtcpSocket, jitterMs);
  }

  sdp(direction = 'sendrecv'): string {
    return [
      'v=0',
      'o=peer 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.port} RTP/AVP 8 101`,
      `a=rtcp:${this.rtcpSocket.address().port}`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      `a=${direction}`,
      '',
    ].join('\r\n');
  }

  /** Sends to where the description says, from now on; a later description moves it. */
  talkTo(sdp: string): void {
    if (this.closed) return;
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 (\S+)/m.exec(sdp)?.[1] ?? '127.0.0.1';
    const rtcpPort = Number(/^a=rtcp:(\d+)/m.exec(sdp)?.[1] ?? port + 1);
    this.target = { host, port, rtcpPort };
    if (this.timer !== null) return;
    this.beganMs = performance.now() - this.sent * FRAME_MS;
    // a machine that is busy delays the timer; the stream keeps its time as a sound card does
    this.timer = setInterval(() => {
      while (this.beganMs + this.sent * FRAME_MS <= performance.now()) this.sendFrame();
    }, FRAME_MS);
  }

  /** Presses a digit and waits until all of these have heard it, and nothing after it. */
  async pressFor(digit: number, ears: readonly RtpPeer[]): Promise<void> {
    this.press(digit);
    const heard = (): (number | undefined)[] => ears.map(({ digits }) => digits.all.at(-1));
    await eventually(
      `digit ${digit} of the peer of ${this.hertz} Hz`,
      2_000,
      () => (heard().every((one) => one === digit) ? true : null),
      20,
    );
  }

  /** Presses a digit (RFC 4733): four packets while it lasts, three that say that it is over. */
  private press(digit: number): void {
    const timestamp = (this.sent * 160) >>> 0;
    for (let i = 0; i < 7; i += 1) {
      const packet = Buffer.alloc(16);
      packet.writeUInt8(0x80, 0);
      packet.writeUInt8(i === 0 ? 0x80 | EVENTS : EVENTS, 1);
      packet.writeUInt16BE(this.sent & 0xffff, 2);
      packet.writeUInt32BE(timestamp, 4);
      packet.writeUInt32BE(this.port, 8);
      packet.writeUInt8(digit, 12);
      packet.writeUInt8(i < 4 ? 10 : 0x80 | 10, 13);
      packet.writeUInt16BE(Math.min(i + 1, 4) * 160, 14);
      this.sent += 1;
      if (this.target !== null) this.socket.send(packet, this.target.port, this.target.host);
    }
  }

  private sendFrame(): void {
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(8, 1);
    header.writeUInt16BE(this.sent & 0xffff, 2);
    header.writeUInt32BE((this.sent * 160) >>> 0, 4);
    header.writeUInt32BE(this.port, 8);
    const packet = Buffer.concat([header, toneFrame(this.hertz, this.sent)]);
    this.sent += 1;
    if (this.target === null) return;
    this.socket.send(packet, this.target.port, this.target.host);
    if (this.sent % RTCP_EVERY_FRAMES === 0)
      this.rtcpSocket.send(this.rtcp.report(this.sent), this.target.rtcpPort, this.target.host);
  }

  /** Waits until the engine can tell quality: it needs the round trips of both legs for it. */
  async hasReported(limitMs = 5_000): Promise<void> {
    await eventually('RTCP', limitMs, () => (this.rtcp.enough ? true : null), 20);
  }

  hush(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** Forgets what was heard. */
  listenAnew(): void {
    this.frames = [];
    this.firstHeardMs = null;
  }

  get heard(): number {
    return this.frames.length;
  }

  /** Waits until the tone of `other` is what is heard now. */
  hears(other: RtpPeer, limitMs = 5_000): Promise<void> {
    return this.hearsTone(other.hertz, limitMs);
  }

  /** The same of a tone that is made elsewhere. @param share of what is heard, 0 to 1 */
  async hearsTone(hertz: number, limitMs = 5_000, share = 0.8): Promise<void> {
    this.listenAnew();
    let now = 0;
    await eventually(
      `${hertz} Hz at the peer of ${this.hertz} Hz`,
      limitMs,
      () => {
        now = shareOfTone(this.frames.slice(-HEARD), hertz);
        if (now > share && this.heard >= HEARD) return true;
        throw new Error(`${this.heard} frames, the last to ${Math.round(100 * now)} % of it`);
      },
      20,
    );
  }

  /** Waits until the tones of these, and nothing else, are what is heard now. */
  async hearsAll(others: readonly RtpPeer[], limitMs = 5_000): Promise<void> {
    this.listenAnew();
    const shares = (): number[] =>
      others.map(({ hertz }) => shareOfTone(this.frames.slice(-HEARD), hertz));
    await eventually(
      `${others.map(({ hertz }) => hertz).join(' and ')} Hz at the peer of ${this.hertz} Hz`,
      limitMs,
      () => {
        const all = shares();
        const each = all.every((share) => share > 0.6 / others.length);
        return this.heard >= HEARD && each && all.reduce((sum, share) => sum + share) > 0.9
          ? true
          : null;
      },
      20,
    );
  }

  /** How much of all that was heard since {@link listenAnew} was the other's tone, 0 to 1. */
  shareOf(other: RtpPeer): number {
    return shareOfTone(this.frames, other.hertz);
  }

  /** Nothing comes for so long: 10 frames are missed. What is under way may still come before. */
  async hearsNothing(limitMs = 3_000): Promise<void> {
    let before = -1;
    await eventually(
      'silence',
      limitMs,
      () => {
        const quiet = this.heard === before;
        before = this.heard;
        return quiet ? true : null;
      },
      200,
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    this.hush();
    for (const socket of [this.socket, this.rtcpSocket]) {
      socket.close();
      await once(socket, 'close');
    }
  }
}
