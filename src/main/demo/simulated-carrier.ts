import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { CallPlan } from './answer-model';
import { CarrierCall, type CarrierCallEnd } from './carrier-call';
import { retransmit } from './retransmit';
import { ServerTransaction } from './server-transaction';
import { parseDatagram, type Address, type SipRequest } from './sip-datagram';
import { TrunkDigest, type TrunkCredentials } from './trunk-digest';

export interface SimulatedCarrierOptions {
  /** UDP port on 127.0.0.1; 0 takes a free one. */
  readonly port?: number;
  readonly credentials: TrunkCredentials;
  /** What the phone of a number does with its n-th call (1 for the first). */
  readonly plan: (digits: string, attemptNumber: number) => CallPlan;
}

export interface CarrierCounts {
  readonly challenged: number;
  readonly answered: number;
  readonly ended: Readonly<Partial<Record<CarrierCallEnd, number>>>;
}

const HOST = '127.0.0.1';
const REALM = 'carrier.example';
const ALLOW = 'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS';

/**
 * A carrier behind a SIP trunk, for demonstrations and tests: it challenges every INVITE, and
 * stands for the phones of all debtors. It owes nothing to the product's own SIP code, so its
 * count of INVITEs is a witness of its own.
 */
export class SimulatedCarrier {
  readonly #digest: TrunkDigest;
  readonly #transactions = new Map<string, ServerTransaction>();
  readonly #calls = new Map<string, CarrierCall>();
  readonly #callOfInvite = new Map<string, CarrierCall>();
  readonly #ownRequests = new Map<string, () => void>();
  readonly #invites = new Map<string, number>();
  readonly #ended: Partial<Record<CarrierCallEnd, number>> = {};
  #challenged = 0;
  #answered = 0;

  private constructor(
    private readonly socket: Socket,
    private readonly options: SimulatedCarrierOptions,
  ) {
    this.#digest = new TrunkDigest(REALM, options.credentials);
    socket.on('message', (datagram, from) => {
      this.#received(datagram, from);
    });
  }

  /** @throws Error (`EADDRINUSE`) when the port is taken. */
  static async start(options: SimulatedCarrierOptions): Promise<SimulatedCarrier> {
    const socket = createSocket('udp4');
    socket.bind(options.port ?? 0, HOST);
    await once(socket, 'listening');
    // ICMP errors of a peer that went away arrive here; repetition deals with them
    socket.on('error', () => undefined);
    return new SimulatedCarrier(socket, options);
  }

  get address(): Address {
    return { host: HOST, port: this.socket.address().port };
  }

  /**
   * INVITEs by called number (E.164, with `+`): each that passed the challenge and started a
   * call. A challenged INVITE and the one sent again with credentials count once, repetitions not.
   */
  invitesSeen(): Map<string, number> {
    return new Map(this.#invites);
  }

  counts(): CarrierCounts {
    return { challenged: this.#challenged, answered: this.#answered, ended: { ...this.#ended } };
  }

  liveCalls(): number {
    return this.#callOfInvite.size;
  }

  /** Ends at once; peers are not told. */
  async close(): Promise<void> {
    for (const call of this.#calls.values()) call.close();
    for (const transaction of this.#transactions.values()) transaction.close();
    for (const stop of this.#ownRequests.values()) stop();
    await new Promise<void>((resolve) => {
      this.socket.close(resolve);
    });
  }

  #received(datagram: Buffer, from: RemoteInfo): void {
    const parsed = parseDatagram(datagram, from);
    if (parsed === null) return;
    if (parsed.kind === 'response') {
      if (parsed.status >= 200) this.#ownRequests.get(parsed.branch)?.();
      return;
    }
    const { request } = parsed;
    if (request.method === 'ACK') {
      this.#acknowledged(request);
      return;
    }
    const known = this.#transactions.get(transactionKey(request, request.method));
    if (known !== undefined) known.repeated();
    else this.#started(this.#open(request));
  }

  #open(request: SipRequest): ServerTransaction {
    const key = transactionKey(request, request.method);
    const transaction = new ServerTransaction(
      request,
      (text) => {
        this.#send(request.replyTo, text);
      },
      () => {
        this.#transactions.delete(key);
      },
    );
    this.#transactions.set(key, transaction);
    return transaction;
  }

  #acknowledged(request: SipRequest): void {
    const { message } = request;
    // a refused INVITE is acknowledged in its own transaction, an accepted one in its dialog
    const refused = this.#transactions.get(transactionKey(request, 'INVITE'));
    if (refused !== undefined) refused.acknowledged();
    else this.#calls.get(dialogKey(message.callId, message.toTag))?.acknowledged(message.cseq);
  }

  #started(transaction: ServerTransaction): void {
    const { message, method } = transaction.request;
    if (message.toTag) {
      const call = this.#calls.get(dialogKey(message.callId, message.toTag));
      if (call === undefined) transaction.respond({ status: 481 });
      else call.received(transaction);
      return;
    }
    if (method === 'INVITE') this.#invited(transaction);
    else if (method === 'CANCEL') this.#cancelled(transaction);
    else if (method === 'OPTIONS') transaction.respond({ status: 200, headers: [ALLOW] });
    else if (method === 'BYE') transaction.respond({ status: 481 });
    else transaction.respond({ status: 405, headers: [ALLOW] });
  }

  #cancelled(cancel: ServerTransaction): void {
    const invite = transactionKey(cancel.request, 'INVITE');
    if (!this.#transactions.has(invite)) {
      cancel.respond({ status: 481 });
      return;
    }
    cancel.respond({ status: 200 });
    this.#callOfInvite.get(invite)?.cancelled();
  }

  #invited(invite: ServerTransaction): void {
    const { message } = invite.request;
    if (!this.#digest.accepts('INVITE', message.getHeader('proxy-authorization'))) {
      this.#challenged += 1;
      const challenge = `Proxy-Authenticate: ${this.#digest.challenge()}`;
      invite.respond({ status: 407, headers: [challenge] });
      return;
    }
    const digits = (message.ruri?.user ?? '').replace(/\D/g, '');
    const attemptNumber = (this.#invites.get(`+${digits}`) ?? 0) + 1;
    this.#invites.set(`+${digits}`, attemptNumber);
    this.#startCall(invite, this.options.plan(digits, attemptNumber));
  }

  #startCall(invite: ServerTransaction, plan: CallPlan): void {
    const key = transactionKey(invite.request, 'INVITE');
    const call = new CarrierCall({
      invite,
      plan,
      local: this.address,
      sendRequest: (to, branch, text) => {
        this.#sendRequest(to, branch, text);
      },
      onAnswered: () => {
        this.#answered += 1;
      },
      onEnded: (how) => {
        this.#ended[how] = (this.#ended[how] ?? 0) + 1;
        this.#callOfInvite.delete(key);
        this.#calls.delete(dialogKey(call.callId, call.localTag));
      },
    });
    this.#callOfInvite.set(key, call);
    this.#calls.set(dialogKey(call.callId, call.localTag), call);
    call.start();
  }

  #sendRequest(to: Address, branch: string, text: string): void {
    const stop = retransmit(
      () => {
        this.#send(to, text);
      },
      () => {
        this.#ownRequests.delete(branch);
      },
    );
    this.#ownRequests.set(branch, () => {
      stop();
      this.#ownRequests.delete(branch);
    });
  }

  #send(to: Address, text: string): void {
    // a lost datagram is what repetition is for
    this.socket.send(text, to.port, to.host, () => undefined);
  }
}

const transactionKey = (request: SipRequest, method: string): string =>
  `${request.transactionId}|${method}`;
const dialogKey = (callId: string, localTag: string): string => `${callId}|${localTag}`;
