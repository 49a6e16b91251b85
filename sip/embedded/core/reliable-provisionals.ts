import { formatSipMessage } from '../message/sip-message';
import type { ReceivedRequest, SipResponse } from '../message/sip-message';
import type { TransactionEnv } from '../transaction/transaction-env';
import { UntilAcknowledged } from './until-acknowledged';

/** True when `option` stands in a Require or Supported header of the message. */
export function namesOption(
  message: { headers: { all(key: string): string[] } },
  key: 'require' | 'supported',
  option: string,
): boolean {
  return message.headers
    .all(key)
    .some((value) => value.split(',').some((one) => one.trim().toLowerCase() === option));
}

/** The reliable provisional responses of one INVITE that wait for their PRACK (RFC 3262). */
export class ReliableProvisionals {
  private readonly waiting = new Map<number, UntilAcknowledged>();
  private lastRSeq = 1 + Math.floor(Math.random() * 2 ** 20);

  constructor(
    private readonly env: TransactionEnv,
    private readonly resend: (text: string) => void,
    private readonly onNeverAcknowledged: () => void,
  ) {}

  /** Numbers the response and keeps sending it; the first transmission is the caller's. */
  start(response: SipResponse): void {
    const rseq = ++this.lastRSeq;
    response.headers.set('RSeq', String(rseq));
    const text = formatSipMessage(response);
    this.waiting.set(
      rseq,
      new UntilAcknowledged(
        this.env,
        () => {
          this.resend(text);
        },
        this.onNeverAcknowledged,
      ),
    );
  }

  /** @returns false when the PRACK matches none of them, which is a 481 (section 3). */
  acknowledge(prack: ReceivedRequest, invite: ReceivedRequest): boolean {
    const match = /^(\d{1,10})\s+(\d{1,10})\s+(\S+)$/.exec(prack.headers.get('rack') ?? '');
    const rseq = Number(match?.[1]);
    const waiting = this.waiting.get(rseq);
    const isForInvite = Number(match?.[2]) === invite.cseq.number && match?.[3] === 'INVITE';
    if (waiting === undefined || !isForInvite) return false;
    waiting.stop();
    this.waiting.delete(rseq);
    return true;
  }

  stop(): void {
    for (const waiting of this.waiting.values()) waiting.stop();
    this.waiting.clear();
  }
}
