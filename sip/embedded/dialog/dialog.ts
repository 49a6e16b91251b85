import { HeaderList } from '../message/header-list';
import { parseNameAddr } from '../message/name-addr';
import type {
  ReceivedRequest,
  ReceivedResponse,
  SipRequest,
  SipResponse,
} from '../message/sip-message';
import { parseSipUri } from '../message/sip-uri';
import { splitHeaderValues } from '../message/split-header-values';
import type { Flow } from '../transport/flow';

/**
 * One dialog (RFC 3261 section 12): what it takes to send and to judge requests inside it.
 *
 *     early --2xx--> confirmed --BYE, failure, time-out--> gone from the table
 */
export interface Dialog {
  /** `<Call-ID>;from-tag=<tag of the caller>`: what drachtio-srf knows a dialog by. */
  readonly id: string;
  readonly role: 'uac' | 'uas';
  /** INVITE or SUBSCRIBE. */
  readonly method: string;
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From of our requests, tag included. */
  readonly localParty: string;
  /** To of our requests, tag included. */
  readonly remoteParty: string;
  readonly routeSet: readonly string[];
  isConfirmed: boolean;
  localSeq: number;
  /** Highest CSeq seen from the peer; undefined until its first request. */
  remoteSeq: number | undefined;
  remoteTarget: string;
  /** Contact of our INVITEs and 2xx. */
  localContact: string;
  /** Where the peer last spoke from. */
  flow: Flow;
}

export function dialogIdOf(callId: string, callerTag: string): string {
  return `${callId};from-tag=${callerTag}`;
}

function contactUri(headers: HeaderList): string | undefined {
  const contact = headers.get('contact');
  const parsed =
    contact === undefined ? undefined : parseNameAddr(splitHeaderValues(contact)[0] ?? '');
  const scheme = parsed === undefined ? undefined : parseSipUri(parsed.uri)?.scheme;
  return scheme === 'sip' || scheme === 'sips' ? parsed?.uri : undefined;
}

function recordRoutes(headers: HeaderList): string[] {
  return headers.all('record-route').flatMap(splitHeaderValues);
}

/**
 * The dialog a response of ours creates (section 12.1.1).
 *
 * @param to the To of that response, tag included
 */
export function uasDialog(
  request: ReceivedRequest,
  to: { value: string; tag: string },
  localContact: string,
  flow: Flow,
): Dialog {
  return {
    id: dialogIdOf(request.callId, request.fromTag),
    role: 'uas',
    method: request.method,
    callId: request.callId,
    localTag: to.tag,
    remoteTag: request.fromTag,
    localParty: to.value,
    remoteParty: request.headers.get('from') ?? '',
    routeSet: recordRoutes(request.headers),
    isConfirmed: false,
    localSeq: 0,
    remoteSeq: request.cseq.number,
    remoteTarget: contactUri(request.headers) ?? '',
    localContact,
    flow,
  };
}

/**
 * The dialog a response to our request creates (section 12.1.2).
 *
 * @returns undefined when the response has no tag
 */
export function uacDialog(
  request: SipRequest,
  response: ReceivedResponse,
  flow: Flow,
): Dialog | undefined {
  if (response.toTag === '') return undefined;
  return {
    id: dialogIdOf(response.callId, response.fromTag),
    role: 'uac',
    method: request.method,
    callId: response.callId,
    localTag: response.fromTag,
    remoteTag: response.toTag,
    localParty: request.headers.get('from') ?? '',
    remoteParty: response.headers.get('to') ?? '',
    routeSet: recordRoutes(response.headers).reverse(),
    isConfirmed: false,
    localSeq: response.cseq.number,
    remoteSeq: undefined,
    // A peer that leaves the Contact out of its 2xx can still be hung up on where it was called.
    remoteTarget: contactUri(response.headers) ?? request.uri,
    localContact: request.headers.get('contact') ?? '',
    flow,
  };
}

const TARGET_REFRESH = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** Target refresh (section 12.2): a new Contact, or a new place to answer to. */
export function refreshTarget(
  dialog: Dialog,
  message: { method: string } & (ReceivedRequest | (SipResponse & { method: string })),
  flow: Flow,
): void {
  if (message.kind === 'request') dialog.flow = flow;
  if (TARGET_REFRESH.has(message.method)) {
    dialog.remoteTarget = contactUri(message.headers) ?? dialog.remoteTarget;
  }
}

/** A request inside the dialog, complete but for its Via (section 12.2.1.1). */
export function requestInDialog(dialog: Dialog, method: string, cseq: number): SipRequest {
  const headers = new HeaderList();
  const { uri, routes } = routing(dialog);
  for (const route of routes) headers.add('Route', route);
  headers.add('Max-Forwards', '70');
  headers.add('From', dialog.localParty);
  headers.add('To', dialog.remoteParty);
  headers.add('Call-ID', dialog.callId);
  headers.add('CSeq', `${cseq} ${method}`);
  return { kind: 'request', method, uri, headers, body: '' };
}

function routing(dialog: Dialog): { uri: string; routes: readonly string[] } {
  const [first, ...others] = dialog.routeSet;
  const firstUri = first === undefined ? undefined : parseNameAddr(first)?.uri;
  if (firstUri === undefined || parseSipUri(firstUri)?.params.has('lr')) {
    return { uri: dialog.remoteTarget, routes: dialog.routeSet };
  }
  // A strict router on top: it goes into the Request-URI, the target to the end of the list.
  return { uri: firstUri, routes: [...others, `<${dialog.remoteTarget}>`] };
}

/** The URI whose address a request of this dialog is sent to: the top of the route set, or the target. */
export function nextUri(dialog: Dialog): string {
  const [first] = dialog.routeSet;
  return (first === undefined ? undefined : parseNameAddr(first)?.uri) ?? dialog.remoteTarget;
}
