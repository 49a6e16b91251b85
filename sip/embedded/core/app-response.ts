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
import type { Core } from './core';
import type { IncomingRequest } from './incoming-request';

const STATUS_LINE = /^SIP\/2\.0 ([1-6]\d\d) ?(.*)$/;
const TAG = /;\s*tag=([\w\-.!%*+`'~]{1,256})/i;

/** A response of an application: sent, and echoed back as sent; or refused with the reason. */
export function receiveAppResponse(core: Core, app: App, frame: AdminFrame): void {
  const refuse = (reason: string): void => {
    app.send(replyFrame(frame.id, 'NOK', reason));
  };
  const [transactionId = ''] = frame.fields;
  if (transactionId === '') {
    refuse('transaction id missing');
    return;
  }
  const incoming = core.incoming.get(transactionId);
  const line = STATUS_LINE.exec(frame.startLine);
  if (incoming?.app !== app) {
    refuse('Response not sent due to unknown transaction');
    return;
  }
  if (line === null) {
    refuse('invalid status line');
    return;
  }
  adoptTag(incoming, frame);
  const response = complete(incoming, frame, Number(line[1]), line[2] ?? '');
  const { flow } = incoming.transaction;
  const contact = response.headers.get('contact') ?? ownContact(flow);
  if (!incoming.respond(response, contact)) {
    refuse('transport for response has been shutdown or closed');
    return;
  }
  if (response.status < 300) bindRegistration(core, incoming, response);
  const text = formatSipMessage(response);
  const meta = metaOf('application', Buffer.byteLength(text), flow);
  const dialogId = incoming.dialog?.id ?? '';
  app.send(
    `${replyFrame(frame.id, 'OK', meta, transactionId, dialogId, '', 'Msg sent:', '')}\r\n${text}`,
  );
}

/** An application may name the To tag of its first response. */
function adoptTag(incoming: IncomingRequest, frame: AdminFrame): void {
  const tag = TAG.exec(frame.headers.get('to') ?? '')?.[1];
  if (tag !== undefined && incoming.request.toTag === '' && incoming.dialog === undefined) {
    incoming.transaction.localTag = tag;
  }
}

function complete(
  incoming: IncomingRequest,
  frame: AdminFrame,
  status: number,
  reason: string,
): SipResponse {
  const { request, transaction } = incoming;
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

/** The application accepted a REGISTER: later requests to its contacts go down the same connection. */
function bindRegistration(core: Core, incoming: IncomingRequest, response: SipResponse): void {
  const { request, transaction } = incoming;
  if (request.method !== 'REGISTER' || response.status !== 200) return;
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
