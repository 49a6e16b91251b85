import type { KeptSegment, RecordingGap, SegmentEnd } from '../db/recordings';
import type { MixedSegment } from './mix-segments';

/** A segment as the call told of it. */
export interface ToldSegment {
  readonly seq: number;
  readonly endCause: SegmentEnd | null;
  readonly pauseReason: string | null;
}

/** What nobody asked for and is longer than this is flagged. */
const LONGEST_UNFLAGGED_MS = 2_000;

/** Where the segments lie, and what is missing between them. `mixed[i]` is of `told[i]`; null: lost. */
export function segmentsAndGaps(
  told: readonly ToldSegment[],
  mixed: readonly (MixedSegment | null)[],
): { readonly segments: readonly KeptSegment[]; readonly gaps: readonly RecordingGap[] } {
  const segments: KeptSegment[] = [];
  const gaps: RecordingGap[] = [];
  let endedMs = 0;
  let missing = false;
  for (const [i, segment] of told.entries()) {
    const place = mixed[i] ?? null;
    if (place === null) {
      missing = true;
      continue;
    }
    const durationMs = place.offsetMs - endedMs;
    const before = segments.at(-1);
    if (missing) gaps.push(gapOf(null, endedMs, durationMs));
    else if (before !== undefined && durationMs > 0) gaps.push(gapOf(before, endedMs, durationMs));
    segments.push({ ...segment, ...place });
    endedMs = place.offsetMs + place.durationMs;
    missing = false;
  }
  if (missing) gaps.push(gapOf(null, endedMs, 0));
  return { segments, gaps };
}

/** @param before the segment before it; null: one between them was lost */
function gapOf(before: ToldSegment | null, offsetMs: number, durationMs: number): RecordingGap {
  if (before === null) {
    return { offsetMs, durationMs, cause: 'capture_missing', reason: null, flagged: true };
  }
  const cause = before.endCause ?? 'engine_lost';
  const flagged = cause !== 'paused' && durationMs > LONGEST_UNFLAGGED_MS;
  return { offsetMs, durationMs, cause, reason: before.pauseReason, flagged };
}
