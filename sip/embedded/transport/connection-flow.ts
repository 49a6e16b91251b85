import type { Flow, FlowSink, Transport } from './flow';

/** What TCP, TLS and WebSocket flows share: being closed once, and telling who waits for it. */
export abstract class ConnectionFlow implements Flow {
  readonly reliable = true;
  isOpen = true;
  failure: string | undefined;
  private readonly closeListeners = new Set<() => void>();

  constructor(
    readonly transport: Exclude<Transport, 'udp'>,
    readonly remoteAddress: string,
    readonly remotePort: number,
    readonly localHost: string,
    readonly localPort: number,
  ) {}

  abstract send(text: string): boolean;
  abstract destroy(): void;

  onClosed(listener: () => void): () => void {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  /** A connection costs memory whoever holds it: strangers have so long to become somebody. */
  closeUnlessKnown(sink: FlowSink, withinMs: number): void {
    const timer = setTimeout(() => {
      if (!sink.knows(this)) this.destroy();
    }, withinMs).unref();
    this.onClosed(() => {
      clearTimeout(timer);
    });
  }

  protected markClosed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const listeners = [...this.closeListeners];
    this.closeListeners.clear();
    for (const listener of listeners) listener();
  }
}
