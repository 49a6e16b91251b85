import { RawSipMessage } from './raw-sip-message';

export type PeerTransport = 'udp' | 'tcp' | 'tls' | 'ws';

/** One message a peer received: when, from where, and the way back to its sender. */
export interface SeenMessage {
  readonly message: RawSipMessage;
  /** Milliseconds of a monotonic clock, so gaps between messages are exact. */
  readonly atMs: number;
  readonly from: { readonly address: string; readonly port: number };
  /** Sends literal text to where the message came from (same socket for TCP and WebSocket). */
  reply(text: string): void;
}

export type MessagePredicate = (message: RawSipMessage) => boolean;

export interface WaitOptions {
  /** Which match to wait for, counting from 1; messages already seen count. Default 1. */
  nth?: number;
  /** Fail after this long. Default 5 s. */
  limitMs?: number;
}

const DEFAULT_LIMIT_MS = 5_000;

interface Waiter {
  predicate: MessagePredicate;
  nth: number;
  resolve: (seen: SeenMessage) => void;
}

/**
 * A SIP endpoint that does nothing by itself: it sends the literal text it is given and keeps all it
 * receives. Every retransmission, race and lie is therefore the test's own choice.
 */
export abstract class SipPeer {
  /** All messages received so far, oldest first. Never trimmed. */
  readonly seen: SeenMessage[] = [];
  private readonly waiters = new Set<Waiter>();

  protected constructor(readonly transport: PeerTransport) {}

  /** `host:port` at which this peer may be reached, or an unreachable name for a WebSocket client. */
  abstract readonly hostPort: string;
  /** Sends literal text to `target` (`host:port`); TCP and WebSocket clients use their open socket. */
  abstract send(text: string | Buffer, target?: string): void;
  abstract close(): Promise<void>;

  /** SIP URI of this peer, fit for a Contact. */
  contactUri(user: string): string {
    const suffix = this.transport === 'udp' ? '' : `;transport=${this.transport}`;
    return `sip:${user}@${this.hostPort}${suffix}`;
  }

  /** Value of the Via sent-protocol for this transport. */
  get viaTransport(): string {
    return this.transport.toUpperCase();
  }

  /**
   * The nth message that satisfies the predicate, whether it has been seen already or is still to come.
   * Rejects after `limitMs` with a list of what was seen instead.
   */
  async waitFor(predicate: MessagePredicate, options: WaitOptions = {}): Promise<SeenMessage> {
    const { nth = 1, limitMs = DEFAULT_LIMIT_MS } = options;
    const already = this.matching(predicate)[nth - 1];
    if (already) return already;
    return await new Promise<SeenMessage>((resolve, reject) => {
      const waiter: Waiter = {
        predicate,
        nth,
        resolve: (seen) => {
          clearTimeout(timer);
          this.waiters.delete(waiter);
          resolve(seen);
        },
      };
      const timer = setTimeout(() => {
        this.waiters.delete(waiter);
        reject(new Error(`no match #${nth} within ${limitMs} ms; seen: ${this.summary()}`));
      }, limitMs);
      this.waiters.add(waiter);
    });
  }

  /** Resolves when no further match has come for `quietMs`; rejects on the first one. */
  async quietFor(predicate: MessagePredicate, quietMs: number): Promise<void> {
    const before = this.count(predicate);
    const late = this.waitFor(predicate, { nth: before + 1, limitMs: quietMs });
    const outcome = await late.catch(() => undefined);
    if (outcome) throw new Error(`came although none should: ${outcome.message.startLine}`);
  }

  async request(method: string, options?: WaitOptions): Promise<SeenMessage> {
    return await this.waitFor((m) => m.method === method, options);
  }

  async response(status: number, cseqMethod?: string, options?: WaitOptions): Promise<SeenMessage> {
    return await this.waitFor(
      (m) => m.status === status && (cseqMethod === undefined || m.cseqMethod === cseqMethod),
      options,
    );
  }

  matching(predicate: MessagePredicate): SeenMessage[] {
    return this.seen.filter((seen) => predicate(seen.message));
  }

  count(predicate: MessagePredicate): number {
    return this.matching(predicate).length;
  }

  /** Start lines of everything seen, for error messages. */
  summary(): string {
    const lines = this.seen.map(
      ({ message }) => `${message.startLine} (${message.header('cseq')})`,
    );
    return lines.length === 0 ? 'nothing' : lines.join(' | ');
  }

  protected received(
    text: string,
    from: { address: string; port: number },
    reply: (text: string) => void,
  ): void {
    if (text.trim() === '') return; // keep-alive (RFC 5626 section 3.5.1)
    const seen: SeenMessage = {
      message: new RawSipMessage(text),
      atMs: performance.now(),
      from,
      reply,
    };
    this.seen.push(seen);
    for (const waiter of [...this.waiters]) {
      const match = this.matching(waiter.predicate)[waiter.nth - 1];
      if (match) waiter.resolve(match);
    }
  }
}
