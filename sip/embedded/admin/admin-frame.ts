import { randomUUID } from 'node:crypto';

import type { HeaderList } from '../message/header-list';
import { parseHeaderLines } from '../message/parse-sip-message';
import type { Flow } from '../transport/flow';

/**
 * Frames of drachtio's application protocol: `<length in octets>#<id>|<type>|<field>|...`, and behind
 * a CRLF a SIP message without its addressing.
 */
export interface AdminFrame {
  readonly id: string;
  readonly type: string;
  /** Fields behind the type. */
  readonly fields: readonly string[];
  /** '' when the frame carries no message. */
  readonly startLine: string;
  readonly headers: HeaderList;
  readonly body: string;
}

/** @returns the frame, or the reason why it is none. */
export function parseAdminFrame(text: string): AdminFrame | string {
  const leaderEnd = text.indexOf('\r\n');
  const leader = leaderEnd === -1 ? text : text.slice(0, leaderEnd);
  const [id = '', type = '', ...fields] = leader.split('|');
  if (id === '' || type === '') return 'Invalid message format';
  const message = leaderEnd === -1 ? '' : text.slice(leaderEnd + 2);
  const headEnd = message.indexOf('\r\n\r\n');
  const head = headEnd === -1 ? message : message.slice(0, headEnd);
  const [startLine = '', ...lines] = head.split('\r\n');
  const headers = parseHeaderLines(lines.filter((line) => line !== ''));
  if (typeof headers === 'string') return `invalid headers: ${headers}`;
  const body = headEnd === -1 ? '' : message.slice(headEnd + 4);
  return { id, type, fields, startLine, headers, body };
}

/**
 * `<source>|<bytes>|<protocol>|<address>|<port>|<time>`. The address is the peer's for what it sent and
 * for responses to it, our own for requests of the application.
 */
export function metaOf(
  source: 'network' | 'application',
  bytes: number,
  flow: Flow,
  end: 'peer' | 'own' = source === 'network' ? 'peer' : 'own',
): string {
  // The real server calls a WebSocket "tcp" and one with TLS "tls"; the top Via tells them apart.
  const protocol = PROTOCOL[flow.transport];
  const time = new Date().toISOString().slice(11, 23);
  const [address, port] =
    end === 'peer' ? [flow.remoteAddress, flow.remotePort] : [flow.localHost, flow.localPort];
  return `${source}|${bytes}|${protocol}|${address}|${port}|${time}000`;
}

const PROTOCOL = { udp: 'udp', tcp: 'tcp', ws: 'tcp', tls: 'tls', wss: 'tls' } as const;

/** A message on its way to the application. `receivedOn` is given for requests outside a dialog. */
export function sipFrame(
  meta: string,
  ids: { transactionId: string; dialogId?: string },
  message: string,
  receivedOn?: Flow,
): string {
  const at = receivedOn === undefined ? '' : `${receivedOn.localHost}|${receivedOn.localPort}|`;
  const { transactionId, dialogId = '' } = ids;
  return `${randomUUID()}|sip|${meta}|${transactionId}|${dialogId}|${at}\r\n${message}`;
}

/** The answer to a frame of the application. */
export function replyFrame(requestId: string, ...fields: string[]): string {
  return `${randomUUID()}|response|${requestId}|${fields.join('|')}`;
}
