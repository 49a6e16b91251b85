import { POOR_MOS } from '../../domain/connection-check';

/** What a browser measures of the sound that comes in, over the last seconds. */
export interface QualitySample {
  /** Lost of what was sent, 0 to 1. */
  readonly loss: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
}

export interface CallQuality extends QualitySample {
  /** Mean opinion score, 1 to 4.4. */
  readonly mos: number;
}

/** Below POOR_MOS for so long, the agent is told. */
const POOR_FOR_MS = 15_000;

/**
 * The mean opinion score that a sample stands for: the E-model (ITU-T G.107) with delay and loss alone,
 * as monitoring tools simplify it; jitter counts twice, for the buffer that evens it out.
 */
export function meanOpinionScore({ loss, jitterMs, roundTripMs }: QualitySample): number {
  const delayMs = roundTripMs / 2 + 2 * jitterMs + 10;
  const byDelay = delayMs < 160 ? delayMs / 40 : (delayMs - 120) / 10;
  const r = Math.max(0, Math.min(93.2, 93.2 - byDelay - 250 * loss));
  return Math.max(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}

/** Running totals of a browser's statistics (W3C webrtc-stats). */
export interface QualityTotals {
  readonly received: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
}

/** The quality between two readings; null: nothing came in between them. */
export function qualityBetween(before: QualityTotals, now: QualityTotals): CallQuality | null {
  const received = now.received - before.received;
  const lost = Math.max(0, now.lost - before.lost);
  if (received <= 0) return null;
  const { jitterMs, roundTripMs } = now;
  const sample = { loss: lost / (received + lost), jitterMs, roundTripMs };
  return { ...sample, mos: meanOpinionScore(sample) };
}

/** Since when the score has been poor, ms since the epoch; null: it is not. */
export function poorSince(before: number | null, mos: number, nowMs: number): number | null {
  return mos < POOR_MOS ? (before ?? nowMs) : null;
}

export function isPoorForLong(since: number | null, nowMs: number): boolean {
  return since !== null && nowMs - since >= POOR_FOR_MS;
}

/** What is shown of two readings, either of which may be missing. */
export function qualityNow(
  before: QualityTotals | null,
  now: QualityTotals | null,
  poorSinceMs: number | null,
  nowMs: number,
): { readonly quality: CallQuality | null; readonly poorSinceMs: number | null } {
  const quality = before === null || now === null ? null : qualityBetween(before, now);
  return {
    quality,
    poorSinceMs: quality === null ? null : poorSince(poorSinceMs, quality.mos, nowMs),
  };
}
