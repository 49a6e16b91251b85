import { setTimeout as delay } from 'node:timers/promises';

export interface ReceivedEvent {
  readonly id: string;
  readonly event: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- whatever the test expects
  readonly data: any;
}

/** A reader of server-sent events over a real connection. */
export class EventStream {
  readonly events: ReceivedEvent[] = [];
  comments = 0;
  ended = false;
  /** How long it thinks about each chunk before it reads the next. */
  pauseMs = 0;
  private wake: (() => void) | null = null;
  private readonly abort = new AbortController();

  private constructor(readonly response: Response) {}

  static async open(url: string, key: string, lastEventId?: string): Promise<EventStream> {
    const abort = new AbortController();
    const response = await fetch(url, {
      headers: {
        authorization: `Bearer ${key}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    });
    const stream = new EventStream(response);
    stream.abort.signal.addEventListener('abort', () => {
      abort.abort();
    });
    void stream.read();
    return stream;
  }

  close(): void {
    this.abort.abort();
  }

  /** Resolves once the condition holds; fails after the limit. */
  async until(condition: (stream: this) => boolean, limitMs = 10_000): Promise<void> {
    const deadline = Date.now() + limitMs;
    while (!condition(this)) {
      const left = deadline - Date.now();
      if (left <= 0) {
        const seen = JSON.stringify(this.events.slice(-3)).slice(0, 500);
        const ended = this.ended ? ', the stream has ended' : '';
        throw new Error(`not met by ${this.events.length} events${ended}; the last: ${seen}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
        this.wake?.();
        if (this.pauseMs > 0) await delay(this.pauseMs);
      }
    } catch {
      // closed by either side: `ended` tells
    }
    this.ended = true;
    this.wake?.();
  }

  private take(block: string): void {
    if (block.startsWith(':')) this.comments += 1;
    const field = (name: string): string =>
      new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
    if (field('id') === '') return;
    this.events.push({
      id: field('id'),
      event: field('event'),
      data: JSON.parse(field('data')) as unknown,
    });
  }
}
