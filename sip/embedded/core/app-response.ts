import type { AdminFrame } from '../admin/admin-frame';
import { metaOf, replyFrame } from '../admin/admin-frame';
import type { App } from '../admin/app-router';
import { buildResponse } from '../message/build-response';
import type { HeaderList } from '../message/header-list';
import { parseNameAddr } from '../message/name-addr';
import type { NameAddr } from '../message/name-addr';
import { formatSipMessage } from '../message/sip-message';
import type { SipResponse } from '../message/sip-message';
import { parseSipUri } from '../message/sip-uri';
import { splitHeaderValues } from '../message/split-header-values';
import { appHeaders, completeContentType, ownContact } from './app-headers';
import type { Core, PendingRequest } from './core';
import { namesOption } from './reliable-provisionals';

const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/;
const TAG = /;\s*tag=([\w\-.!%*+`'~]{1,256})/i;

/** Why a response of an application is not sent; its text is what the application sees. */
class Refusal extends Error {}

/** A response of an application: sent, and echoed back as sent; or refused with the reason. */
export function receiveAppResponse(core: Core, app: App, frame: AdminFrame): void {
  const [transactionId = ''] = frame.fields;
  try {
    const incoming = core.incoming.get(transactionId);
    if (transactionId === '') throw new Refusal('transaction id missing');
    if (incoming?.app !== app) throw new Refusal('Response not sent due to unknown transaction');
    const response = send(incoming, frame);
    followRegister(core, incoming, response);
    const text = formatSipMessage(response);
    const meta = metaOf('application', Buffer.byteLength(text), incoming.transaction.flow, 'peer');
    const ids = [transactionId, incoming.dialog?.id ?? '', ''];
    app.send(`${replyFrame(frame.id, 'OK', meta, ...ids, 'Msg sent:', '')}\r\n${text}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    app.send(replyFrame(frame.id, 'NOK', error.message));
  }
}

/** @returns the response as sent */
function send(incoming: PendingRequest, frame: AdminFrame): SipResponse {
  const line = STATUS_LINE.exec(frame.startLine);
  if (line === null) throw new Refusal('invalid status line');
  adoptTag(incoming, frame);
  const response = complete(incoming, frame, Number(line[1]), line[2] ?? '');
  const contact = response.headers.get('contact') ?? ownContact(incoming.transaction.flow);
  const isSent = isReliable(response)
    ? supportsReliable(incoming) && incoming.respondReliably(response, contact)
    : incoming.respond(response, contact);
  if (isSent) return response;
  throw new Refusal(
    isReliable(response) && !supportsReliable(incoming)
      ? 'Remote endpoint does not support 100rel'
      : 'transport for response has been shutdown or closed',
  );
}

function isReliable(response: SipResponse): boolean {
  const { status } = response;
  return status > 100 && status < 200 && namesOption(response, 'require', '100rel');
}

function supportsReliable({ isInvite, transaction: { request } }: PendingRequest): boolean {
  return (
    isInvite &&
    (namesOption(request, 'supported', '100rel') || namesOption(request, 'require', '100rel'))
  );
}

/** An application may name the To tag of its first response. */
function adoptTag(incoming: PendingRequest, frame: AdminFrame): void {
  const tag = TAG.exec(frame.headers.get('to') ?? '')?.[1];
  if (
    tag !== undefined &&
    incoming.transaction.request.toTag === '' &&
    incoming.dialog === undefined
  ) {
    incoming.transaction.localTag = tag;
  }
}

function complete(
  incoming: PendingRequest,
  frame: AdminFrame,
  status: number,
  reason: string,
): SipResponse {
  const { transaction } = incoming;
  const { request } = transaction;
  const headers = appHeaders(frame, transaction.flow, 'fixed');
  completeContentType(headers, frame.body);
  const opensDialog = incoming.isInvite || request.method === 'SUBSCRIBE';
  if (opensDialog && status > 100 && status < 300 && !headers.has('contact')) {
    headers.add('Contact', incoming.dialog?.localContact ?? ownContact(transaction.flow));
  }
  const response = buildResponse(request, status, {
    reason,
    ...(status > 100 && { toTag: transaction.localTag }),
    body: frame.body,
  });
  for (const { name, value } of headers) response.headers.add(name, value);
  return response;
}

function followRegister(core: Core, incoming: PendingRequest, response: SipResponse): void {
  const { request, flow } = incoming.transaction;
  if (request.method !== 'REGISTER' || response.status < 200) return;
  const to = parseNameAddr(request.headers.get('to') ?? '')?.uri ?? '';
  core.screen.registerAnswered(flow, parseSipUri(to)?.user ?? '', response.status);
  if (response.status === 200) bindRegistration(core, incoming, response);
}

/** The application accepted a REGISTER: later requests to its contacts go down the same connection. */
function bindRegistration(core: Core, incoming: PendingRequest, response: SipResponse): void {
  const { transaction } = incoming;
  const { request } = transaction;
  const fallback = response.headers.get('expires') ?? request.headers.get('expires') ?? '3600';
  const granted = new Map(
    contactsOf(response.headers).map(({ uri, params }) => [uri, params.get('expires')]),
  );
  for (const { uri, params } of contactsOf(request.headers)) {
    const parsed = parseSipUri(uri);
    const expires = granted.get(uri) ?? params.get('expires') ?? fallback;
    if (parsed !== undefined) core.bindings.set(parsed, transaction.flow, Number(expires));
  }
}

function contactsOf(headers: HeaderList): NameAddr[] {
  return headers
    .all('contact')
    .flatMap(splitHeaderValues)
    .map(parseNameAddr)
    .filter((contact) => contact !== undefined);
}
