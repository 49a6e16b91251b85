import { HeaderList } from './header-list';
import { MESSAGE_LIMITS } from './message-limits';
import { readEssentials } from './read-essentials';
import type { ReceivedRequest, ReceivedResponse } from './sip-message';

export type ParseOutcome =
  | { kind: 'request'; request: ReceivedRequest }
  | { kind: 'response'; response: ReceivedResponse }
  /** Not valid, but enough of it stands for a final response; headers as received. */
  | { kind: 'refused'; status: number; reason: string; method: string; headers: HeaderList }
  /** Nothing that could be answered. */
  | { kind: 'dropped'; reason: string }
  /** Only line ends: a keep-alive (RFC 5626 section 4.4.1). */
  | { kind: 'keep-alive'; ping: boolean };

const REQUEST_LINE = /^([A-Za-z0-9\-.!%*_+`'~]{1,32}) (\S{1,2048}) (SIP\/\d+\.\d+)$/;
const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ([^\r\n]*)$/;
const HEADER_LINE = /^([A-Za-z0-9\-.!%*_+`'~]{1,128})[ \t]*:[ \t]*/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Header fields of a header section; a string says why it is none. */
export function parseHeaderLines(lines: readonly string[]): HeaderList | string {
  const headers = new HeaderList();
  let name = '';
  let value = '';
  const keep = (): string | undefined => {
    if (name === '') return undefined;
    if (value.length > MESSAGE_LIMITS.headerValueChars) return 'header value too long';
    if (CONTROL.test(value)) return 'control character in a header';
    headers.add(name, value.trimEnd());
    return headers.size > MESSAGE_LIMITS.headerFields ? 'too many header fields' : undefined;
  };
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (name === '') return 'folded line before the first header';
      value += ` ${line.trim()}`;
      continue;
    }
    const fault = keep();
    if (fault !== undefined) return fault;
    const match = HEADER_LINE.exec(line);
    if (!match?.[1]) return 'malformed header line';
    name = match[1];
    value = line.slice(match[0].length);
  }
  return keep() ?? headers;
}

/** Body of a datagram or frame: Content-Length octets, or all that is left when it is absent. */
function readBody(data: Buffer, start: number, headers: HeaderList): string | undefined {
  const declared = headers.get('content-length');
  const available = data.length - start;
  if (declared === undefined) return data.toString('utf8', start);
  // RFC 3261 section 18.3: a datagram that ends before its body does is an error.
  if (!/^\d{1,6}$/.test(declared) || Number(declared) > available) return undefined;
  return data.toString('utf8', start, start + Number(declared));
}

function parseRequest(
  line: RegExpExecArray,
  headers: HeaderList,
  body: string | undefined,
  bytes: number,
): ParseOutcome {
  const [, method = '', uri = '', version] = line;
  const refuse = (status: number, reason: string): ParseOutcome => {
    return { kind: 'refused', status, reason, method, headers };
  };
  if (version !== 'SIP/2.0') return refuse(505, 'Version Not Supported');
  if (body === undefined) return refuse(400, 'Bad Content-Length');
  const essentials = readEssentials({ kind: 'request', method, uri, headers });
  if (typeof essentials === 'string') return refuse(400, essentials);
  if (!/^(sips?|tel):/i.test(uri)) return refuse(416, 'Unsupported URI Scheme');
  return {
    kind: 'request',
    request: { kind: 'request', method, uri, headers, body, ...essentials, bytes },
  };
}

function parseResponse(
  line: RegExpExecArray,
  headers: HeaderList,
  body: string | undefined,
  bytes: number,
): ParseOutcome {
  if (body === undefined) return { kind: 'dropped', reason: 'bad Content-Length in a response' };
  const essentials = readEssentials({ kind: 'response', headers });
  if (typeof essentials === 'string') return { kind: 'dropped', reason: essentials };
  const [, status, reason = ''] = line;
  return {
    kind: 'response',
    response: {
      kind: 'response',
      status: Number(status),
      reason,
      headers,
      body,
      ...essentials,
      bytes,
    },
  };
}

/**
 * One datagram, one WebSocket message or one message cut from a stream.
 *
 * Strict where leniency has killed servers (field counts, control characters, duplicate single-value
 * headers), silent about what it does not need to know. Never throws.
 */
export function parseSipMessage(data: Buffer): ParseOutcome {
  if (data.length > MESSAGE_LIMITS.messageBytes)
    return { kind: 'dropped', reason: 'message too long' };
  let start = 0;
  while (data[start] === 13 && data[start + 1] === 10) start += 2;
  if (start >= data.length) return { kind: 'keep-alive', ping: start >= 4 };
  const end = data.indexOf('\r\n\r\n', start, 'latin1');
  if (end === -1) return { kind: 'dropped', reason: 'no end of headers' };
  if (end - start > MESSAGE_LIMITS.headerSectionBytes) {
    return { kind: 'dropped', reason: 'header section too long' };
  }
  const [first = '', ...lines] = data.toString('utf8', start, end).split('\r\n');
  const headers = parseHeaderLines(lines);
  if (typeof headers === 'string') return { kind: 'dropped', reason: headers };
  const body = readBody(data, end + 4, headers);
  const bytes = data.length - start;

  const status = STATUS_LINE.exec(first);
  if (status !== null) return parseResponse(status, headers, body, bytes);
  const request = REQUEST_LINE.exec(first);
  if (request !== null) return parseRequest(request, headers, body, bytes);
  return { kind: 'dropped', reason: 'malformed start line' };
}
