import { isTalking, type AppState } from './app-state';
import { qualityNow, type QualityTotals } from './call-quality';

const EVERY_TICKS = 3;

interface Desk {
  readonly state: AppState;
  change(part: Partial<AppState>): void;
}

/** How the call sounds, from one reading of the leg's totals to the next. */
export class QualityWatch {
  private before: QualityTotals | null = null;
  private ticks = 0;

  constructor(
    private readonly desk: Desk,
    private readonly totals: () => Promise<QualityTotals | null>,
  ) {}

  /** A second has passed. */
  tick(): void {
    this.ticks += 1;
    this.desk.change({ nowMs: Date.now() });
    if (isTalking(this.desk.state) && this.ticks % EVERY_TICKS === 0) void this.measure();
  }

  /** Another leg counts anew. */
  begin(): void {
    this.before = null;
    this.desk.change({ quality: null, poorSinceMs: null });
  }

  private async measure(): Promise<void> {
    const now = await this.totals();
    const { before } = this;
    this.before = now;
    this.desk.change(qualityNow(before, now, this.desk.state.poorSinceMs, Date.now()));
  }
}
