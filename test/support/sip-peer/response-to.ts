import { messageText } from './message-text';
import type { RawSipMessage } from './raw-sip-message';

export interface ResponseParts {
  reason?: string;
  toTag?: string;
  contact?: string;
  headers?: string[];
  body?: string;
  contentType?: string;
}

const REASONS: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  401: 'Unauthorized',
  407: 'Proxy Authentication Required',
  487: 'Request Terminated',
};

/** Text of a response to `request`, with the headers RFC 3261 section 8.2.6.2 says to copy. */
export function responseTo(
  request: RawSipMessage,
  status: number,
  parts: ResponseParts = {},
): string {
  const to = request.header('to');
  const tagged = parts.toTag !== undefined && status > 100 && request.tag('to') === '';
  const head = [
    `SIP/2.0 ${status} ${parts.reason ?? REASONS[status] ?? 'Answer'}`,
    ...request.allOf('via').map((via) => `Via: ${via}`),
    ...request.allOf('record-route').map((route) => `Record-Route: ${route}`),
    `From: ${request.header('from')}`,
    `To: ${to}${tagged ? `;tag=${parts.toTag ?? ''}` : ''}`,
    `Call-ID: ${request.callId}`,
    `CSeq: ${request.header('cseq')}`,
    ...(parts.contact === undefined ? [] : [`Contact: ${parts.contact}`]),
    ...(parts.headers ?? []),
  ];
  return messageText(head, parts.body, parts.contentType);
}
