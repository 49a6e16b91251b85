import { randomUUID } from 'node:crypto';
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { addressTowards } from '../address-towards';
import type { MixerNews, MixerOrder } from './mixer-order';
import { MixerPort } from './mixer-port';

const OPEN_LIMIT_MS = 1_000;

/**
 * Lets more than two hear each other, and one hear without being heard: an engine relays, it does not
 * mix. A thread of its own, begun with the first port; what it is told and what it tells are ids and
 * addresses, the audio stays in it.
 */
export class Mixer {
  private thread: Worker | null = null;
  private readonly opening = new Map<string, (port: number | null) => void>();

  constructor(
    private readonly log: Logger,
    /** For Node, of the thread; absent: those of the process. */
    private readonly nodeArguments?: readonly string[],
  ) {}

  /** A port that the host of an engine can send to; null: none can be had. */
  async open(engine: { readonly host: string; readonly port: number }): Promise<MixerPort | null> {
    const host = await addressTowards(engine).catch(() => null);
    if (host === null) return null;
    const id = randomUUID();
    const opened = new Promise<number | null>((resolve) => {
      const timer = setTimeout(() => {
        resolve(null);
      }, OPEN_LIMIT_MS);
      this.opening.set(id, (port) => {
        clearTimeout(timer);
        resolve(port);
      });
    });
    this.send({ order: 'open', id, host });
    const port = await opened;
    this.opening.delete(id);
    if (port !== null)
      return new MixerPort(id, host, port, (order) => {
        this.send(order);
      });
    this.send({ order: 'close', id });
    return null;
  }

  private send(order: MixerOrder): void {
    this.thread ??= this.begin();
    this.thread.postMessage(order);
  }

  private begin(): Worker {
    // as built, or as it stands in the repository
    const file = join(__dirname, `mixer-thread${extname(__filename)}`);
    const thread = new Worker(file, {
      ...(this.nodeArguments === undefined ? {} : { execArgv: [...this.nodeArguments] }),
    });
    thread.on('message', ({ id, port }: MixerNews) => {
      this.opening.get(id)?.(port);
    });
    thread.on('error', (error) => {
      // the next port begins another; those of this one fall silent, and their talks go on without
      this.log.error({ reason: error.message }, 'mixer failed');
      this.thread = null;
    });
    thread.unref();
    return thread;
  }

  async close(): Promise<void> {
    await this.thread?.terminate();
    this.thread = null;
  }
}
