import type { Flow } from './flow';

/** What TCP and WebSocket flows share: being closed once, and telling who waits for it. */
export abstract class ConnectionFlow implements Flow {
  abstract readonly transport: 'tcp' | 'ws';
  readonly reliable = true;
  isOpen = true;
  private readonly closeListeners = new Set<() => void>();

  constructor(
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

  protected markClosed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const listeners = [...this.closeListeners];
    this.closeListeners.clear();
    for (const listener of listeners) listener();
  }
}
