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
  contact?: string;
  via?: string;
  maxForwards?: number;
  body?: string;
}

const DEFAULTS = {
  method: 'INVITE',
  uri: 'sip:+6281200001234@192.0.2.1',
  branch: 'z9hG4bKone',
  cseq: 1,
  callId: 'call-1@192.0.2.7',
  fromTag: 'caller',
  contact: '<sip:ani@192.0.2.7:5090>',
  maxForwards: 70,
  headers: [] as string[],
  body: '',
};

/** A request as a peer would send it. */
export function requestText(options: RequestOptions = {}): string {
  const parts = { ...DEFAULTS, ...options };
  const toTag = options.toTag === undefined ? '' : `;tag=${options.toTag}`;
  return [
    `${parts.method} ${parts.uri} SIP/2.0`,
    options.via ?? `Via: SIP/2.0/UDP 192.0.2.7:5090;branch=${parts.branch};rport`,
    `Max-Forwards: ${parts.maxForwards}`,
    `From: "Ani" <sip:ani@192.0.2.7>;tag=${parts.fromTag}`,
    `To: <sip:+6281200001234@192.0.2.1>${toTag}`,
    `Call-ID: ${parts.callId}`,
    `CSeq: ${parts.cseq} ${parts.method}`,
    `Contact: ${parts.contact}`,
    ...parts.headers,
    `Content-Length: ${Buffer.byteLength(parts.body)}`,
    '',
    parts.body,
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
  options: { toTag?: string; headers?: string[]; contact?: string } = {},
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
    `Contact: ${options.contact ?? '<sip:callee@192.0.2.7:5090>'}`,
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
