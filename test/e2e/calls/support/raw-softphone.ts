import { randomBytes } from 'node:crypto';
import { digestHa1, digestResponse, type DigestCredentials } from '../../../../sip/agents/digest';
import { audioSdp } from '../../../support/sip-peer/audio-sdp';
import { newBranch, PeerDialog } from '../../../support/sip-peer/peer-dialog';
import type { SeenMessage, SipPeer } from '../../../support/sip-peer/sip-peer';
import { UdpSipPeer } from '../../../support/sip-peer/udp-sip-peer';
import { TcpSipPeer } from '../../../support/sip-peer/tcp-sip-peer';
import { WsSipPeer } from '../../../support/sip-peer/ws-sip-peer';

export interface RawSoftphoneOptions {
  /** `ws/host:port` or `udp/host:port`: where the signalling server listens. */
  readonly endpoint: string;
  readonly username: string;
  readonly password: string;
  readonly realm: string;
}

/**
 * An agent's softphone, bare: registers with digest, answers every INVITE (as `answers` says) and
 * every re-INVITE, 200 to BYE and OPTIONS. All that it saw is in `peer.seen`.
 */
export class RawSoftphone {
  /** What an INVITE outside of a dialog is answered with. */
  answers = 200;
  /** What a re-INVITE is answered with; 0: nothing. */
  answersReInvite = 200;
  /** Registered instead of the honest one. */
  contact: string | null = null;
  /** How an offer is answered; null: as {@link audioSdp} describes. */
  describe: ((offer: string) => Promise<string>) | null = null;
  dialog: PeerDialog | null = null;
  /** Session name of its descriptions: tells whose media somebody was given. */
  label = 'softphone';
  private version = 1;
  private registerCseq = 1;
  private readonly registerCallId = `${randomBytes(6).toString('hex')}@softphone`;
  private handled = 0;
  private readonly pump: NodeJS.Timeout;

  private constructor(
    readonly peer: SipPeer,
    private readonly server: string,
    private readonly options: RawSoftphoneOptions,
  ) {
    this.pump = setInterval(() => {
      this.handleNew();
    }, 5);
  }

  static async open(options: RawSoftphoneOptions): Promise<RawSoftphone> {
    const [transport, server = ''] = options.endpoint.split('/');
    const peer = await openPeer(transport ?? '', server);
    return new RawSoftphone(peer, server, options);
  }

  /** @returns the final status of the REGISTER after the challenge was answered. */
  async register(expires = 120, password = this.options.password): Promise<number> {
    const first = await this.sendRegister(expires, []);
    const challenge = first.message.header('www-authenticate');
    if (first.message.status !== 401) return first.message.status;
    const final = await this.sendRegister(expires, [this.authorization(challenge, password)]);
    return final.message.status;
  }

  async sendRegister(expires: number, extra: string[]): Promise<SeenMessage> {
    const { username, realm } = this.options;
    const cseq = this.registerCseq++;
    const text = [
      `REGISTER sip:${realm} SIP/2.0`,
      `Via: SIP/2.0/${this.peer.viaTransport} ${this.peer.hostPort};branch=${newBranch()};rport`,
      'Max-Forwards: 70',
      `From: <sip:${username}@${realm}>;tag=reg`,
      `To: <sip:${username}@${realm}>`,
      `Call-ID: ${this.registerCallId}`,
      `CSeq: ${cseq} REGISTER`,
      `Contact: <${this.contact ?? this.peer.contactUri(username)}>;expires=${expires}`,
      ...extra,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n');
    this.peer.send(text, this.server);
    return this.peer.waitFor(
      (m) => m.cseqMethod === 'REGISTER' && m.cseqNumber === cseq && m.status >= 200,
    );
  }

  authorization(challenge: string, password: string, nc = 1): string {
    const { username, realm } = this.options;
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const algorithm = /algorithm=SHA-256/.test(challenge) ? 'SHA-256' : 'MD5';
    const ncText = nc.toString(16).padStart(8, '0');
    const c: DigestCredentials = {
      ...{ username, realm, nonce, algorithm, ncText, nc, qop: 'auth', cnonce: 'c0ffee' },
      uri: `sip:${realm}`,
      response: '',
    };
    const response = digestResponse(digestHa1(algorithm, username, realm, password), 'REGISTER', c);
    return (
      `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", ` +
      `uri="${c.uri}", response="${response}", algorithm=${algorithm}, qop=auth, nc=${ncText}, cnonce="c0ffee"`
    );
  }

  private handleNew(): void {
    while (this.handled < this.peer.seen.length) {
      const seen = this.peer.seen[this.handled++];
      if (seen !== undefined && !seen.message.isResponse) this.handle(seen);
    }
  }

  private handle(seen: SeenMessage): void {
    const { message } = seen;
    if (message.method === 'INVITE') void this.answerInvite(seen);
    else if (message.method === 'BYE') {
      this.dialogFor(seen).answer(seen, 200);
      this.dialog = null;
    } else if (message.method === 'CANCEL') {
      this.dialogFor(seen).answer(seen, 200);
    } else if (message.method === 'OPTIONS') PeerDialog.called(this.peer, seen).answer(seen, 200);
  }

  private dialogFor(seen: SeenMessage): PeerDialog {
    return this.dialog ?? PeerDialog.called(this.peer, seen);
  }

  private async answerInvite(seen: SeenMessage): Promise<void> {
    const inDialog = seen.message.tag('to') !== '';
    if (!inDialog && this.answers !== 0) {
      const dialog = PeerDialog.called(this.peer, seen);
      const answer = this.answers === 200 ? { body: await this.answerTo(seen.message.body) } : {};
      if (this.answers === 200) this.dialog = dialog;
      dialog.answer(seen, this.answers, answer);
    } else if (inDialog && this.dialog !== null && this.answersReInvite !== 0) {
      const { dialog, answersReInvite } = this;
      const answer =
        answersReInvite === 200 ? { body: await this.answerTo(seen.message.body) } : {};
      dialog.answer(seen, answersReInvite, answer);
    }
  }

  /** RFC 3264, 6.1: the answer mirrors the direction. */
  private async answerTo(offer: string): Promise<string> {
    if (this.describe !== null) return this.describe(offer);
    const direction = /a=(sendrecv|sendonly|recvonly|inactive)/.exec(offer)?.[1] ?? 'sendrecv';
    const mirrored = { sendonly: 'recvonly', recvonly: 'sendonly' }[direction] ?? direction;
    return audioSdp(this.label, mirrored, this.version++);
  }

  get password(): string {
    return this.options.password;
  }

  async close(): Promise<void> {
    clearInterval(this.pump);
    await this.peer.close();
  }
}

function openPeer(transport: string, server: string): Promise<SipPeer> {
  if (transport === 'ws') return WsSipPeer.open(server);
  return transport === 'tcp' ? TcpSipPeer.open() : UdpSipPeer.open();
}
