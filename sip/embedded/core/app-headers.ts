import type { AdminFrame } from '../admin/admin-frame';
import { HeaderList } from '../message/header-list';
import { parseNameAddr } from '../message/name-addr';
import { formatHostPort } from '../message/sip-uri';
import { uriTransport, type Flow } from '../transport/flow';

/** The stack writes these; what an application says about them is left out, as by the real server. */
const OWN = new Set(['via', 'route', 'record-route', 'rseq', 'content-length']);
/** Fixed by the request or the dialog once there is one. */
const FIXED = new Set(['from', 'to', 'call-id', 'cseq']);
const MAY_NAME_LOCALHOST = new Set(['from', 'to', 'contact', 'p-asserted-identity']);

/**
 * The headers of an application's message that may go out, `localhost` replaced by the address the
 * peer can answer to.
 *
 * @param scope `initial` keeps From, To, Call-ID and CSeq; `fixed` leaves them out
 */
export function appHeaders(frame: AdminFrame, flow: Flow, scope: 'initial' | 'fixed'): HeaderList {
  const headers = new HeaderList();
  for (const { key, name, value } of frame.headers) {
    if (OWN.has(key) || (scope === 'fixed' && FIXED.has(key))) continue;
    headers.add(name, MAY_NAME_LOCALHOST.has(key) ? withOwnAddress(key, value, flow) : value);
  }
  return headers;
}

function withOwnAddress(key: string, value: string, flow: Flow): string {
  if (!value.includes('@localhost')) return value;
  const address = formatHostPort(flow.localHost, flow.localPort);
  const replaced = value.replace(/@localhost(?::\d+)?/g, `@${address}`);
  const parsed = key === 'contact' ? parseNameAddr(replaced) : undefined;
  if (parsed === undefined || replaced.includes(';')) return replaced;
  // Without the transport the peer would answer over UDP.
  return `${parsed.display}<${parsed.uri}${transportParameter(flow)}>`;
}

/** `<sip:127.0.0.1:5060>`, with `;transport=` unless UDP. */
export function ownContact(flow: Flow): string {
  return `<sip:${formatHostPort(flow.localHost, flow.localPort)}${transportParameter(flow)}>`;
}

function transportParameter({ transport }: Flow): string {
  return transport === 'udp' ? '' : `;transport=${uriTransport(transport)}`;
}

/**
 * Writes the Content-Type an application left out: SDP is recognised, anything else has to be named.
 *
 * @returns false when the type is missing and cannot be told
 */
export function completeContentType(headers: HeaderList, body: string): boolean {
  if (body === '' || headers.has('content-type')) return true;
  if (!body.startsWith('v=0')) return false;
  headers.add('Content-Type', 'application/sdp');
  return true;
}
