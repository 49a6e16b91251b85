import { randomBytes } from 'node:crypto';
import { messageText } from './message-text';
import type { RawSipMessage } from './raw-sip-message';
import { responseTo, type ResponseParts } from './response-to';
import type { SeenMessage, SipPeer } from './sip-peer';

export interface RequestParts {
  /** Extra header lines, each without its line end. */
  headers?: string[];
  body?: string;
  contentType?: string;
  cseq?: number;
  branch?: string;
  /** Replaces the dialog's remote target as Request-URI. */
  requestUri?: string;
  /** Replaces the Contact; null leaves the header out. */
  contact?: string | null;
  /** Left out of the From or To header when true: a liar's request. */
  withoutToTag?: boolean;
}

interface Party {
  uri: string;
  tag: string;
}

/**
 * One side of a call as a raw peer sees it: the numbers that RFC 3261 section 12 makes both sides keep
 * (tags, Call-ID, CSeq, remote target, route set), and the text of requests built from them. It sends
 * only when told to and never answers by itself.
 */
export class PeerDialog {
  readonly callId: string;
  readonly local: Party;
  readonly remote: Party;
  readonly user: string;
  remoteTarget: string;
  routeSet: string[] = [];
  cseq: number;
  /** Contact header value sent with each request and 2xx; change it to move this side elsewhere. */
  contact: string;
  private inviteBranch = '';
  private inviteCseq = 0;

  private constructor(
    readonly peer: SipPeer,
    readonly transmit: (text: string) => void,
    start: { callId: string; local: Party; remote: Party; user: string; remoteTarget: string },
  ) {
    this.callId = start.callId;
    this.local = start.local;
    this.remote = start.remote;
    this.user = start.user;
    this.remoteTarget = start.remoteTarget;
    this.cseq = 100;
    this.contact = `<${peer.contactUri(start.user)}>`;
  }

  /** A call this peer is about to place to `user` at the server listening on `target` (host:port). */
  static calling(peer: SipPeer, target: string, user: string, fromUser = 'peer'): PeerDialog {
    const transport = peer.transport === 'udp' ? '' : `;transport=${peer.transport}`;
    const uri = `sip:${user}@${target}${transport}`;
    return new PeerDialog(
      peer,
      (text) => {
        peer.send(text, target);
      },
      {
        callId: `${newToken()}@peer`,
        local: { uri: `sip:${fromUser}@${peer.hostPort}`, tag: newToken() },
        remote: { uri, tag: '' },
        user: fromUser,
        remoteTarget: uri,
      },
    );
  }

  /** The called side of an INVITE this peer has received. */
  static called(peer: SipPeer, invite: SeenMessage): PeerDialog {
    const { message } = invite;
    const dialog = new PeerDialog(
      peer,
      (text) => {
        invite.reply(text);
      },
      {
        callId: message.callId,
        local: { uri: message.uriOf('to'), tag: newToken() },
        remote: { uri: message.uriOf('from'), tag: message.tag('from') },
        user: /^sip:([^@]+)@/.exec(message.requestUri)?.[1] ?? 'peer',
        remoteTarget: message.uriOf('contact'),
      },
    );
    dialog.routeSet = splitRoutes(message.allOf('record-route'));
    return dialog;
  }

  /** Text of a request in this call; takes the next CSeq unless one is given. */
  request(method: string, parts: RequestParts = {}): string {
    const cseq = parts.cseq ?? ++this.cseq;
    const branch = parts.branch ?? newBranch();
    const toTag = this.remote.tag === '' || parts.withoutToTag ? '' : `;tag=${this.remote.tag}`;
    const contact = parts.contact === undefined ? this.contact : parts.contact;
    const head = [
      `${method} ${parts.requestUri ?? this.remoteTarget} SIP/2.0`,
      `Via: SIP/2.0/${this.peer.viaTransport} ${this.peer.hostPort};branch=${branch};rport`,
      ...this.routeSet.map((route) => `Route: ${route}`),
      'Max-Forwards: 70',
      `From: <${this.local.uri}>;tag=${this.local.tag}`,
      `To: <${this.remote.uri}>${toTag}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(contact === null ? [] : [`Contact: ${contact}`]),
      ...(parts.headers ?? []),
    ];
    return messageText(head, parts.body, parts.contentType);
  }

  /** Sends an INVITE (initial or re-INVITE) and returns its literal text for retransmission. */
  invite(parts: RequestParts = {}): string {
    this.inviteBranch = parts.branch ?? newBranch();
    this.inviteCseq = parts.cseq ?? ++this.cseq;
    const text = this.request('INVITE', {
      ...parts,
      branch: this.inviteBranch,
      cseq: this.inviteCseq,
    });
    this.transmit(text);
    return text;
  }

  /** Takes tag, remote target and route set from a 1xx/2xx to the INVITE (section 12.1.2). */
  learn(response: RawSipMessage): void {
    this.remote.tag = response.tag('to');
    const contact = response.uriOf('contact');
    if (contact !== '') this.remoteTarget = contact;
    this.routeSet = splitRoutes(response.allOf('record-route')).reverse();
  }

  /** Acknowledges the last INVITE: hop by hop for a failure (17.1.1.3), end to end for a 2xx (13.2.2.4). */
  ack(response: RawSipMessage, parts: RequestParts = {}): string {
    if (response.status < 300) {
      this.learn(response);
      return this.say('ACK', { cseq: this.inviteCseq, ...parts });
    }
    const before = this.remote.tag;
    this.remote.tag = response.tag('to');
    const text = this.say('ACK', {
      cseq: this.inviteCseq,
      branch: this.inviteBranch,
      contact: null,
      ...parts,
    });
    this.remote.tag = before;
    return text;
  }

  /** Cancels the last INVITE: same branch, same CSeq number, no To tag (section 9.1). */
  cancel(): string {
    return this.say('CANCEL', {
      cseq: this.inviteCseq,
      branch: this.inviteBranch,
      contact: null,
      withoutToTag: true,
    });
  }

  bye(parts: RequestParts = {}): string {
    return this.say('BYE', { contact: null, ...parts });
  }

  /** Builds and sends; returns the text. */
  say(method: string, parts: RequestParts = {}): string {
    const text = this.request(method, parts);
    this.transmit(text);
    return text;
  }

  /** Answers a request of this call with this side's tag; returns the text for retransmission. */
  answer(request: SeenMessage, status: number, parts: ResponseParts = {}): string {
    const withContact = status > 100 && status < 300 && request.message.method === 'INVITE';
    const text = responseTo(request.message, status, {
      toTag: this.local.tag,
      ...(withContact ? { contact: this.contact } : {}),
      ...parts,
    });
    request.reply(text);
    return text;
  }
}

export function newToken(): string {
  return randomBytes(8).toString('hex');
}

/** A branch with the cookie of RFC 3261 section 8.1.1.7. */
export function newBranch(): string {
  return `z9hG4bK${newToken()}`;
}

function splitRoutes(lines: string[]): string[] {
  return lines.flatMap((line) => line.split(/,(?=\s*<)/).map((route) => route.trim()));
}
