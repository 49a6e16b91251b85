/**
 * Many ends of plain RTP in a process of their own: each sends 50 packets of PCMA a second to where it
 * is told, and counts what comes. What is sent while it is measured carries a mark in its first sample;
 * G.711 passes an engine as it is, so every mark that was sent must come out on the other side.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { FarmAnswer, FarmCommand } from './rtp-farm-messages';

const FRAME_MS = 20;
const [UNMARKED, MARKED] = [0xd5, 0x2a];
/** When nothing more came for so long, nothing more comes. */
const SETTLE_MS = 1_000;
const MOST_BEHIND_MS = 40;

class End {
  sent = 0;
  received = 0;
  private seq = 0;
  private target: { host: string; port: number } | null = null;
  private readonly packet = Buffer.alloc(172, UNMARKED);

  constructor(
    readonly socket: Socket,
    index: number,
  ) {
    this.packet.writeUInt8(0x80, 0);
    this.packet.writeUInt8(8, 1);
    this.packet.writeUInt32BE(index + 1, 8);
    socket.on('message', (message) => {
      if (message.length === 172 && message[12] === MARKED) this.received += 1;
    });
  }

  talkTo(host: string, port: number): void {
    this.target = { host, port };
  }

  send(isMeasured: boolean): void {
    if (this.target === null) return;
    this.packet.writeUInt16BE(this.seq & 0xffff, 2);
    this.packet.writeUInt32BE((this.seq * 160) >>> 0, 4);
    this.packet.writeUInt8(isMeasured ? MARKED : UNMARKED, 12);
    this.seq += 1;
    if (isMeasured) this.sent += 1;
    this.socket.send(Buffer.from(this.packet), this.target.port, this.target.host);
  }
}

const say = (answer: FarmAnswer): void => {
  process.send?.(answer);
};

async function main(count: number): Promise<void> {
  const ends: End[] = [];
  for (let i = 0; i < count; i += 1) {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    ends.push(new End(socket, i));
  }
  let left = 0;
  let nextMs = performance.now();
  const tick = (): void => {
    const nowMs = performance.now();
    if (nextMs <= nowMs) {
      for (const end of ends) end.send(left > 0);
      left = Math.max(left - 1, 0);
      // a machine that is too busy for so many ends slows them down: what comes must be read as well
      nextMs = Math.max(nextMs + FRAME_MS, nowMs - MOST_BEHIND_MS);
    }
    setTimeout(tick, 1);
  };
  tick();
  const total = (what: 'sent' | 'received'): number =>
    ends.reduce((sum, end) => sum + end[what], 0);
  const measure = async (packets: number): Promise<void> => {
    const beganMs = performance.now();
    left = packets;
    while (left > 0) await delay(FRAME_MS);
    const seconds = (performance.now() - beganMs) / 1_000;
    for (let before = -1; before !== total('received');) {
      before = total('received');
      await delay(SETTLE_MS);
    }
    const counts = ends.map(({ sent, received }) => ({ sent, received }));
    say({ kind: 'measured', ends: counts, packetsPerSecond: total('sent') / seconds });
  };
  process.on('message', (command: FarmCommand) => {
    if (command.kind === 'talk') ends[command.end]?.talkTo(command.host, command.port);
    else void measure(command.packets);
  });
  process.once('disconnect', () => process.exit(0));
  say({ kind: 'open', ports: ends.map(({ socket }) => socket.address().port) });
}

void main(Number(process.argv[2]));
