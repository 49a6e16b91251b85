import { createHash } from 'node:crypto';

/** A stream of numbers in [0, 1), the same for the same key: chance that can be replayed. */
export interface Draws {
  next(): number;
  /** Integer in [from, to], both included. */
  integer(from: number, to: number): number;
  /** One of the choices, by weight. */
  choose<T>(choices: readonly (readonly [weight: number, choice: T])[]): T;
}

/** @param key what the draws are about: seed, number, attempt. Equal keys give equal draws. */
export function seededDraws(...key: readonly (string | number)[]): Draws {
  let drawn = 0;
  const next = (): number => {
    const digest = createHash('sha256')
      .update(JSON.stringify([...key, drawn]))
      .digest();
    drawn += 1;
    return digest.readUInt32BE(0) / 2 ** 32;
  };
  return {
    next,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    choose: (choices) => {
      const total = choices.reduce((sum, [weight]) => sum + weight, 0);
      let left = next() * total;
      for (const [weight, choice] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      throw new RangeError('choose needs at least one choice with a positive weight');
    },
  };
}
