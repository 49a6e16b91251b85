import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { splitHostPort } from './udp-sip-peer';

/** A TCP socket that has shaken hands as a "sip" WebSocket client and may now send any bytes at all. */
export async function openRawWebSocket(hostPort: string): Promise<Socket> {
  const { host, port } = splitHostPort(hostPort);
  const socket = connect(port, host);
  await once(socket, 'connect');
  const handshake = [
    'GET / HTTP/1.1',
    `Host: ${hostPort}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: sip',
    'Sec-WebSocket-Version: 13',
    '',
    '',
  ];
  socket.write(handshake.join('\r\n'));
  const [answer] = (await once(socket, 'data')) as [Buffer];
  if (!answer.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(answer.toString());
  socket.on('error', () => socket.destroy());
  return socket;
}
