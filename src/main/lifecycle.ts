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

/**
 * The one owner of signals: resolves at the first SIGINT or SIGTERM. From then on another one ends
 * the process at once, for who cannot wait for live calls.
 */
export function firstSignal(log: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        log.warn({ signal }, 'second signal: leaving at once');
        process.exit(1);
      }
      asked = true;
      resolve(signal);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
}
