import { parseSipMessage } from '../../../../../sip/embedded/message/parse-sip-message';
import type {
  ReceivedRequest,
  ReceivedResponse,
} from '../../../../../sip/embedded/message/sip-message';

export interface RequestOptions {
  method?: string;
  uri?: string;
  branch?: string;
  cseq?: number;
  callId?: string;
  toTag?: string;
  fromTag?: string;
  headers?: string[];
  body?: string;
}

/** A request as a peer would send it. */
export function requestText(options: RequestOptions = {}): string {
  const { method = 'INVITE', branch = 'z9hG4bKone', cseq = 1, body = '' } = options;
  const to = `<sip:+6281200001234@192.0.2.1>${options.toTag === undefined ? '' : `;tag=${options.toTag}`}`;
  return [
    `${method} ${options.uri ?? 'sip:+6281200001234@192.0.2.1'} SIP/2.0`,
    `Via: SIP/2.0/UDP 192.0.2.7:5090;branch=${branch};rport`,
    'Max-Forwards: 70',
    `From: "Ani" <sip:ani@192.0.2.7>;tag=${options.fromTag ?? 'caller'}`,
    `To: ${to}`,
    `Call-ID: ${options.callId ?? 'call-1@192.0.2.7'}`,
    `CSeq: ${cseq} ${method}`,
    'Contact: <sip:ani@192.0.2.7:5090>',
    ...(options.headers ?? []),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

export function receivedRequest(options: RequestOptions = {}): ReceivedRequest {
  const outcome = parseSipMessage(Buffer.from(requestText(options)));
  if (outcome.kind !== 'request') throw new Error(JSON.stringify(outcome));
  return outcome.request;
}

/** A response to a request the server sent, as the peer would build it. */
export function responseTo(
  sent: string,
  status: number,
  options: { toTag?: string; headers?: string[] } = {},
): string {
  const line = (name: string): string =>
    new RegExp(`^${name}: .*$`, 'm').exec(sent)?.[0].trim() ?? '';
  const to = line('To');
  return [
    `SIP/2.0 ${status} Whatever`,
    line('Via'),
    line('From'),
    to.includes('tag=') || status === 100 ? to : `${to};tag=${options.toTag ?? 'callee'}`,
    line('Call-ID'),
    line('CSeq'),
    'Contact: <sip:callee@192.0.2.7:5090>',
    ...(options.headers ?? []),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

export function receivedResponse(text: string): ReceivedResponse {
  const outcome = parseSipMessage(Buffer.from(text));
  if (outcome.kind !== 'response') throw new Error(JSON.stringify(outcome));
  return outcome.response;
}
