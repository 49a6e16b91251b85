/**
 * An account that is shown to an agent before anybody calls. The agent decides; the rules decide again
 * at the call.
 *
 *     shown -> called | skipped | rescheduled | timed_out | withdrawn
 *
 * - `shown`: the agent looks at it, nobody else has the person; a lease that ends by itself.
 * - `called`: an attempt was opened for it.
 * - `skipped`, `rescheduled`: passed over, with a reason; the account rests, or waits for the instant named.
 * - `timed_out`: the agent did nothing. The account is due as before, the agent is paused.
 * - `withdrawn`: the rules refused it at the call, the person called us, or the agent was lost.
 */
export const PREVIEW_STATES = [
  'shown',
  'called',
  'skipped',
  'rescheduled',
  'timed_out',
  'withdrawn',
] as const;
export type PreviewState = (typeof PREVIEW_STATES)[number];

/** Why an agent passes an account over; `other` wants a note. */
export const SKIP_REASONS = [
  'wrong_time',
  'other_language',
  'data_looks_wrong',
  'known_to_me',
  'needs_supervisor',
  'other',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** How long an account is shown, inclusive limits, ms. */
export const PREVIEW_LIMIT_MS = { min: 10_000, max: 600_000, usual: 45_000 } as const;

/** A skipped account is not shown to anybody again for so long, ms: not at once to the next agent. */
export const SKIP_REST_MS = 10 * 60_000;

/** The figures of an agent are those of the last so many ms. */
export const SKIP_WINDOW_MS = 24 * 3_600_000;
/** Agents who pass over a larger share than this, percent, are told of: they pick the easy ones. */
export const SKIP_LIMIT_PERCENT = 20;
/** Of fewer previews a share says nothing. */
export const SKIP_MIN_DECIDED = 10;

/** Previews by how they ended. */
export type PreviewCounts = Readonly<Record<PreviewState, number>>;

export interface SkipFigures {
  /** Called, passed over or left until the timer ended; what was withdrawn says nothing of the agent. */
  readonly decided: number;
  /** Skipped or rescheduled. */
  readonly passedOver: number;
  /** 0 to 100, one decimal. */
  readonly passedOverPercent: number;
  readonly isOverLimit: boolean;
}

/** How much of what was shown an agent passed over. Pure. */
export function skipFigures(counts: PreviewCounts): SkipFigures {
  const passedOver = counts.skipped + counts.rescheduled;
  const decided = passedOver + counts.called + counts.timed_out;
  const isOverLimit =
    decided >= SKIP_MIN_DECIDED && 100 * passedOver > SKIP_LIMIT_PERCENT * decided;
  const passedOverPercent = decided === 0 ? 0 : Math.round((1000 * passedOver) / decided) / 10;
  return { decided, passedOver, passedOverPercent, isOverLimit };
}

/** Is this the one that took the agent over the limit? `counts` has it already. Pure. */
export function crossesSkipLimit(counts: PreviewCounts, ended: PreviewState): boolean {
  const before = { ...counts, [ended]: counts[ended] - 1 };
  return skipFigures(counts).isOverLimit && !skipFigures(before).isOverLimit;
}
