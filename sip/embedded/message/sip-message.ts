import type { HeaderList } from './header-list';
import type { Via } from './via';

export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export interface SipRequest {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
  readonly headers: HeaderList;
  readonly body: string;
}

export interface SipResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderList;
  readonly body: string;
}

/** What every received message is known to carry once it has been parsed; nobody parses it again. */
export interface Essentials {
  readonly via: Via;
  readonly callId: string;
  readonly cseq: CSeq;
  /** '' when absent, which only a response to a request of an RFC 2543 peer may be. */
  readonly fromTag: string;
  /** '' when absent. */
  readonly toTag: string;
  /** Octets on the wire. */
  readonly bytes: number;
}

export interface ReceivedRequest extends SipRequest, Essentials {}
export interface ReceivedResponse extends SipResponse, Essentials {}

/**
 * The message as text; Content-Length is written from the body, whatever the headers said.
 * Bodies are UTF-8.
 */
export function formatSipMessage(message: SipRequest | SipResponse): string {
  let text =
    message.kind === 'request'
      ? `${message.method} ${message.uri} SIP/2.0\r\n`
      : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  for (const { key, name, value } of message.headers) {
    if (key !== 'content-length') text += `${name}: ${value}\r\n`;
  }
  const length = message.body === '' ? 0 : Buffer.byteLength(message.body);
  return `${text}Content-Length: ${length}\r\n\r\n${message.body}`;
}
