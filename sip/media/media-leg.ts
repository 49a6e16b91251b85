import type { IncomingModify, ModifyEnd, SipDialog } from '../gateway/sip-dialog';
import { nextDescription, type LocalDescription } from './session-description';

/**
 * A dialog and what was described on it, in both directions. Offers on one leg wait for each
 * other: RFC 3261, 14.1 allows one at a time.
 */
export class MediaLeg {
  private local: LocalDescription;
  private lastOffer: Promise<unknown> = Promise.resolve();

  constructor(
    readonly dialog: SipDialog,
    offered: LocalDescription,
    /** The far side's latest description. */
    public remoteSdp: string,
  ) {
    this.local = offered;
  }

  /** What the far side was told last. */
  get localSdp(): string {
    return this.local.sdp;
  }

  get isOver(): boolean {
    return this.dialog.isOver;
  }

  /** Offers a description by re-INVITE; on success `remoteSdp` is the answer. */
  offer(sdp: string, deadlineMs?: number): Promise<ModifyEnd> {
    const turn = this.lastOffer.then(async () => {
      const next = nextDescription(this.local, sdp);
      // the far side knows this already
      if (next === this.local) return { kind: 'accepted', sdp: this.remoteSdp } as const;
      const end = await this.dialog.modify(next.sdp, deadlineMs);
      if (end.kind === 'accepted') {
        this.local = next;
        if (end.sdp !== '') this.remoteSdp = end.sdp;
      }
      return end;
    });
    this.lastOffer = turn;
    return turn;
  }

  /** Answers an offer of the far side with somebody else's description. */
  accept(request: IncomingModify, sdp: string): void {
    this.local = nextDescription(this.local, sdp);
    if (request.sdp !== '') this.remoteSdp = request.sdp;
    request.accept(this.local.sdp);
  }

  /** Answers with what was described before: nothing changes for the far side. */
  acceptAsBefore(request: IncomingModify): void {
    this.accept(request, this.local.sdp);
  }
}
