import { HeaderList } from '../message/header-list';
import type { ReceivedResponse, SipRequest } from '../message/sip-message';
import { formatSipMessage } from '../message/sip-message';
import { ClientTransaction } from './client-transaction';
import { ringingMs, transactionTimeoutMs } from './sip-timers';

const TIMER_D_MS = 32_000;

/**
 * INVITE client transaction (RFC 3261 section 17.1.1 with the Accepted state of RFC 6026).
 *
 *     calling --1xx--> proceeding --2xx--> accepted --timer M--> terminated
 *        |                 |      --3xx-6xx--> completed --timer D--> terminated
 *        +--timer B: 408   +--too long without news: cancel, then 408
 *
 * In `accepted` every 2xx, retransmitted or forked, goes to the user, who owns the ACK.
 */
export class InviteClientTransaction extends ClientTransaction {
  state: 'calling' | 'proceeding' | 'completed' | 'accepted' | 'terminated' = 'calling';
  private ack: string | undefined;
  private cancelState: 'none' | 'held' | 'sent' = 'none';
  private sendCancel: (() => void) | undefined;

  start(): void {
    const { timers, env } = this;
    if (!this.flow.reliable) this.retransmitAfter(env.timers.T1);
    timers.set('timeout', transactionTimeoutMs(env.timers), () => {
      this.fail(408);
    });
    this.transmit();
  }

  get isCancelled(): boolean {
    return this.cancelState !== 'none';
  }

  protected get awaitsFinal(): boolean {
    return this.state === 'calling' || this.state === 'proceeding';
  }

  protected markTerminated(): void {
    this.state = 'terminated';
  }

  /**
   * Section 9.1: a CANCEL waits for a provisional response, and is pointless after a final one.
   *
   * @param send sends the CANCEL, now or when the first provisional response arrives
   * @returns false when the INVITE already has its final response
   */
  cancel(send: () => void): boolean {
    if (!this.awaitsFinal) return false;
    if (this.cancelState !== 'none') return true;
    this.sendCancel = send;
    this.cancelState = 'held';
    if (this.state === 'proceeding') this.releaseCancel();
    return true;
  }

  receive(response: ReceivedResponse): void {
    if (response.status < 200) this.receiveProvisional(response);
    else if (response.status < 300) this.receiveSuccess(response);
    else this.receiveFailure(response);
  }

  private receiveProvisional(response: ReceivedResponse): void {
    if (!this.awaitsFinal) return;
    this.state = 'proceeding';
    this.timers.clear('retransmit');
    if (this.cancelState === 'none') {
      this.timers.set('timeout', ringingMs(this.env.timers), () => {
        this.user.overdue();
      });
    } else if (this.cancelState === 'held') this.releaseCancel();
    this.user.response(response);
  }

  private receiveSuccess(response: ReceivedResponse): void {
    if (this.awaitsFinal) {
      this.state = 'accepted';
      this.timers.clearAll();
      this.timers.set('linger', transactionTimeoutMs(this.env.timers), () => {
        this.terminate();
      });
    }
    if (this.state === 'accepted') this.user.response(response);
  }

  private receiveFailure(response: ReceivedResponse): void {
    if (this.state === 'completed') {
      if (this.ack !== undefined) this.flow.send(this.ack);
      return;
    }
    if (!this.awaitsFinal) return;
    this.ack = formatSipMessage(ackFor(this.request, response));
    this.flow.send(this.ack);
    this.state = 'completed';
    this.timers.clearAll();
    if (this.flow.reliable) this.terminate();
    else {
      const lingerMs = Math.min(TIMER_D_MS, transactionTimeoutMs(this.env.timers));
      this.timers.set('linger', lingerMs, () => {
        this.terminate();
      });
    }
    this.user.response(response);
  }

  private releaseCancel(): void {
    this.cancelState = 'sent';
    // Section 9.1: without a final response 64*T1 after the CANCEL the INVITE counts as ended.
    this.timers.set('timeout', transactionTimeoutMs(this.env.timers), () => {
      this.fail(408);
    });
    this.sendCancel?.();
  }

  /** Timer A: doubles each time, without T2 as its ceiling. */
  private retransmitAfter(delayMs: number): void {
    this.timers.set('retransmit', delayMs, () => {
      this.flow.send(this.text);
      this.retransmitAfter(delayMs * 2);
    });
  }
}

/** The ACK of section 17.1.1.3: same branch, To of the response. */
function ackFor(request: SipRequest, response: ReceivedResponse): SipRequest {
  const headers = new HeaderList();
  headers.add('Via', request.headers.get('via') ?? '');
  for (const route of request.headers.all('route')) headers.add('Route', route);
  headers.add('Max-Forwards', '70');
  headers.add('From', request.headers.get('from') ?? '');
  headers.add('To', response.headers.get('to') ?? '');
  headers.add('Call-ID', response.callId);
  headers.add('CSeq', `${response.cseq.number} ACK`);
  return { kind: 'request', method: 'ACK', uri: request.uri, headers, body: '' };
}

/** The CANCEL of section 9.1: same Request-URI, branch, To and CSeq number as the INVITE. */
export function cancelFor(invite: SipRequest, extra: Iterable<[string, string]> = []): SipRequest {
  const headers = new HeaderList();
  headers.add('Via', invite.headers.get('via') ?? '');
  for (const route of invite.headers.all('route')) headers.add('Route', route);
  headers.add('Max-Forwards', '70');
  headers.add('From', invite.headers.get('from') ?? '');
  headers.add('To', invite.headers.get('to') ?? '');
  headers.add('Call-ID', invite.headers.get('call-id') ?? '');
  headers.add('CSeq', `${parseInt(invite.headers.get('cseq') ?? '', 10)} CANCEL`);
  for (const [name, value] of extra) headers.add(name, value);
  return { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: '' };
}
