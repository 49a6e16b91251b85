import { audioSdp } from '../../../support/sip-peer/audio-sdp';
import { PeerDialog } from '../../../support/sip-peer/peer-dialog';
import type { RawSipMessage } from '../../../support/sip-peer/raw-sip-message';
import { responseTo } from '../../../support/sip-peer/response-to';
import type { SeenMessage } from '../../../support/sip-peer/sip-peer';
import { UdpSipPeer } from '../../../support/sip-peer/udp-sip-peer';

/**
 * `ring`: until CANCEL. `busy`: rings for a moment, then 486. `talk`: answers. `fail`: 503 at once. `slow`:
 * 100 at once, and is busy long after.
 */
export type TrunkBehaviour = 'ring' | 'busy' | 'talk' | 'fail' | 'silent' | 'slow';

const BUSY_AFTER_MS = 120;
const SLOW_AFTER_MS = 900;

/** A carrier for any number of calls at once, that notes when each call's first INVITE came. */
export class TrunkPeer {
  /** By Call-ID; milliseconds of the monotonic clock. A retransmission changes nothing. */
  readonly invitedAtMs = new Map<string, number>();
  /** How OPTIONS are answered; null: not at all. */
  optionsStatus: number | null = null;
  /** Descriptions that were offered to it, in order. */
  readonly offers: string[] = [];
  /** Headers of the 407 that an INVITE gets; null: it is let in. */
  demand: (invite: RawSipMessage) => string[] | null = () => null;
  /** Other refusals of an INVITE; null: it is let in. */
  turnDown: (invite: RawSipMessage) => { status: number; headers: string[] } | null = () => null;
  /** Headers of every 200 to an INVITE. */
  answerHeaders: string[] = [];
  /** re-INVITEs are answered. */
  answersAgain = true;
  /** Headers of the 407 that a re-INVITE or a BYE gets; null: it is let in. */
  demandInDialog: (request: RawSipMessage) => string[] | null = () => null;
  /** How it describes its audio, by the number that was dialed and the direction that is answered. */
  describe: (user: string, direction: string) => string = () => audioSdp('debtor');
  private readonly calls = new Map<string, { dialog: PeerDialog; invite: SeenMessage }>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly pump: NodeJS.Timeout;
  private handled = 0;
  private pending: SeenMessage | null = null;

  private constructor(
    readonly peer: UdpSipPeer,
    public behaviour: TrunkBehaviour,
  ) {
    this.pump = setInterval(() => {
      while (this.handled < peer.seen.length) this.handle(peer.seen[this.handled++]!);
    }, 2);
  }

  static async open(behaviour: TrunkBehaviour): Promise<TrunkPeer> {
    return new TrunkPeer(await UdpSipPeer.open(), behaviour);
  }

  get port(): number {
    return Number(this.peer.hostPort.split(':')[1]);
  }

  /** Calls invited after the instant, each with how long after it. */
  invitedAfter(atMs: number): number[] {
    return [...this.invitedAtMs.values()].map((ms) => ms - atMs).filter((ms) => ms > 0);
  }

  async close(): Promise<void> {
    clearInterval(this.pump);
    for (const timer of this.timers) clearTimeout(timer);
    await this.peer.close();
  }

  /** The final answer to a call that rings. */
  refuse(callId: string, status: number): void {
    const call = this.calls.get(callId);
    call?.dialog.answer(call.invite, status);
  }

  private handle(seen: SeenMessage): void {
    const { callId, method } = seen.message;
    if (method === 'OPTIONS' && this.optionsStatus !== null)
      seen.reply(responseTo(seen.message, this.optionsStatus, { toTag: 'carrier' }));
    if (this.challenged(seen)) return;
    if (method === 'INVITE' && !this.calls.has(callId)) this.invited(seen);
    else if (method === 'INVITE' && seen.message.tag('to') !== '') this.reinvited(seen);
    else if (method === 'CANCEL') {
      this.calls.get(callId)?.dialog.answer(seen, 200);
      this.refuse(callId, 487);
    } else if (method === 'BYE') this.calls.get(callId)?.dialog.answer(seen, 200);
  }

  private challenged(seen: SeenMessage): boolean {
    const { message } = seen;
    const isInDialog = ['INVITE', 'BYE'].includes(message.method) && message.tag('to') !== '';
    const headers = isInDialog ? this.demandInDialog(message) : null;
    if (headers !== null) seen.reply(responseTo(message, 407, { headers }));
    return headers !== null;
  }

  /** Refreshes the newest call with the description that stands (RFC 4028). @returns the status */
  async refresh(): Promise<number> {
    const call = [...this.calls.values()].at(-1);
    if (call === undefined) throw new Error('nobody has called');
    const { dialog } = call;
    dialog.invite({ body: this.describe(dialog.user, 'sendrecv') });
    const { message } = await this.peer.waitFor(
      (m) => m.callId === dialog.callId && m.cseqMethod === 'INVITE' && m.status >= 200,
    );
    dialog.ack(message);
    return message.status;
  }

  /** Hangs up every call that it answered, or those of one number. */
  hangUp(user?: string): void {
    for (const { dialog } of this.calls.values())
      if (user === undefined || dialog.user === user) dialog.bye();
  }

  private reinvited(seen: SeenMessage): void {
    this.offers.push(seen.message.body);
    if (this.answersAgain) this.answerAgain(seen);
    else this.pending = seen;
  }

  /** Answers the re-INVITE that came while nothing was answered. */
  answerPending(): void {
    if (this.pending !== null) this.answerAgain(this.pending);
    this.pending = null;
  }

  private answerAgain(seen: SeenMessage): void {
    const dialog = this.calls.get(seen.message.callId)?.dialog;
    const isSilence = seen.message.body.includes('a=inactive');
    const body = this.describe(dialog?.user ?? '', isSilence ? 'inactive' : 'sendrecv');
    dialog?.answer(seen, 200, { body, headers: this.answerHeaders });
  }

  private invited(invite: SeenMessage): void {
    const headers = this.demand(invite.message);
    const refusal = this.turnDown(invite.message);
    if (refusal !== null) {
      const { status, headers: said } = refusal;
      invite.reply(responseTo(invite.message, status, { toTag: 'carrier', headers: said }));
    } else if (headers === null) this.accept(invite);
    else invite.reply(responseTo(invite.message, 407, { toTag: 'carrier', headers }));
  }

  private accept(invite: SeenMessage): void {
    this.offers.push(invite.message.body);
    const { callId } = invite.message;
    const dialog = PeerDialog.called(this.peer, invite);
    this.calls.set(callId, { dialog, invite });
    this.invitedAtMs.set(callId, invite.atMs);
    if (this.behaviour === 'silent') return;
    if (this.behaviour === 'fail') {
      dialog.answer(invite, 503);
      return;
    }
    dialog.answer(invite, this.behaviour === 'slow' ? 100 : 180);
    if (this.behaviour === 'talk')
      dialog.answer(invite, 200, {
        body: this.describe(dialog.user, 'sendrecv'),
        headers: this.answerHeaders,
      });
    const finalAfterMs = { busy: BUSY_AFTER_MS, slow: SLOW_AFTER_MS }[this.behaviour as string];
    if (finalAfterMs === undefined) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      dialog.answer(invite, 486);
    }, finalAfterMs);
    this.timers.add(timer);
  }
}
