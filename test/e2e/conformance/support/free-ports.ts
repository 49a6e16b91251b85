import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/** Ports that were free for both TCP and UDP on loopback a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; free: () => Promise<void> }[] = [];
  while (held.length < count) {
    const tcp = createServer().listen(0, '127.0.0.1');
    await once(tcp, 'listening');
    const { port } = tcp.address() as AddressInfo;
    const free = async (): Promise<void> => {
      tcp.close();
      await once(tcp, 'close');
    };
    if (await udpIsFree(port)) held.push({ port, free });
    else await free();
  }
  await Promise.all(held.map(({ free }) => free()));
  return held.map(({ port }) => port);
}

async function udpIsFree(port: number): Promise<boolean> {
  const udp = createSocket('udp4');
  try {
    udp.bind(port, '127.0.0.1');
    await once(udp, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    udp.close();
  }
}
