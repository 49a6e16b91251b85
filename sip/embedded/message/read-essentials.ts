import type { HeaderList } from './header-list';
import { MESSAGE_LIMITS } from './message-limits';
import { parseNameAddr } from './name-addr';
import type { CSeq, Essentials } from './sip-message';
import { parseSipUri } from './sip-uri';
import { splitHeaderValues } from './split-header-values';
import { parseVia } from './via';
import type { Via } from './via';

const SINGLE = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length', 'expires'];
/** `word [ "@" word ]` (RFC 3261 section 25.1); no "|", which separates the fields of an admin frame. */
const CALL_ID = /^[\w\-.!%*+`'~()<>:\\/"[\]?{}]+(?:@[\w\-.!%*+`'~()<>:\\/"[\]?{}]+)?$/;
const TAG = /^[\w\-.!%*+`'~]{1,256}$/;
const CSEQ = /^(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]{1,32})$/;

export function parseCSeq(text: string): CSeq | undefined {
  const match = CSEQ.exec(text);
  // Section 8.1.1.5: less than 2**31.
  if (!match?.[2] || Number(match[1]) >= 2 ** 31) return undefined;
  return { number: Number(match[1]), method: match[2] };
}

/** The tag of a From or To; '' when it has none, undefined when the header is not valid. */
function readTag(value: string | undefined): string | undefined {
  const parsed = value === undefined ? undefined : parseNameAddr(value);
  if (parsed === undefined || parseSipUri(parsed.uri) === undefined) return undefined;
  const tag = parsed.params.get('tag');
  return tag === undefined || TAG.test(tag) ? (tag ?? '') : undefined;
}

function routesAreValid(headers: HeaderList, key: string): boolean {
  return headers.all(key).every((value) =>
    splitHeaderValues(value).every((member) => {
      const route = parseNameAddr(member);
      return route !== undefined && parseSipUri(route.uri) !== undefined;
    }),
  );
}

/** Contacts of responses and of REGISTER: any number, or "*". */
function contactListFault(values: readonly string[]): string | undefined {
  if (values.length === 1 && values[0] === '*') return undefined;
  return values.every((value) => parseNameAddr(value) !== undefined) ? undefined : 'Bad Contact';
}

/** RFC 3261 section 8.1.1.8: one SIP or SIPS URI. A `tel:` Contact is what kills the real server. */
function contactFault(message: MessageHead): string | undefined {
  const values = message.headers.all('contact').flatMap(splitHeaderValues);
  if (message.kind === 'response' || message.method === 'REGISTER') return contactListFault(values);
  const [only] = values;
  if (only === undefined) {
    const isNeeded = message.method === 'INVITE' || message.method === 'SUBSCRIBE';
    return isNeeded ? 'Bad Contact' : undefined;
  }
  const scheme = parseSipUri(parseNameAddr(only)?.uri ?? '')?.scheme;
  const isUsable = values.length === 1 && (scheme === 'sip' || scheme === 'sips');
  return isUsable ? undefined : 'Bad Contact';
}

type MessageHead =
  | { kind: 'request'; method: string; uri: string; headers: HeaderList }
  | { kind: 'response'; headers: HeaderList };

function requestFault(
  message: MessageHead & { kind: 'request' },
  cseq: CSeq,
  fromTag: string,
): string | undefined {
  if (cseq.method !== message.method) return 'CSeq method does not match';
  if (fromTag === '') return 'From without tag';
  const hops = message.headers.get('max-forwards');
  if (hops !== undefined && !/^\d{1,3}$/.test(hops)) return 'Bad Max-Forwards';
  if (/^(sips?|tel):/i.test(message.uri) && parseSipUri(message.uri) === undefined) {
    return 'Bad Request-URI';
  }
  return contactFault(message);
}

function readVia(headers: HeaderList): Via | undefined {
  const values = headers.all('via').flatMap(splitHeaderValues);
  return values.length > MESSAGE_LIMITS.viaValues ? undefined : parseVia(values[0] ?? '');
}

function readCallId(headers: HeaderList): string | undefined {
  const callId = headers.get('call-id') ?? '';
  return callId.length <= MESSAGE_LIMITS.callIdChars && CALL_ID.test(callId) ? callId : undefined;
}

/**
 * What section 8.1.1 and 8.2.2 demand of every message.
 *
 * @returns the parts, or the reason phrase of a 400
 */
export function readEssentials(message: MessageHead): Omit<Essentials, 'bytes'> | string {
  const { headers } = message;
  if (SINGLE.some((key) => headers.all(key).length > 1)) return 'Repeated header';
  const via = readVia(headers);
  if (via === undefined) return 'Bad Via';
  const callId = readCallId(headers);
  if (callId === undefined) return 'Bad Call-ID';
  const cseq = parseCSeq(headers.get('cseq') ?? '');
  if (cseq === undefined) return 'Bad CSeq';
  const fromTag = readTag(headers.get('from'));
  if (fromTag === undefined) return 'Bad From';
  const toTag = readTag(headers.get('to'));
  if (toTag === undefined) return 'Bad To';
  const essentials = { via, callId, cseq, fromTag, toTag };
  return remainingFault(message, essentials) ?? essentials;
}

function remainingFault(
  message: MessageHead,
  { cseq, fromTag }: { cseq: CSeq; fromTag: string },
): string | undefined {
  const { headers } = message;
  if (!routesAreValid(headers, 'record-route') || !routesAreValid(headers, 'route')) {
    return 'Bad Route';
  }
  return message.kind === 'request' ? requestFault(message, cseq, fromTag) : contactFault(message);
}
