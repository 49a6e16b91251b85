export type TimerHandle = unknown;

/** Time as the state machines see it, so that tests run on a clock of their own. */
export interface Scheduler {
  after(delayMs: number, run: () => void): TimerHandle;
  cancel(timer: TimerHandle): void;
}

export const systemScheduler: Scheduler = {
  after: (delayMs, run) => setTimeout(run, delayMs),
  cancel: (timer) => {
    clearTimeout(timer as NodeJS.Timeout);
  },
};

/** The timers of one state machine: named, replaced by a second `set`, all cancelled at once. */
export class TimerSet<Name extends string> {
  private readonly running = new Map<Name, TimerHandle>();

  constructor(private readonly scheduler: Scheduler) {}

  set(name: Name, delayMs: number, run: () => void): void {
    this.clear(name);
    const handle = this.scheduler.after(delayMs, () => {
      this.running.delete(name);
      run();
    });
    this.running.set(name, handle);
  }

  clear(name: Name): void {
    const handle = this.running.get(name);
    if (handle === undefined) return;
    this.running.delete(name);
    this.scheduler.cancel(handle);
  }

  clearAll(): void {
    for (const handle of this.running.values()) this.scheduler.cancel(handle);
    this.running.clear();
  }
}
