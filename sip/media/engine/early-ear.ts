import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { SOUND_PRINT_MS, SOUND_RATE, soundBegins } from '../../../src/domain/sound-print';
import { addressTowards } from '../address-towards';
import type { EarlySound } from '../media';
import { decodeALaw } from '../mixer/a-law';
import { PCMA } from '../mixer/playout-buffer';
import type { EngineCall } from './engine-call';
import { sdpOf } from './engine-call';
import { optionsTowards } from './ng-options';

/** A sound that begins later is not waited for. */
const MOST_SAMPLES = 8 * SOUND_RATE;
/** From the first sound on: what a print needs, and the window at its end. */
const ENOUGH_SAMPLES = ((SOUND_PRINT_MS + 100) / 1_000) * SOUND_RATE;
/** It is looked at again when so much more is there. */
const LOOK_EVERY = SOUND_RATE / 4;
/** Longer ago than any audio is under way: the stream began anew. */
const JUMP_SAMPLES = 2 * SOUND_RATE;

/**
 * Hears what a carrier plays before the answer: the engine copies it (`subscribe request`) to a port of
 * ours until there are three seconds of sound. Neither side of the call is told, and nothing is kept here.
 */
export class EarlyEar implements EarlySound {
  private readonly samples = new Int16Array(MOST_SAMPLES);
  private length = 0;
  private lookedAt = 0;
  private base: { readonly source: number; readonly timestamp: number } | null = null;
  private socket: Socket | null = null;
  private over = false;
  private subscribed = false;

  private constructor(
    private readonly call: EngineCall,
    private readonly side: string,
  ) {}

  static at(call: EngineCall, side: string): EarlyEar {
    const ear = new EarlyEar(call, side);
    // no sound is no fault of the call's
    ear.begin().catch(() => {
      ear.end();
    });
    return ear;
  }

  private get tag(): string {
    return `early-${this.side}`;
  }

  private async begin(): Promise<void> {
    const host = await addressTowards(this.call.engine.address);
    if (this.isOver()) return;
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    this.socket = socket;
    socket.on('error', () => {
      this.end();
    });
    socket.on('message', (packet) => {
      this.receive(packet);
    });
    socket.bind(0, host);
    await once(socket, 'listening');
    if (this.isOver()) return;
    this.subscribed = true;
    const offered = sdpOf(
      await this.call.send('subscribe request', {
        'from-tags': [this.side],
        'to-tag': this.tag,
        ...optionsTowards('plain', 'offer'),
        codec: { mask: ['opus'], accept: ['all'], transcode: ['PCMA'] },
      }),
    );
    if (offered === null || this.isOver()) {
      this.end();
      return;
    }
    await this.call.send('subscribe answer', {
      'to-tag': this.tag,
      sdp: sdpAt(host, socket.address().port),
      flags: ['allow-transcoding', 'trust-address'],
    });
  }

  /** A getter would be narrowed away: it ends while a promise is awaited. */
  private isOver(): boolean {
    return this.over;
  }

  /** One RTP packet (RFC 3550, 5.1), at the place that its timestamp says. */
  private receive(packet: Buffer): void {
    if (this.over || packet.length < 12 || packet.readUInt8(0) >> 6 !== 2) return;
    if ((packet.readUInt8(1) & 0x7f) !== PCMA) return;
    const [timestamp, source] = [packet.readUInt32BE(4), packet.readUInt32BE(8)];
    const heard = decodeALaw(packet.subarray(12 + (packet.readUInt8(0) & 0x0f) * 4));
    const at = this.placeOf(source, timestamp);
    // older than the first one
    if (at < 0) return;
    this.samples.set(heard.subarray(0, Math.max(0, MOST_SAMPLES - at)), Math.min(at, MOST_SAMPLES));
    this.length = Math.max(this.length, Math.min(MOST_SAMPLES, at + heard.length));
    if (this.length - this.lookedAt >= LOOK_EVERY || this.length === MOST_SAMPLES) this.look();
  }

  private placeOf(source: number, timestamp: number): number {
    const { base, length } = this;
    const step = base === null ? 0 : (timestamp - base.timestamp) | 0;
    if (base?.source === source && Math.abs(step - length) < JUMP_SAMPLES) return step;
    this.base = { source, timestamp: (timestamp - length) >>> 0 };
    return length;
  }

  private look(): void {
    this.lookedAt = this.length;
    const begins = soundBegins(this.samples.subarray(0, this.length));
    const isEnough = begins !== null && this.length - begins >= ENOUGH_SAMPLES;
    if (isEnough || this.length === MOST_SAMPLES) this.end();
  }

  private end(): void {
    if (this.over) return;
    this.over = true;
    this.socket?.close();
    if (!this.subscribed) return;
    void this.call.send('unsubscribe', { 'to-tag': this.tag });
    void this.call.send('delete', { 'from-tag': this.tag });
  }

  stop(): Int16Array | null {
    this.end();
    return this.length === 0 ? null : this.samples.slice(0, this.length);
  }
}

function sdpAt(host: string, port: number): string {
  const address = `${isIPv6(host) ? 'IP6' : 'IP4'} ${host}`;
  return [
    ...['v=0', `o=- 1 1 IN ${address}`, 's=-', `c=IN ${address}`, 't=0 0'],
    ...[`m=audio ${port} RTP/AVP ${PCMA}`, `a=rtpmap:${PCMA} PCMA/8000`, 'a=ptime:20'],
    ...['a=recvonly', ''],
  ].join('\r\n');
}
