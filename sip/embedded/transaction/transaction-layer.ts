import type { Log } from '../log';
import { buildResponse } from '../message/build-response';
import type { HeaderList } from '../message/header-list';
import { parseSipMessage } from '../message/parse-sip-message';
import type { ParseOutcome } from '../message/parse-sip-message';
import type {
  ReceivedRequest,
  ReceivedResponse,
  SipRequest,
  SipResponse,
} from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import { formatHostPort } from '../message/sip-uri';
import { splitHeaderValues } from '../message/split-header-values';
import { parseVia, sentBy, stampVia } from '../message/via';
import type { Via } from '../message/via';
import { uriTransport, type Flow } from '../transport/flow';
import type { Network } from '../transport/network';
import type { ClientTransaction, ClientTransactionUser } from './client-transaction';
import { InviteClientTransaction } from './invite-client-transaction';
import { InviteServerTransaction } from './invite-server-transaction';
import { newBranch, newTag } from './new-token';
import { NonInviteClientTransaction } from './non-invite-client-transaction';
import { NonInviteServerTransaction } from './non-invite-server-transaction';
import { OPEN_SCREEN, type Screen } from './screen';
import type { ServerTransaction } from './server-transaction';
import type { TransactionEnv } from './transaction-env';

/** What arrives once retransmissions, responses and malformed input have been dealt with. */
export interface TransactionUser {
  /** Whether a request with a To tag belongs to a dialog that stands. */
  isInDialog(request: ReceivedRequest): boolean;
  /** A new request other than ACK and CANCEL. */
  request(transaction: ServerTransaction): void;
  /** A CANCEL for an INVITE that is still pending. */
  cancelled(invite: InviteServerTransaction, cancel: ReceivedRequest): void;
  /** An ACK that belongs to no 3xx-6xx: of a 2xx, or stray. */
  ack(request: ReceivedRequest, flow: Flow): void;
}

/** Bounds on memory; beyond them new requests get 503. */
export interface TransactionLimits {
  /** Finished transactions linger 32 s, so the default is some 1 500 new requests a second. */
  readonly serverTransactions: number;
  /** What the requests of those transactions hold together. */
  readonly heldRequestBytes: number;
}

export const DEFAULT_TRANSACTION_LIMITS: TransactionLimits = {
  serverTransactions: 50_000,
  heldRequestBytes: 256 * 1024 * 1024,
};

/** Input that is dropped or refused is logged once in this time, with its count. */
const FAULT_LOG_INTERVAL_MS = 10_000;

const MAGIC_COOKIE = 'z9hG4bK';

/** Section 17.2.3; requests of RFC 2543 peers, whose branch says nothing, are matched by what they carry. */
function serverKey(request: ReceivedRequest, method: string): string {
  const branch = request.via.params.get('branch') ?? '';
  if (branch.startsWith(MAGIC_COOKIE)) return `${branch}|${sentBy(request.via)}|${method}`;
  return `${request.callId}|${request.fromTag}|${request.cseq.number}|${sentBy(request.via)}|${method}`;
}

/** Matches messages to transactions and creates them (RFC 3261 section 17, 18). */
export class TransactionLayer {
  user: TransactionUser | undefined;
  network: Network | undefined;
  private readonly clients = new Map<string, ClientTransaction>();
  private readonly servers = new Map<string, ServerTransaction>();
  private heldBytes = 0;
  private faults = { count: 0, nextLogAt: 0 };
  /** Identity of an initial request across paths (section 8.2.2.2) -> its transaction key. */
  private readonly initial = new Map<string, string>();

  constructor(
    private readonly env: TransactionEnv,
    private readonly log: Log,
    private readonly limits: TransactionLimits = DEFAULT_TRANSACTION_LIMITS,
    private readonly screen: Screen = OPEN_SCREEN,
  ) {}

  get counts(): { clients: number; servers: number } {
    return { clients: this.clients.size, servers: this.servers.size };
  }

  /** One message from the network. Never throws, whatever it contains. */
  message(data: Buffer, flow: Flow): void {
    try {
      this.dispatch(data, flow);
    } catch (error) {
      // A fault of ours, set off from outside: it must not end the calls of everybody else.
      const stack = error instanceof Error ? error.stack : String(error);
      this.log('error', 'message failed', { peer: flow.remoteAddress, stack });
    }
  }

  knows(flow: Flow): boolean {
    return this.screen.knows(flow);
  }

  private dispatch(data: Buffer, flow: Flow): void {
    const outcome = parseSipMessage(data);
    switch (outcome.kind) {
      case 'request':
        this.receiveRequest(outcome.request, flow);
        return;
      case 'response':
        this.receiveResponse(outcome.response, flow);
        return;
      case 'refused':
        this.refuse(outcome, flow);
        return;
      case 'dropped':
        this.logFault(flow, outcome.reason);
        this.admits(flow, null);
        return;
      case 'keep-alive':
        if (outcome.ping && this.screen.knows(flow)) flow.send('\r\n');
    }
  }

  /**
   * Sends a request in a client transaction of its own.
   *
   * @param request complete but for the Via
   */
  sendRequest(request: SipRequest, flow: Flow, user: ClientTransactionUser): ClientTransaction {
    const branch = newBranch();
    const withVia = { ...request, headers: prependVia(request.headers, flow, branch) };
    return this.startClient(withVia, branch, flow, user);
  }

  /** Sends a request that already carries its Via: a CANCEL shares that of its INVITE. */
  sendCancel(cancel: SipRequest, flow: Flow): void {
    const via = parseVia(cancel.headers.get('via') ?? '');
    const quiet = { response: noop, failed: noop, overdue: noop };
    this.startClient(cancel, via?.params.get('branch') ?? '', flow, quiet);
  }

  private startClient(
    request: SipRequest,
    branch: string,
    flow: Flow,
    user: ClientTransactionUser,
  ): ClientTransaction {
    const key = `${branch}|${request.method}`;
    const ended = (transaction: ClientTransaction): void => {
      if (this.clients.get(key) === transaction) this.clients.delete(key);
    };
    const kind = request.method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
    const transaction = new kind(key, request, flow, this.env, user, ended);
    this.clients.set(key, transaction);
    transaction.start();
    return transaction;
  }

  /** Sends a request outside any transaction: the ACK of a 2xx. @returns the request with its Via. */
  sendAck(request: SipRequest, flow: Flow): SipRequest {
    const withVia = { ...request, headers: prependVia(request.headers, flow, newBranch()) };
    flow.send(formatSipMessage(withVia));
    return withVia;
  }

  private receiveResponse(response: ReceivedResponse, flow: Flow): void {
    // Section 18.1.2 and 16.7 step 3: a second Via means it was meant to be forwarded. Not here.
    const vias = response.headers.all('via').flatMap(splitHeaderValues).length;
    const branch = response.via.params.get('branch') ?? '';
    const transaction =
      vias === 1 ? this.clients.get(`${branch}|${response.cseq.method}`) : undefined;
    if (transaction === undefined) {
      this.log('debug', 'stray response dropped', { peer: flow.remoteAddress, vias });
      return;
    }
    transaction.receive(response);
  }

  private receiveRequest(received: ReceivedRequest, flow: Flow): void {
    const request = stamp(received, flow);
    if (request.method === 'ACK') {
      this.receiveAck(request, flow);
      return;
    }
    const key = serverKey(request, request.method);
    const existing = this.servers.get(key);
    if (existing !== undefined) {
      existing.receiveRetransmission();
      return;
    }
    if (!this.belongs(request) && !this.admitsNew(request, flow)) return;
    if (this.isFull) {
      this.reply(request, flow, buildResponse(request, 503, { headers: [['Retry-After', '10']] }));
      return;
    }
    const identity = `${request.fromTag}|${request.callId}|${request.cseq.number}|${request.method}`;
    const isInitial = request.toTag === '' && request.method !== 'CANCEL';
    const transaction = this.startServer(key, request, flow, isInitial ? identity : undefined);
    if (request.method === 'CANCEL') this.receiveCancel(transaction, request);
    else if (isInitial && this.initial.get(identity) !== key) {
      // The same request by another path (section 8.2.2.2).
      transaction.respond(buildResponse(request, 482, { toTag: transaction.localTag }));
    } else this.user?.request(transaction);
  }

  /** Of a call that stands: peers of a trunk may send it from another address than the trunk's. */
  private belongs(request: ReceivedRequest): boolean {
    if (request.method === 'CANCEL') return this.servers.has(serverKey(request, 'INVITE'));
    return request.toTag !== '' && this.user?.isInDialog(request) === true;
  }

  private admitsNew(request: ReceivedRequest, flow: Flow): boolean {
    return this.admits(flow, request.toTag === '' ? request.method : null);
  }

  /** A stranger who says what strangers may not say loses the connection too. */
  private admits(flow: Flow, method: string | null): boolean {
    const admitted = this.screen.admits(flow, method);
    if (!admitted) flow.destroy();
    return admitted;
  }

  private get isFull(): boolean {
    const { serverTransactions, heldRequestBytes } = this.limits;
    return this.servers.size >= serverTransactions || this.heldBytes >= heldRequestBytes;
  }

  private startServer(
    key: string,
    request: ReceivedRequest,
    flow: Flow,
    identity: string | undefined,
  ): ServerTransaction {
    this.heldBytes += request.bytes;
    const ended = (): void => {
      this.servers.delete(key);
      this.heldBytes -= request.bytes;
      if (identity !== undefined && this.initial.get(identity) === key)
        this.initial.delete(identity);
    };
    const kind = request.method === 'INVITE' ? InviteServerTransaction : NonInviteServerTransaction;
    const transaction = new kind(
      key,
      request,
      flow,
      () => this.replyFlow(request.via, flow),
      newTag(),
      this.env,
      ended,
    );
    this.servers.set(key, transaction);
    if (identity !== undefined && !this.initial.has(identity)) this.initial.set(identity, key);
    transaction.start();
    return transaction;
  }

  private receiveAck(ack: ReceivedRequest, flow: Flow): void {
    const invite = this.servers.get(serverKey(ack, 'INVITE'));
    if (invite instanceof InviteServerTransaction && invite.state !== 'accepted')
      invite.receiveAck();
    else this.user?.ack(ack, flow);
  }

  /** Section 9.2. */
  private receiveCancel(transaction: ServerTransaction, cancel: ReceivedRequest): void {
    const invite = this.servers.get(serverKey(cancel, 'INVITE'));
    if (!(invite instanceof InviteServerTransaction)) {
      transaction.respond(buildResponse(cancel, 481, { toTag: transaction.localTag }));
      return;
    }
    transaction.respond(buildResponse(cancel, 200, { toTag: invite.localTag }));
    if (invite.isPending) this.user?.cancelled(invite, cancel);
  }

  /** Answers what could be read of a request that is not valid; ACK is never answered. */
  private refuse(outcome: ParseOutcome & { kind: 'refused' }, flow: Flow): void {
    this.logFault(flow, outcome.reason);
    if (!this.admits(flow, null)) return;
    const { headers, method, status, reason } = outcome;
    const via = parseVia(splitHeaderValues(headers.get('via') ?? '')[0] ?? '');
    const complete = ['from', 'to', 'call-id', 'cseq'].every((key) => headers.has(key));
    if (method === 'ACK' || via === undefined || !complete) return;
    const stamped = stamp({ headers, via }, flow);
    this.reply(stamped, flow, buildResponse(stamped, status, { reason, toTag: newTag() }));
  }

  private reply(request: { via: Via }, flow: Flow, response: SipResponse): void {
    this.replyFlow(request.via, flow).send(formatSipMessage(response));
  }

  /** Section 18.2.2 and RFC 3581: the same connection, or for UDP the port of rport, else of the Via. */
  private replyFlow(via: Via, flow: Flow): Flow {
    if (flow.reliable ? flow.isOpen : via.params.has('rport')) return flow;
    const transport = uriTransport(flow.transport);
    if (transport === 'ws') return flow;
    const port = via.port ?? 5060;
    if (!flow.reliable && port === flow.remotePort) return flow;
    return this.network?.flowTo({ transport, host: flow.remoteAddress, port }) ?? flow;
  }

  private logFault(flow: Flow, reason: string): void {
    this.faults.count++;
    const now = Date.now();
    if (now < this.faults.nextLogAt) return;
    const { count } = this.faults;
    this.faults = { count: 0, nextLogAt: now + FAULT_LOG_INTERVAL_MS };
    this.log('info', 'faulty input', { count, lastPeer: flow.remoteAddress, lastReason: reason });
  }

  /** Ends every transaction without a word. */
  close(): void {
    for (const transaction of [...this.clients.values()]) transaction.terminate();
    for (const transaction of [...this.servers.values()]) transaction.terminate();
  }
}

const noop = (): void => undefined;

/** Writes the sender's address into the top Via, before anything is copied from it. */
function stamp<Message extends { headers: HeaderList; via: Via }>(
  message: Message,
  flow: Flow,
): Message {
  const [top = '', ...others] = splitHeaderValues(message.headers.get('via') ?? '');
  const source = { address: flow.remoteAddress, port: flow.remotePort };
  message.headers.replaceFirst('via', [stampVia(top, message.via, source), ...others].join(', '));
  return message;
}

function prependVia(headers: HeaderList, flow: Flow, branch: string): HeaderList {
  const sentByText = formatHostPort(flow.localHost, flow.localPort);
  const via = `SIP/2.0/${flow.transport.toUpperCase()} ${sentByText};branch=${branch};rport`;
  return headers.copyWithFirst('Via', via);
}
