import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

const HOST = '127.0.0.1';
const TRIES = 20;

export interface WantedPort {
  readonly name: string;
  readonly port: number;
  /** Needed for UDP too, under the same number. */
  readonly udp: boolean;
}

/** The port that was wanted where it is free on 127.0.0.1, else any free one. */
export async function freePort(wanted: WantedPort): Promise<number> {
  for (const port of [wanted.port, ...Array<number>(TRIES).fill(0)]) {
    const found = await tryTcp(port);
    if (found !== null && (!wanted.udp || (await isUdpFree(found)))) return found;
  }
  throw new Error(`no free port for ${wanted.name}: close some programs and try again`);
}

async function tryTcp(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch {
    return null;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function isUdpFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, HOST);
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    await new Promise<void>((resolve) => socket.close(resolve));
  }
}
