import type { MediaLoss } from '../media';
import type { StreamCount } from './stream-report';

export interface SideCounts {
  readonly agent: StreamCount;
  readonly customer: StreamCount;
}

export interface SilenceWatchOptions {
  /** So long may nothing come from a side, not even RTCP, ms; 0: for ever. */
  readonly limitMs: number;
  readonly isEngineUp: () => boolean;
  /** `gone`: the engine knows nothing of the call; `unknown`: it did not answer now. */
  readonly count: () => Promise<SideCounts | 'gone' | 'unknown'>;
  readonly mayBeSilent: () => boolean;
  readonly onFirst: (counts: SideCounts) => void;
  /** Once. */
  readonly onLoss: (loss: MediaLoss) => void;
}

const LOOK_EVERY_MS = 1_000;

/**
 * Looks at the packet counters of a talk: a call that nobody sends on is dead, whatever its
 * signalling says, and one whose engine is gone is as well. Counters, not the engine's clock:
 * its clock need not be ours.
 */
export class SilenceWatch {
  private readonly timer: NodeJS.Timeout;
  private looking = false;
  private over = false;
  private seen: Record<keyof SideCounts, { packets: number; atMs: number }> | null = null;

  constructor(private readonly options: SilenceWatchOptions) {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
    void this.look();
  }

  private async look(): Promise<void> {
    if (this.looking || this.over) return;
    this.looking = true;
    const counts = this.options.isEngineUp() ? await this.options.count() : 'gone';
    this.looking = false;
    if (counts === 'gone') this.lose('media_engine_lost');
    else if (counts !== 'unknown') this.compare(counts);
  }

  private compare(counts: SideCounts): void {
    const nowMs = performance.now();
    const packets = (side: keyof SideCounts): number =>
      counts[side].packets + counts[side].rtcpPackets;
    const fresh = (side: keyof SideCounts) => ({ packets: packets(side), atMs: nowMs });
    if (this.seen === null) {
      this.options.onFirst(counts);
      this.seen = { agent: fresh('agent'), customer: fresh('customer') };
      return;
    }
    const { limitMs } = this.options;
    const excused = this.options.mayBeSilent() || limitMs === 0;
    for (const side of ['agent', 'customer'] as const) {
      if (excused || packets(side) !== this.seen[side].packets) this.seen[side] = fresh(side);
      else if (nowMs - this.seen[side].atMs >= limitMs) this.lose('media_timeout');
    }
  }

  /** The time of silence begins anew. */
  begin(): void {
    if (this.seen === null) return;
    const atMs = performance.now();
    for (const side of ['agent', 'customer'] as const) this.seen[side].atMs = atMs;
  }

  private lose(loss: MediaLoss): void {
    if (this.over) return;
    this.stop();
    this.options.onLoss(loss);
  }

  stop(): void {
    this.over = true;
    clearInterval(this.timer);
  }
}
