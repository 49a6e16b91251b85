/** Numbers that look random and are the same each time: a simulation of one seed can be repeated. */
export interface Draws {
  /** 0 to below 1. */
  readonly uniform: () => number;
  /** Standard normal. */
  readonly normal: () => number;
  /** Of a rate that was seen `hits` and `misses` times, both more than 0. */
  readonly beta: (hits: number, misses: number) => number;
  /** How many of `count` come true, each with the chance. */
  readonly binomial: (count: number, chance: number) => number;
  /** One of them; the list is not empty. */
  readonly pick: <T>(items: readonly T[]) => T;
}

// looked up once: a simulation asks for them millions of times
const { cos, floor, imul, log, sqrt, PI } = Math;

/** Above it the normal distribution is as good, and does not count one by one. */
const COUNTED_ONE_BY_ONE = 2_000;

/** @param seed a whole number */
export function seededDraws(seed: number): Draws {
  const uniform = mulberry32(seed);
  const normal = (): number => sqrt(-2 * log(1 - uniform())) * cos(2 * PI * uniform());
  const beta = (hits: number, misses: number): number => {
    const a = gamma(hits, uniform, normal);
    return a / (a + gamma(misses, uniform, normal));
  };
  const binomial = (count: number, chance: number): number => {
    if (count > COUNTED_ONE_BY_ONE) {
      const deviation = sqrt(count * chance * (1 - chance));
      return Math.min(count, Math.max(0, Math.round(count * chance + deviation * normal())));
    }
    let hits = 0;
    for (let n = 0; n < count; n++) if (uniform() < chance) hits += 1;
    return hits;
  };
  const pick = <T>(items: readonly T[]): T => items[floor(uniform() * items.length)] as T;
  return { uniform, normal, beta, binomial, pick };
}

function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), 1 | state);
    t = (t + imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Marsaglia and Tsang, A Simple Method for Generating Gamma Variables (ACM TOMS 26, 2000). */
function gamma(shape: number, uniform: () => number, normal: () => number): number {
  if (shape < 1) return gamma(shape + 1, uniform, normal) * (1 - uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && log(1 - uniform()) < x ** 2 / 2 + d - d * v + d * log(v)) return d * v;
  }
}
