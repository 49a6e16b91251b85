/** A repeated piece of work that never overlaps itself. */
export interface Repeating {
  /** Takes no new turn and waits for the one in hand. */
  stop(): Promise<void>;
}

/** Runs `work` every `intervalMs`, from now; an error is told and the next turn comes all the same. */
export function repeat(
  intervalMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): Repeating {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();
  const run = (): void => {
    const startedAt = Date.now();
    turn = work()
      .then(() => undefined, onError)
      .then(() => {
        if (stopped) return;
        timer = setTimeout(run, Math.max(0, intervalMs - (Date.now() - startedAt)));
      });
  };
  run();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
