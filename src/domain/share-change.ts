/** Of `of` things, `hits` are such. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/** Standard errors between two shares that are no chance, where it is asked every few minutes. */
const Z_LIMIT = 3;

/** NaN of none. */
export const rateOf = ({ hits, of }: Share): number => hits / of;

/** Two-proportion z statistic: how many standard errors the recent share lies above the usual one. */
function standardErrors(recent: Share, usual: Share): number {
  const pooled = (recent.hits + usual.hits) / (recent.of + usual.of);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / recent.of + 1 / usual.of));
  return error === 0 ? 0 : (rateOf(recent) - rateOf(usual)) / error;
}

/** Below `ratio` times the usual share less `margin`, and by more than chance. */
export const hasFallen = (recent: Share, usual: Share, ratio: number, margin = 0): boolean =>
  rateOf(recent) < rateOf(usual) * ratio - margin && standardErrors(recent, usual) <= -Z_LIMIT;

/** Above `ratio` times the usual share and by more than `margin`, and by more than chance. */
export const hasRisen = (recent: Share, usual: Share, ratio: number, margin: number): boolean =>
  rateOf(recent) > rateOf(usual) * ratio &&
  rateOf(recent) - rateOf(usual) > margin &&
  standardErrors(recent, usual) >= Z_LIMIT;
