import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { digestHa1, digestResponse, type DigestCredentials } from '../../../../sip/agents/digest';
import { audioSdp } from '../../../support/sip-peer/audio-sdp';
import { RawSipMessage } from '../../../support/sip-peer/raw-sip-message';
import { responseTo } from '../../../support/sip-peer/response-to';

export interface StormSoftphoneOptions {
  /** `host:port` of the SIP over WebSocket. */
  readonly hostPort: string;
  readonly realm: string;
  readonly username: string;
  readonly password: string;
}

/** One of very many softphones: answers everything at once and keeps nothing but its last INVITE. */
export class StormSoftphone {
  /** INVITEs outside of a dialog since the last {@link come}. */
  invites = 0;
  private socket: WebSocket | null = null;
  private pending: ((answer: RawSipMessage) => void) | null = null;

  constructor(private readonly options: StormSoftphoneOptions) {}

  /** Connects and registers, as a page that was loaded anew does. @returns the final status. */
  async come(): Promise<number> {
    const socket = new WebSocket(`ws://${this.options.hostPort}/`, ['sip'], {
      perMessageDeflate: false,
    });
    this.socket = socket;
    this.invites = 0;
    const host = `${randomBytes(6).toString('hex')}.invalid`;
    socket.on('message', (data: Buffer) => {
      this.receive(data.toString('utf8'), host);
    });
    await once(socket, 'open');
    const callId = randomBytes(8).toString('hex');
    const challenged = await this.register(host, callId, 1, []);
    if (challenged.status !== 401) return challenged.status;
    const header = this.authorization(challenged.header('www-authenticate'));
    return (await this.register(host, callId, 2, [header])).status;
  }

  /** The network is gone: nobody says goodbye. */
  drop(): void {
    this.socket?.terminate();
  }

  private register(
    host: string,
    callId: string,
    cseq: number,
    extra: readonly string[],
  ): Promise<RawSipMessage> {
    const { username, realm } = this.options;
    return new Promise((resolve) => {
      this.pending = resolve;
      this.socket?.send(
        [
          `REGISTER sip:${realm} SIP/2.0`,
          `Via: SIP/2.0/WS ${host};branch=z9hG4bK${callId}${cseq}`,
          'Max-Forwards: 70',
          `From: <sip:${username}@${realm}>;tag=reg`,
          `To: <sip:${username}@${realm}>`,
          `Call-ID: ${callId}`,
          `CSeq: ${cseq} REGISTER`,
          `Contact: <sip:${username}@${host};transport=ws>;expires=120`,
          ...extra,
          'Content-Length: 0',
          '\r\n',
        ].join('\r\n'),
      );
    });
  }

  private authorization(challenge: string): string {
    const { username, password, realm } = this.options;
    const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
    const c: DigestCredentials = {
      ...{ username, realm, nonce, algorithm: 'MD5', ncText: '00000001', nc: 1, qop: 'auth' },
      ...{ cnonce: 'c0ffee', uri: `sip:${realm}`, response: '' },
    };
    const response = digestResponse(digestHa1('MD5', username, realm, password), 'REGISTER', c);
    return (
      `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", ` +
      `uri="${c.uri}", response="${response}", algorithm=MD5, qop=auth, nc=00000001, cnonce="c0ffee"`
    );
  }

  private receive(text: string, host: string): void {
    if (text.trim() === '') return;
    const message = new RawSipMessage(text);
    if (message.isResponse) {
      if (message.cseqMethod === 'REGISTER' && message.status >= 200) this.pending?.(message);
      return;
    }
    if (message.method === 'ACK') return;
    if (message.method === 'INVITE' && message.tag('to') === '') this.invites += 1;
    const body =
      message.method === 'INVITE'
        ? { body: audioSdp('agen', 'inactive', 1), contentType: 'application/sdp' }
        : {};
    const contact = `<sip:${this.options.username}@${host};transport=ws>`;
    const toTag = `a${message.callId.slice(0, 12)}`;
    this.socket?.send(responseTo(message, 200, { toTag, contact, ...body }));
  }
}
