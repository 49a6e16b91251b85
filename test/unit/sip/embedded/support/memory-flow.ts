import type { Flow, Transport } from '../../../../../sip/embedded/transport/flow';

/** A flow that keeps what is sent, with the moment it was sent. */
export class MemoryFlow implements Flow {
  readonly sent: { atMs: number; text: string }[] = [];
  readonly localHost = '192.0.2.1';
  readonly localPort = 5060;
  isOpen = true;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly clock: { nowMs: number },
    readonly transport: Transport = 'udp',
    readonly remoteAddress = '192.0.2.7',
    readonly remotePort = 5090,
  ) {}

  get reliable(): boolean {
    return this.transport !== 'udp';
  }

  send(text: string): boolean {
    if (this.isOpen) this.sent.push({ atMs: this.clock.nowMs, text });
    return this.isOpen;
  }

  onClosed(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  destroy(): void {
    this.close();
  }

  close(): void {
    this.isOpen = false;
    for (const listener of [...this.listeners]) listener();
  }

  /** First lines of what was sent, with their times. */
  get timeline(): string[] {
    return this.sent.map(({ atMs, text }) => `${atMs} ${text.split(' ').slice(0, 2).join(' ')}`);
  }

  startLines(): string[] {
    return this.sent.map(({ text }) => text.slice(0, text.indexOf('\r\n')));
  }

  last(): string {
    return this.sent.at(-1)?.text ?? '';
  }
}
