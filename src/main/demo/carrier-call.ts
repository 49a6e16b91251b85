import { randomBytes, randomInt } from 'node:crypto';
import { Grammar, type NameAddrHeader } from 'sip.js/lib/core/index.js';
import type { CallPlan } from './answer-model';
import { answerSdp, offerSdp, type SdpParty } from './plain-sdp';
import type { ServerTransaction } from './server-transaction';
import type { Address, SipRequest } from './sip-datagram';

/** How a call at the carrier ended. */
export type CarrierCallEnd =
  | 'refused'
  | 'cancelled'
  | 'not_acceptable'
  | 'caller_hung_up'
  | 'debtor_hung_up'
  | 'never_acknowledged';

export interface CarrierCallOptions {
  readonly invite: ServerTransaction;
  readonly plan: CallPlan;
  /** Where this carrier listens: Contact, Via and the media line. */
  readonly local: Address;
  /** Sends a request of ours and repeats it until its final answer. */
  readonly sendRequest: (to: Address, branch: string, text: string) => void;
  readonly onAnswered: () => void;
  readonly onEnded: (how: CarrierCallEnd) => void;
}

/**
 * One call to a debtor's phone: the dialog of RFC 3261, 12, on the callee's side.
 *
 *     ringing -> answered (2xx repeated) -> talking (ACK) -> ended
 *        \____________\____________________________________^
 */
export class CarrierCall {
  readonly localTag = randomBytes(6).toString('hex');
  #phase: 'ringing' | 'answered' | 'talking' | 'ended' = 'ringing';
  #timer: NodeJS.Timeout | null = null;
  #localSequence = randomInt(1, 10_000);
  #remoteSequence: number;
  #remoteTarget: string;
  #reinvite: ServerTransaction | null = null;
  readonly #party: SdpParty & { version: number };

  constructor(private readonly options: CarrierCallOptions) {
    const { message } = options.invite.request;
    this.#remoteSequence = message.cseq;
    this.#remoteTarget = contactOf(options.invite.request) ?? message.from.uri.toString();
    this.#party = {
      name: options.plan.kind === 'answered' ? options.plan.by : 'none',
      host: options.local.host,
      // an address is owed, but no RTP flows: the discard port (RFC 863) is as good as any
      port: 9,
      sessionId: randomInt(1, 2 ** 31),
      version: 1,
    };
  }

  get callId(): string {
    return this.options.invite.request.message.callId;
  }

  /** Rings, answers or refuses as planned. */
  start(): void {
    const { invite, plan } = this.options;
    invite.respond({ status: 100 });
    if (plan.kind !== 'refused' || plan.rings) this.#ring();
    if (plan.kind === 'answered')
      this.#after(plan.ringMs, () => {
        this.#answer();
      });
    if (plan.kind === 'refused') {
      this.#after(plan.delayMs, () => {
        invite.respond({ status: plan.status, toTag: this.localTag });
        this.#end('refused');
      });
    }
  }

  /** CANCEL: has an effect only before the final answer (RFC 3261, 9.2). */
  cancelled(): void {
    if (this.#phase !== 'ringing') return;
    this.options.invite.respond({ status: 487, toTag: this.localTag });
    this.#end('cancelled');
  }

  /** ACK of a 2xx, of the first INVITE or of a re-INVITE. */
  acknowledged(sequence: number): void {
    if (this.#reinvite?.request.message.cseq === sequence) {
      this.#reinvite.acknowledged();
      this.#reinvite = null;
      return;
    }
    this.options.invite.acknowledged();
    if (this.#phase !== 'answered' || this.options.plan.kind !== 'answered') return;
    this.#phase = 'talking';
    this.#after(this.options.plan.talkMs, () => {
      this.hangUp();
    });
  }

  /** A request within the dialog. */
  received(transaction: ServerTransaction): void {
    const { message, method } = transaction.request;
    // a lower sequence number is out of order (RFC 3261, 12.2.2)
    if (message.cseq < this.#remoteSequence) transaction.respond({ status: 500 });
    else if (method === 'BYE') this.#bye(transaction);
    else if (method === 'INVITE') this.#reinvited(transaction);
    else transaction.respond({ status: 200 });
    this.#remoteSequence = Math.max(this.#remoteSequence, message.cseq);
  }

  /** BYE from the debtor's side; nothing before the ACK (RFC 3261, 15). */
  hangUp(): void {
    if (this.#phase !== 'talking') return;
    this.#sendBye();
    this.#end('debtor_hung_up');
  }

  /** Forgets the call without a word: the carrier is closing. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#phase = 'ended';
  }

  #ring(): void {
    this.options.invite.respond({ status: 180, toTag: this.localTag, headers: [this.#contact()] });
  }

  #answer(): void {
    const { invite } = this.options;
    const sdp = this.#answerTo(invite.request);
    if (sdp === null) {
      invite.respond({ status: 488, toTag: this.localTag });
      this.#end('not_acceptable');
      return;
    }
    this.#phase = 'answered';
    this.options.onAnswered();
    invite.respond({ status: 200, toTag: this.localTag, headers: [this.#contact()], sdp }, () => {
      // the dialog stands although the ACK never came: end it (RFC 3261, 13.3.1.4)
      if (this.#phase !== 'answered') return;
      this.#sendBye();
      this.#end('never_acknowledged');
    });
  }

  #reinvited(transaction: ServerTransaction): void {
    // one offer at a time (RFC 3261, 14.2)
    if (this.#phase !== 'talking' || this.#reinvite !== null) {
      transaction.respond({ status: 491 });
      return;
    }
    this.#party.version += 1;
    const sdp = this.#answerTo(transaction.request);
    if (sdp === null) {
      transaction.respond({ status: 488 });
      return;
    }
    this.#remoteTarget = contactOf(transaction.request) ?? this.#remoteTarget;
    this.#reinvite = transaction;
    transaction.respond({ status: 200, headers: [this.#contact()], sdp }, () => {
      this.#reinvite = null;
      this.hangUp();
    });
  }

  #answerTo(request: SipRequest): string | null {
    const offer = request.message.body;
    return offer === '' ? offerSdp(this.#party) : answerSdp(offer, this.#party);
  }

  #bye(transaction: ServerTransaction): void {
    transaction.respond({ status: 200 });
    this.options.invite.acknowledged();
    if (this.#phase !== 'ended') this.#end('caller_hung_up');
  }

  #sendBye(): void {
    const { message } = this.options.invite.request;
    const { local } = this.options;
    const routes = message.getHeaders('record-route');
    const branch = `z9hG4bK${randomBytes(8).toString('hex')}`;
    this.#localSequence += 1;
    const text = [
      `BYE ${this.#remoteTarget} SIP/2.0`,
      `Via: SIP/2.0/UDP ${local.host}:${local.port};branch=${branch};rport`,
      'Max-Forwards: 70',
      ...routes.map((route) => `Route: ${route}`),
      `From: ${message.getHeader('to') ?? ''};tag=${this.localTag}`,
      `To: ${message.getHeader('from') ?? ''}`,
      `Call-ID: ${message.callId}`,
      `CSeq: ${this.#localSequence} BYE`,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    const next = routes[0] === undefined ? this.#remoteTarget : routes[0];
    this.options.sendRequest(addressOf(next), branch, text);
  }

  #contact(): string {
    const user = this.options.invite.request.message.ruri?.user ?? 'phone';
    return `Contact: <sip:${user}@${this.options.local.host}:${this.options.local.port}>`;
  }

  #after(delayMs: number, run: () => void): void {
    this.#timer = setTimeout(() => {
      if (this.#phase !== 'ended') run();
    }, delayMs);
  }

  #end(how: CarrierCallEnd): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#phase = 'ended';
    // nobody will acknowledge the answer to a re-INVITE of a call that is over
    this.#reinvite?.acknowledged();
    this.options.onEnded(how);
  }
}

function contactOf(request: SipRequest): string | null {
  const contact = request.message.parseHeader('contact') as NameAddrHeader | undefined;
  return contact?.uri.toString() ?? null;
}

/** Where a URI, or a Route's name-addr, is reached over UDP. */
function addressOf(target: string): Address {
  const uri = Grammar.nameAddrHeaderParse(target.startsWith('<') ? target : `<${target}>`)?.uri;
  if (uri === undefined) throw new Error('the peer gave a target that is no SIP URI');
  return { host: uri.host, port: uri.port ?? 5060 };
}
