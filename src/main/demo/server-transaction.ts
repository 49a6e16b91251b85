import { formatResponse, type ResponseParts, type SipRequest } from './sip-datagram';
import { TRANSACTION_LIMIT_MS, retransmit } from './retransmit';

/**
 * One request and its answers, over UDP (RFC 3261, 17.2; RFC 6026 for the 2xx of an INVITE).
 *
 * - A repeated request gets the last answer again; after a 2xx to an INVITE it is absorbed, for
 *   the 2xx is repeated by its own timer.
 * - A final answer to an INVITE is repeated until its ACK.
 * - It is forgotten 64*T1 after its final answer, so that late repetitions find it.
 */
export class ServerTransaction {
  #last: string | null = null;
  #finalStatus: number | null = null;
  #stopRepeating: () => void = () => undefined;
  #forget: NodeJS.Timeout | null = null;

  constructor(
    readonly request: SipRequest,
    private readonly send: (text: string) => void,
    private readonly onForgotten: () => void,
  ) {}

  get isFinal(): boolean {
    return this.#finalStatus !== null;
  }

  /** @param onUnacknowledged a final answer to an INVITE never got its ACK. */
  respond(parts: ResponseParts, onUnacknowledged: () => void = () => undefined): void {
    if (this.isFinal) throw new Error(`${this.request.method} has had its final answer`);
    const text = formatResponse(this.request, parts);
    this.#last = text;
    if (parts.status < 200) {
      this.send(text);
      return;
    }
    this.#finalStatus = parts.status;
    this.#forget = setTimeout(this.onForgotten, TRANSACTION_LIMIT_MS);
    if (this.request.method !== 'INVITE') this.send(text);
    else
      this.#stopRepeating = retransmit(() => {
        this.send(text);
      }, onUnacknowledged);
  }

  repeated(): void {
    const accepted = this.#finalStatus !== null && this.#finalStatus < 300;
    if (this.request.method === 'INVITE' && accepted) return;
    if (this.#last !== null) this.send(this.#last);
  }

  acknowledged(): void {
    this.#stopRepeating();
  }

  close(): void {
    this.#stopRepeating();
    if (this.#forget !== null) clearTimeout(this.#forget);
  }
}
