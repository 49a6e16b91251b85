import type { Logger } from 'pino';

/** What can be stopped, in the order in which it was started; stopped in reverse. */
export interface Resource {
  readonly name: string;
  stop(): Promise<void>;
}

/** Stops all, last started first. A failure is logged and does not keep the rest from stopping. */
export async function stopAll(resources: readonly Resource[], log: Logger): Promise<void> {
  for (const resource of [...resources].reverse()) {
    try {
      await resource.stop();
    } catch (error) {
      log.error({ err: error, resource: resource.name }, 'did not stop cleanly');
    }
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** Ctrl-C under npm arrives twice within a millisecond or two: once from the terminal, once from npm. */
const SAME_KEYSTROKE_MS = 500;

/**
 * The one owner of signals: resolves at the first SIGINT or SIGTERM. From then on another one ends
 * the process at once, for who cannot wait for live calls.
 */
export function firstSignal(log: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let askedAtMs: number | null = null;
    const onSignal = (signal: NodeJS.Signals): void => {
      const nowMs = performance.now();
      if (askedAtMs === null) {
        askedAtMs = nowMs;
        resolve(signal);
      } else if (nowMs - askedAtMs > SAME_KEYSTROKE_MS) {
        log.warn({ signal }, 'second signal: leaving at once');
        process.exit(1);
      }
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
