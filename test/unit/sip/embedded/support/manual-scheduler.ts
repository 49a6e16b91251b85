import type { Scheduler, TimerHandle } from '../../../../../sip/embedded/transaction/scheduler';

interface Entry {
  at: number;
  run: () => void;
}

/** A clock that moves only when told to. */
export class ManualScheduler implements Scheduler {
  nowMs = 0;
  private readonly entries = new Set<Entry>();

  get pendingTimers(): number {
    return this.entries.size;
  }

  after(delayMs: number, run: () => void): TimerHandle {
    const entry = { at: this.nowMs + delayMs, run };
    this.entries.add(entry);
    return entry;
  }

  cancel(timer: TimerHandle): void {
    this.entries.delete(timer as Entry);
  }

  /** Moves on by `ms`, running what falls due in order. */
  advance(ms: number): void {
    const end = this.nowMs + ms;
    for (;;) {
      const due = [...this.entries].filter((entry) => entry.at <= end);
      const next = due.sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.entries.delete(next);
      this.nowMs = next.at;
      next.run();
    }
    this.nowMs = end;
  }
}
