import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AdminAddress } from './conformance-target';

/**
 * Sends one frame of drachtio's wire protocol, `<byte length>#<id>|<body>`, over a connection of its own
 * and returns the fields after the request id of the answer: `['OK', …]` or `['NO', reason]`.
 */
export async function adminExchange(admin: AdminAddress, body: string): Promise<string[]> {
  const socket = connect(admin.port, admin.host);
  try {
    await once(socket, 'connect');
    const frame = `${randomUUID()}|${body}`;
    socket.write(`${Buffer.byteLength(frame)}#${frame}`);
    const [data] = (await once(socket, 'data')) as [Buffer];
    return data.toString('utf8').split('|').slice(3);
  } finally {
    socket.destroy();
  }
}
