import type { Database } from '../../src/db/database';
import { writeSeat } from '../../src/db/supervision-seats';
import type { LineUser } from '../agents/agent-line';
import { audioHostOf, audioPortOf } from '../media/session-description';
import { lookAtSeat, untilNextLook } from './look-at-seat';
import { SUPERVISOR_RING_MS } from './ring-supervisor';
import type { SupervisorLine } from './supervisor-line';

/**
 * A supervisor's softphone at another sip process ({@link FarSeats} there): its engine sends to our mixer,
 * and is sent to, as the one here would be; only the signalling is over there.
 */
export class FarLine implements SupervisorLine {
  private over = false;
  private left = false;

  private constructor(
    private readonly db: Database,
    private readonly supervisionId: string,
    private readonly offer: string,
  ) {}

  /** Waits until it is picked up over there, or it is told why not. */
  static async reach(
    db: Database,
    supervisionId: string,
    isWanted: () => boolean,
  ): Promise<FarLine | { readonly cause: string }> {
    const until = Date.now() + SUPERVISOR_RING_MS;
    while (isWanted() && Date.now() < until) {
      const seat = await lookAtSeat(db, supervisionId);
      const { cause = null, offer = null, isKept = true } = seat ?? {};
      if (cause !== null) return { cause };
      if (!isKept) return { cause: 'sip_instance_dead' };
      if (offer !== null) return new FarLine(db, supervisionId, offer);
      await untilNextLook();
    }
    return { cause: 'ring_no_answer' };
  }

  get isOver(): boolean {
    return this.over;
  }

  use(user: LineUser): void {
    void this.watch(user);
  }

  private async watch(user: LineUser): Promise<void> {
    while (!this.left) {
      const seat = await lookAtSeat(this.db, this.supervisionId);
      if (seat !== null && (seat.cause !== null || !seat.isKept)) {
        this.over = true;
        if (!this.isLeft()) user.onAgentLegEnded('far_side');
        return;
      }
      await untilNextLook();
    }
  }

  /** A method, for a property would be narrowed: it changes while a promise is awaited. */
  private isLeft(): boolean {
    return this.left;
  }

  /** Nobody here looks after it any more; over there its end is read from the supervision. */
  leave(): Promise<void> {
    this.left = true;
    return Promise.resolve();
  }

  modify(): void {
    // it is described over there
  }

  openTalk(): ReturnType<SupervisorLine['openTalk']> {
    const { db, supervisionId, offer } = this;
    const host = audioHostOf(offer);
    const port = audioPortOf(offer);
    if (host === null || port === null) return { mixing: null };
    return {
      mixing: {
        engine: { host, port },
        seatLine: async (mixer) => {
          mixer.sendTo(offer);
          await writeSeat(db, supervisionId, { answer: mixer.sdp });
          return true;
        },
      },
    };
  }
}
