import type { RemoteInfo } from 'node:dgram';
import {
  type IncomingRequestMessage,
  LoggerFactory,
  Parser,
  constructOutgoingResponse,
} from 'sip.js/lib/core/index.js';
import { IncomingRequestMessage as RequestMessage } from 'sip.js/lib/core/index.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A request as it came in, with the place its answers go to. */
export interface SipRequest {
  readonly message: IncomingRequestMessage;
  readonly method: string;
  readonly replyTo: Address;
  /** Server transaction (RFC 3261, 17.2.3): branch and sent-by, the same for INVITE, ACK, CANCEL. */
  readonly transactionId: string;
}

export type SipDatagram =
  | { readonly kind: 'request'; readonly request: SipRequest }
  | {
      readonly kind: 'response';
      readonly status: number;
      readonly branch: string;
      readonly method: string;
    };

const loggers = new LoggerFactory();
loggers.builtinEnabled = false;
const parserLog = loggers.getLogger('carrier.parser');

/** Null when it is not a whole SIP message: such a datagram is dropped (RFC 3261, 18.3). */
export function parseDatagram(datagram: Buffer, from: RemoteInfo): SipDatagram | null {
  const message = parse(datagram.toString('utf8'));
  if (message === null || !isWhole(message)) return null;
  if (!(message instanceof RequestMessage)) {
    const status = message.statusCode ?? 0;
    return { kind: 'response', status, branch: message.viaBranch, method: message.method };
  }
  const sentBy = `${message.via.host}:${message.via.port || 5060}`;
  return {
    kind: 'request',
    request: {
      message,
      method: message.method,
      replyTo: markSource(message, from),
      transactionId: `${message.viaBranch}|${sentBy}`,
    },
  };
}

export interface ResponseParts {
  readonly status: number;
  readonly reason?: string;
  readonly toTag?: string;
  readonly headers?: readonly string[];
  readonly sdp?: string;
}

/** A response with the request's Via, From, To, Call-ID, CSeq (8.2.6.2) and its Record-Routes. */
export function formatResponse(request: SipRequest, parts: ResponseParts): string {
  const recordRoutes =
    request.method === 'INVITE' && parts.status > 100 && parts.status < 300
      ? request.message.getHeaders('record-route').map((value) => `Record-Route: ${value}`)
      : [];
  return constructOutgoingResponse(request.message, {
    statusCode: parts.status,
    ...(parts.reason === undefined ? {} : { reasonPhrase: parts.reason }),
    ...(parts.toTag === undefined ? {} : { toTag: parts.toTag }),
    extraHeaders: [...recordRoutes, ...(parts.headers ?? [])],
    ...(parts.sdp === undefined
      ? {}
      : {
          body: {
            contentDisposition: 'session',
            contentType: 'application/sdp',
            content: parts.sdp,
          },
        }),
  }).message;
}

type ParsedMessage = NonNullable<ReturnType<typeof Parser.parseMessage>>;

function parse(text: string): ParsedMessage | null {
  try {
    return Parser.parseMessage(text, parserLog) ?? null;
  } catch {
    // the grammar throws on some malformed headers instead of refusing them
    return null;
  }
}

function isWhole(message: ParsedMessage): boolean {
  return ['via', 'from', 'to', 'call-id', 'cseq'].every((name) => message.hasHeader(name));
}

/** Adds `received` and `rport` to the top Via (RFC 3261, 18.2.1; RFC 3581, 4). */
function markSource(message: IncomingRequestMessage, from: RemoteInfo): Address {
  const top = message.headers['Via']?.[0];
  if (top === undefined || !/;\s*rport\b/i.test(top.raw)) {
    return { host: from.address, port: message.via.port || 5060 };
  }
  const marked = top.raw.replace(/;\s*rport\b(=\d+)?/i, `;rport=${from.port}`);
  top.raw = /;\s*received=/i.test(marked) ? marked : `${marked};received=${from.address}`;
  return { host: from.address, port: from.port };
}
