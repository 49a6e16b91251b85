import { createHash, randomBytes } from 'node:crypto';
import type { Address } from '../../../src/main/demo/sip-datagram';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { UdpSipPeer } from '../../support/sip-peer/udp-sip-peer';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const token = (): string => randomBytes(6).toString('hex');

export const CREDENTIALS = { username: 'santun', password: 'a long secret' };
const OFFER = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=caller',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 8',
  '',
].join('\r\n');

interface Invite {
  readonly branch: string;
  readonly cseq: number;
  readonly text: string;
}

/** A raw caller at the carrier's door: every message goes out by hand, so repetition is exact. */
export class CarrierCaller {
  readonly callId = `${token()}@caller.example`;
  readonly #tag = token();
  #toTag = '';

  private constructor(
    readonly peer: UdpSipPeer,
    private readonly carrier: Address,
    private readonly number: string,
  ) {}

  static async open(carrier: Address, number: string): Promise<CarrierCaller> {
    return new CarrierCaller(await UdpSipPeer.open(), carrier, number);
  }

  send(text: string): void {
    this.peer.send(text, `${this.carrier.host}:${this.carrier.port}`);
  }

  /** Sends the INVITE, answers the challenge; resolves with the INVITE that carries credentials. */
  async invite(password = CREDENTIALS.password): Promise<Invite> {
    const first = this.#invite(1, null);
    this.send(first.text);
    const { message } = await this.peer.response(407);
    this.send(this.#ackRefusal(first, message));
    const second = this.#invite(2, authorization(message, this.#uri, password));
    this.send(second.text);
    return second;
  }

  /** ACK of a refusal: the INVITE's own transaction (RFC 3261, 17.1.1.3). */
  acknowledgeRefusal(invite: Invite, refusal: RawSipMessage): void {
    this.send(this.#ackRefusal(invite, refusal));
  }

  /** ACK of a 2xx: a transaction of its own (13.2.2.4). */
  acknowledge(invite: Invite, ok: RawSipMessage): void {
    this.#toTag = ok.tag('to');
    this.send(this.#request('ACK', invite.cseq, `z9hG4bK${token()}`));
  }

  cancel(invite: Invite): void {
    this.send(this.#request('CANCEL', invite.cseq, invite.branch));
  }

  bye(branch = `z9hG4bK${token()}`): void {
    this.send(this.#request('BYE', 3, branch));
  }

  reinvite(offer = OFFER): Invite {
    const branch = `z9hG4bK${token()}`;
    const text = this.#request('INVITE', 4, branch, [], offer);
    this.send(text);
    return { branch, cseq: 4, text };
  }

  async close(): Promise<void> {
    await this.peer.close();
  }

  get #uri(): string {
    return `sip:${this.number}@${this.carrier.host}:${this.carrier.port}`;
  }

  #invite(cseq: number, proxyAuthorization: string | null): Invite {
    const branch = `z9hG4bK${token()}`;
    const headers =
      proxyAuthorization === null ? [] : [`Proxy-Authorization: ${proxyAuthorization}`];
    return { branch, cseq, text: this.#request('INVITE', cseq, branch, headers, OFFER) };
  }

  #ackRefusal(invite: Invite, refusal: RawSipMessage): string {
    const text = this.#request('ACK', invite.cseq, invite.branch);
    return text.replace(/^To: .*$/m, `To: ${refusal.header('to')}`);
  }

  #request(
    method: string,
    cseq: number,
    branch: string,
    headers: string[] = [],
    body = '',
  ): string {
    return [
      `${method} ${this.#uri} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.peer.hostPort};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: <sip:caller@caller.example>;tag=${this.#tag}`,
      `To: <${this.#uri}>${this.#toTag === '' ? '' : `;tag=${this.#toTag}`}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <${this.peer.contactUri('caller')}>`,
      ...headers,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
  }
}

function authorization(challenged: RawSipMessage, uri: string, password: string): string {
  const challenge = challenged.header('proxy-authenticate');
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const ha1 = md5(`${CREDENTIALS.username}:${realm}:${password}`);
  const response = md5(`${ha1}:${nonce}:00000001:c:auth:${md5(`INVITE:${uri}`)}`);
  return `Digest username="${CREDENTIALS.username}", realm="${realm}", nonce="${nonce}", uri="${uri}", qop=auth, nc=00000001, cnonce="c", response="${response}"`;
}
