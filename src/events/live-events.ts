import type { Logger } from 'pino';
import type { Database } from '../db/database';
import {
  findEventPlace,
  readEventsAfter,
  readStreamHead,
  type EventPlace,
  type StoredEvent,
} from '../db/read/events';
import { isAfter, type EventCursor } from './event-cursor';

const POLL_INTERVAL_MS = 250;
/** While the database does not answer. */
const RETRY_INTERVAL_MS = 1_000;
const PAGE = 500;
/** Events that may wait for one consumer; a slower one is dropped and resumes by its cursor. */
const QUEUE_LIMIT = 1_000;
/** With more pages to come, how long the reader waits for a consumer that has no room for the next. */
const ROOM_LIMIT_MS = 2_000;

export interface StreamOptions {
  /** Only events after this place; null: from now on. */
  readonly after: EventCursor | null;
  /** Which events this consumer may see. */
  readonly accept: (event: StoredEvent) => boolean;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** Called once when the consumer is too slow; the stream has ended then. */
  readonly onOverflow: () => void;
}

/** One reader of the outbox per process, fanned out to any number of consumers. */
export interface LiveEvents {
  /** Events in the order (xid, id), none twice, none missing. Ends with the signal or `close`. */
  stream(options: StreamOptions): AsyncGenerator<StoredEvent, void, undefined>;
  /** Ends all streams and the reader; resolves when its connection is given back. */
  close(): Promise<void>;
}

export function createLiveEvents(db: Database, log: Pick<Logger, 'warn'>): LiveEvents {
  return new OutboxReader(db, log);
}

/** Events that wait for one consumer. */
class ConsumerQueue {
  private readonly events: StoredEvent[] = [];
  private wake: (() => void) | null = null;
  private whenRoom: (() => void) | null = null;
  ended = false;

  constructor(private readonly options: StreamOptions) {
    options.signal.addEventListener('abort', this.end, { once: true });
    if (options.signal.aborted) this.ended = true;
  }

  push(event: StoredEvent): void {
    if (this.ended || !this.options.accept(event)) return;
    if (this.events.length >= QUEUE_LIMIT) {
      this.end();
      this.options.onOverflow();
      return;
    }
    this.events.push(event);
    this.wake?.();
  }

  readonly end = (): void => {
    this.ended = true;
    this.events.length = 0;
    this.options.signal.removeEventListener('abort', this.end);
    this.wake?.();
    this.whenRoom?.();
  };

  private get hasRoom(): boolean {
    return this.ended || this.events.length <= QUEUE_LIMIT - PAGE;
  }

  /** Until a page fits, or the consumer has left. */
  async room(): Promise<void> {
    if (this.hasRoom) return;
    await new Promise<void>((resolve) => {
      this.whenRoom = resolve;
    });
    this.whenRoom = null;
  }

  /** The next event; null when the stream has ended. */
  async next(): Promise<StoredEvent | null> {
    while (!this.ended) {
      const event = this.events.shift();
      if (this.hasRoom) this.whenRoom?.();
      if (event !== undefined) return event;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = null;
    }
    return null;
  }
}

class OutboxReader implements LiveEvents {
  private readonly consumers = new Set<ConsumerQueue>();
  private cursor: EventPlace | null = null;
  private running: Promise<void> | null = null;
  private rung = false;
  private wake: (() => void) | null = null;
  private closed = false;

  constructor(
    private readonly db: Database,
    private readonly log: Pick<Logger, 'warn'>,
  ) {}

  async *stream(options: StreamOptions): AsyncGenerator<StoredEvent, void, undefined> {
    const queue = new ConsumerQueue(options);
    try {
      let after = await this.placeOf(options.after);
      for await (const page of this.pastPages(queue, after)) {
        for (const event of page) {
          if (queue.ended) return;
          if (options.accept(event)) yield event;
        }
        after = page.at(-1) ?? after;
      }
      for (let event = await queue.next(); event !== null; event = await queue.next()) {
        if (isAfter(event, after)) yield event;
      }
    } finally {
      queue.end();
      this.consumers.delete(queue);
      this.ring();
    }
  }

  private placeOf(cursor: EventCursor | null): Promise<EventPlace> {
    return cursor === null ? readStreamHead(this.db) : findEventPlace(this.db, cursor);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const queue of this.consumers) queue.end();
    this.ring();
    await this.running;
  }

  /**
   * What is past, page by page at the consumer's own pace; attaches the queue near the end, and
   * reads on until it has what came before the queue did.
   */
  private async *pastPages(
    queue: ConsumerQueue,
    from: EventPlace,
  ): AsyncGenerator<StoredEvent[], void, undefined> {
    let after = from;
    for (let attached = false, more = true; more && !queue.ended;) {
      const page = await readEventsAfter(this.db, after, PAGE);
      after = page.at(-1) ?? after;
      more = !attached || page.length === PAGE;
      if (!attached && page.length < PAGE) {
        this.attach(queue, after);
        attached = true;
      }
      yield page;
    }
  }

  /**
   * From here on the queue gets everything after the reader's place. The first consumer sets that
   * place, so that nothing lies between.
   */
  private attach(queue: ConsumerQueue, after: EventPlace): void {
    if (this.closed) queue.end();
    if (queue.ended) return;
    this.consumers.add(queue);
    this.cursor ??= after;
    this.running ??= this.run();
  }

  private readonly ring = (): void => {
    this.rung = true;
    this.wake?.();
  };

  private async run(): Promise<void> {
    while (this.consumers.size > 0 && !this.closed) {
      this.rung = false;
      const answered = await this.readOnce();
      await this.pause(answered ? POLL_INTERVAL_MS : RETRY_INTERVAL_MS);
    }
    // no await between the test above and these: a consumer that comes now starts a new reader
    this.running = null;
    this.cursor = null;
  }

  /** Fails quietly: a database that restarts is asked again a second later, from the same place. */
  private async readOnce(): Promise<boolean> {
    try {
      while (this.cursor !== null) {
        const page = await readEventsAfter(this.db, this.cursor, PAGE);
        for (const event of page) {
          for (const queue of this.consumers) queue.push(event);
        }
        this.cursor = page.at(-1) ?? this.cursor;
        if (page.length < PAGE) break;
        await this.room();
      }
      return true;
    } catch (error) {
      this.log.warn({ err: error }, 'live events cannot be read; trying again');
      return false;
    }
  }

  /**
   * What a long transaction held back comes all at once: consumers that keep up are not drowned in
   * it, and one that does not read holds up the others only this long.
   */
  private async room(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ROOM_LIMIT_MS);
    });
    await Promise.race([Promise.all([...this.consumers].map((queue) => queue.room())), limit]);
    clearTimeout(timer);
  }

  /** Until the next poll is due, or a consumer leaves. */
  private async pause(intervalMs: number): Promise<void> {
    if (this.rung) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, intervalMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }
}
