import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';

/** Our own address on the way to an engine. @throws Error: there is no way to it */
export async function addressTowards({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<string> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  try {
    const connected = once(socket, 'connect');
    // UDP: nothing is sent by it
    socket.connect(port, host);
    await connected;
    return socket.address().address;
  } finally {
    socket.close();
  }
}
