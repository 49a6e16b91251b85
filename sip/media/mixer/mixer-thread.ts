import { createSocket, type Socket } from 'node:dgram';
import { parentPort } from 'node:worker_threads';
import type { MixerNews, MixerOrder } from './mixer-order';
import { MixingDesk } from './mixing-desk';
import { Outlet } from './outlet';

/** A thread of its own: what the signalling does meanwhile is not heard. */
const FRAME_MS = 20;
/** A thread that was stopped for longer goes on from now, instead of sending all that it missed. */
const MOST_BEHIND_MS = 200;

interface Port {
  readonly socket: Socket;
  readonly outlet: Outlet;
  target: { readonly host: string; readonly port: number } | null;
}

const desk = new MixingDesk();
const ports = new Map<string, Port>();
let frames = 0;
let beganMs = performance.now();

const tell = (news: MixerNews): void => parentPort?.postMessage(news);

function open(id: string, host: string): void {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => {
    tell({ id, port: null });
  });
  const outlet = new Outlet((Math.random() * 0xffffffff) >>> 0);
  socket.on('message', (packet) => {
    if (outlet.isDigit(packet)) passOn(id, packet);
    else desk.receive(id, packet);
  });
  socket.bind(0, host, () => {
    desk.open(id);
    ports.set(id, { socket, outlet, target: null });
    tell({ id, port: socket.address().port });
  });
}

function send({ socket, target }: Port, packet: Buffer): void {
  if (target !== null) socket.send(packet, target.port, target.host);
}

/** A digit goes to whoever hears the one who presses it, as it did before there was a mixer. */
function passOn(from: string, packet: Buffer): void {
  for (const id of desk.hearersOf(from)) {
    const port = ports.get(id);
    const passed = port?.outlet.digitOf(from, packet, frames) ?? null;
    if (port !== undefined && passed !== null) send(port, passed);
  }
}

parentPort?.on('message', (order: MixerOrder) => {
  const port = ports.get(order.id);
  switch (order.order) {
    case 'open':
      open(order.id, order.host);
      return;
    case 'send_to':
      if (port === undefined) return;
      port.target = { host: order.host, port: order.port };
      port.outlet.eventType = order.eventType;
      return;
    case 'hear':
      desk.hear(order.id, order.others);
      return;
    case 'close':
      desk.close(order.id);
      ports.delete(order.id);
      port?.socket.close();
  }
});

function sendFrame(): void {
  for (const [id, samples] of desk.mix()) {
    const port = ports.get(id);
    if (port !== undefined && samples !== null) send(port, port.outlet.voice(samples, frames));
  }
  frames += 1;
}

setInterval(() => {
  const now = performance.now();
  const behindMs = now - beganMs - frames * FRAME_MS;
  if (behindMs > MOST_BEHIND_MS) beganMs += behindMs;
  while (beganMs + frames * FRAME_MS <= now) sendFrame();
}, FRAME_MS / 4);
