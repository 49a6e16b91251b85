/** So long after a debtor was put on hold, and so long after each reminder, ms. */
export const HOLD_REMINDER_MS = 45_000;

/** A debtor has been waiting for this long, without a break. */
export interface LongHold {
  readonly since: Date;
  readonly heldMs: number;
}

/** Has the agent reminded, again and again, of a debtor who waits. */
export class HoldReminder {
  private waiting: { readonly since: Date; readonly timer: NodeJS.Timeout } | null = null;

  constructor(
    private readonly onDue: (hold: LongHold) => void,
    private readonly everyMs = HOLD_REMINDER_MS,
  ) {}

  /** Told as often as one likes: only a change begins or ends the wait. */
  debtorWaits(waits: boolean): void {
    if (waits === (this.waiting !== null)) return;
    if (this.waiting !== null) {
      clearInterval(this.waiting.timer);
      this.waiting = null;
      return;
    }
    const since = new Date();
    const timer = setInterval(() => {
      this.onDue({ since, heldMs: Date.now() - since.getTime() });
    }, this.everyMs);
    timer.unref();
    this.waiting = { since, timer };
  }
}
