import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { eventually } from '../../support/eventually';
import { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { responseTo } from '../../support/sip-peer/response-to';

export interface BenchAgent {
  readonly username: string;
  readonly password: string;
}

const REGISTERS_AT_ONCE = 20;
const ANSWER_SDP = (direction: string, version: number): string =>
  [
    ...['v=0', `o=- 1 ${version} IN IP4 127.0.0.1`, 's=agent', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...['m=audio 40002 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000', `a=${direction}`],
    '',
  ].join('\r\n');

/**
 * The softphones of all agents behind one UDP socket: registered with digest, answering everything
 * at once. They keep no state, so that as little time as possible goes into them.
 */
export class BenchSoftphones {
  private closed = false;
  private readonly pending = new Map<string, (answer: RawSipMessage) => void>();

  private constructor(
    private readonly socket: Socket,
    private readonly server: { readonly host: string; readonly port: number },
  ) {
    socket.on('message', (data, from) => {
      const message = new RawSipMessage(data.toString('utf8'));
      if (message.isResponse) this.pending.get(message.branch)?.(message);
      else this.answer(message, from);
    });
  }

  static async open(sipHostPort: string): Promise<BenchSoftphones> {
    const [host = '', port] = sipHostPort.split(':');
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new BenchSoftphones(socket, { host, port: Number(port) });
  }

  async close(): Promise<void> {
    this.closed = true;
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }

  /** Registers all, anew: under a Call-ID that was never seen. @throws Error naming the refusal. */
  async register(agents: readonly BenchAgent[], realm: string): Promise<void> {
    for (let i = 0; i < agents.length; i += REGISTERS_AT_ONCE) {
      const some = agents.slice(i, i + REGISTERS_AT_ONCE);
      await Promise.all(some.map((agent) => this.registerOne(agent, realm)));
    }
  }

  private async registerOne(agent: BenchAgent, realm: string): Promise<void> {
    const callId = randomBytes(8).toString('hex');
    const challenged = await this.ask(agent, realm, callId, 1, []);
    const authorization = credentials(agent, realm, challenged.header('www-authenticate'));
    const answer = await this.ask(agent, realm, callId, 2, [authorization]);
    if (answer.status !== 200) throw new Error(`REGISTER got ${answer.startLine}`);
  }

  /** Sends a REGISTER until its final answer comes. */
  private async ask(
    { username }: BenchAgent,
    realm: string,
    callId: string,
    cseq: number,
    headers: readonly string[],
  ): Promise<RawSipMessage> {
    const branch = `z9hG4bK${callId}${cseq}`;
    const { port } = this.socket.address();
    const text = [
      `REGISTER sip:${realm} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch};rport`,
      `From: <sip:${username}@${realm}>;tag=${callId}`,
      `To: <sip:${username}@${realm}>`,
      `Call-ID: ${callId}`,
      `CSeq: ${cseq} REGISTER`,
      `Contact: <sip:${username}@127.0.0.1:${port}>`,
      'Expires: 600',
      'Max-Forwards: 70',
      ...headers,
      'Content-Length: 0',
      '\r\n',
    ].join('\r\n');
    let answer: RawSipMessage | null = null;
    this.pending.set(branch, (message) => {
      if (message.status >= 200) answer = message;
    });
    const send = (): void => {
      if (this.closed) return;
      this.socket.send(text, this.server.port, this.server.host);
    };
    send();
    const repeated = setInterval(send, 1_000);
    try {
      return await eventually(`REGISTER of ${username}`, 15_000, () => answer, 10);
    } finally {
      clearInterval(repeated);
      this.pending.delete(branch);
    }
  }

  private answer(request: RawSipMessage, from: { port: number; address: string }): void {
    const { method } = request;
    if (method === 'ACK') return;
    const toTag = `a${request.callId.slice(0, 12)}`;
    const contact = `<sip:agent@127.0.0.1:${this.socket.address().port}>`;
    const body =
      method === 'INVITE'
        ? {
            body: ANSWER_SDP(directionOf(request.body), request.cseqNumber),
            contentType: 'application/sdp',
          }
        : {};
    this.socket.send(
      responseTo(request, 200, { toTag, contact, ...body }),
      from.port,
      from.address,
    );
  }
}

/** RFC 7616, 3.4, with qop=auth. */
function credentials({ username, password }: BenchAgent, realm: string, challenge: string): string {
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const algorithm = /algorithm=([\w-]+)/.exec(challenge)?.[1] ?? 'MD5';
  const hash = (text: string): string =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex');
  const uri = `sip:${realm}`;
  const ha1 = hash(`${username}:${realm}:${password}`);
  const response = hash(`${ha1}:${nonce}:00000001:c0ffee:auth:${hash(`REGISTER:${uri}`)}`);
  return (
    `Authorization: Digest username="${username}", realm="${realm}", nonce="${nonce}", ` +
    `uri="${uri}", response="${response}", algorithm=${algorithm}, qop=auth, ` +
    `nc=00000001, cnonce="c0ffee"`
  );
}

function directionOf(sdp: string): string {
  return /a=(inactive|sendonly|recvonly)/.exec(sdp)?.[1] ?? 'sendrecv';
}
