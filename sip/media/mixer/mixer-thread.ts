import { createSocket, type Socket } from 'node:dgram';
import { parentPort } from 'node:worker_threads';
import { encodeALaw } from './a-law';
import type { MixerNews, MixerOrder } from './mixer-order';
import { MixingDesk } from './mixing-desk';
import { FRAME_SAMPLES, PCMA } from './playout-buffer';

/** A thread of its own: what the signalling does meanwhile is not heard. */
const FRAME_MS = 20;
/** A thread that was stopped for longer goes on from now, instead of sending all that it missed. */
const MOST_BEHIND_MS = 200;

class Outlet {
  target: { readonly host: string; readonly port: number } | null = null;
  private sequence = 0;

  constructor(
    readonly socket: Socket,
    /** RFC 3550, 8.1: any number that no other has. */
    private readonly source: number,
  ) {}

  /** @param frame since the thread began: the timestamp goes on while nothing is sent */
  send(samples: Float32Array, frame: number): void {
    if (this.target === null) return;
    const header = Buffer.alloc(12);
    header.writeUInt8(0x80, 0);
    header.writeUInt8(PCMA, 1);
    header.writeUInt16BE(this.sequence & 0xffff, 2);
    header.writeUInt32BE((frame * FRAME_SAMPLES) >>> 0, 4);
    header.writeUInt32BE(this.source, 8);
    this.sequence += 1;
    this.socket.send([header, encodeALaw(samples)], this.target.port, this.target.host);
  }
}

const desk = new MixingDesk();
const outlets = new Map<string, Outlet>();
let frames = 0;
let beganMs = performance.now();

const tell = (news: MixerNews): void => parentPort?.postMessage(news);

function open(id: string, host: string): void {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => {
    tell({ id, port: null });
  });
  socket.on('message', (packet) => {
    desk.receive(id, packet);
  });
  socket.bind(0, host, () => {
    desk.open(id);
    outlets.set(id, new Outlet(socket, (Math.random() * 0xffffffff) >>> 0));
    tell({ id, port: socket.address().port });
  });
}

parentPort?.on('message', (order: MixerOrder) => {
  const outlet = outlets.get(order.id);
  switch (order.order) {
    case 'open':
      open(order.id, order.host);
      return;
    case 'send_to':
      if (outlet !== undefined) outlet.target = { host: order.host, port: order.port };
      return;
    case 'hear':
      desk.hear(order.id, order.others);
      return;
    case 'close':
      desk.close(order.id);
      outlets.delete(order.id);
      outlet?.socket.close();
  }
});

function sendFrame(): void {
  for (const [id, samples] of desk.mix())
    if (samples !== null) outlets.get(id)?.send(samples, frames);
  frames += 1;
}

setInterval(() => {
  const now = performance.now();
  const behindMs = now - beganMs - frames * FRAME_MS;
  if (behindMs > MOST_BEHIND_MS) beganMs += behindMs;
  while (beganMs + frames * FRAME_MS <= now) sendFrame();
}, FRAME_MS / 4);
