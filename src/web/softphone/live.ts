import type { FromWorker, ToWorker } from './live-messages';

export interface LiveListener {
  onTick(): void;
  onStream(isOpen: boolean): void;
  onEvent(name: string, at: string): void;
  onKeyRefused(): void;
}

/** The page's side of its worker: the live stream, and timers that no hidden tab slows down. */
export class Live {
  private readonly worker = new Worker(new URL('./live-worker.ts', import.meta.url), {
    type: 'module',
  });
  private readonly waiting = new Map<number, () => void>();
  private lastWait = 0;

  constructor(listener: LiveListener) {
    this.worker.onmessage = ({ data: message }: MessageEvent<FromWorker>) => {
      switch (message.type) {
        case 'tick':
          listener.onTick();
          return;
        case 'waited':
          this.waiting.get(message.id)?.();
          this.waiting.delete(message.id);
          return;
        case 'stream':
          listener.onStream(message.isOpen);
          return;
        case 'event':
          listener.onEvent(message.name, message.at);
          return;
        case 'refused':
          listener.onKeyRefused();
      }
    };
  }

  start(key: string): void {
    this.tell({ type: 'start', key });
  }

  stop(): void {
    this.tell({ type: 'stop' });
  }

  /** The network changed: opens the stream anew, now. */
  hurry(): void {
    this.tell({ type: 'hurry' });
  }

  /** Waits so long, also in a tab that nobody looks at. */
  wait(ms: number): Promise<void> {
    this.lastWait += 1;
    const id = this.lastWait;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.tell({ type: 'wait', id, ms });
    });
  }

  private tell(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
