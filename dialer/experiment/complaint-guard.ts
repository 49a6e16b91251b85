/** How many times the limit the rate of complaints may be that is bet on. */
const TIMES = [2, 5, 10] as const;

/**
 * How much speaks for more complaints than the limit: an e-process against "a person complains with
 * a chance of at most the limit". It reaches 1/alpha with a chance of at most alpha when that is so,
 * however often one looks (Ville's inequality); per person it is a likelihood ratio, fair at the
 * limit and less than fair below. Whoever has not complained counts as content, though the complaint
 * may come later: that makes it too small, never too large, so a complaint counts the moment it is
 * there, whenever the person was called.
 * @param persons called by the challenger
 * @param complaints of them who complained since
 */
export function complaintEValue(
  { persons, complaints }: { readonly persons: number; readonly complaints: number },
  limitPer1000: number,
): number {
  const limit = limitPer1000 / 1000;
  const games = TIMES.map((times) => {
    const rate = Math.min(times * limit, 0.99);
    const content = persons - complaints;
    return Math.exp(
      complaints * Math.log(rate / limit) + content * (Math.log1p(-rate) - Math.log1p(-limit)),
    );
  });
  return games.reduce((sum, game) => sum + game, 0) / games.length;
}

/** From which value on the guard stops the challenger. */
export const neededGuardValue = (alpha: number): number => 1 / alpha;
