import type { HeatCell } from '../../src/domain/heat-cell';

/** A cell as it is shown: below the least count nothing but that it is hidden. */
export interface ShownCell {
  readonly weekday: number;
  readonly hour: number;
  readonly hidden: boolean;
  readonly dials: number | null;
  readonly answered: number | null;
  readonly rightParty: number | null;
  readonly promisesKept: number | null;
  readonly rightPartyPer1000: number | null;
}

/** Fewer dials say nothing of an hour, and may say something of a person. */
export const LEAST_SHOWN = 30;

/** @returns each of the cells, those of few dials without their figures */
export function showCells(cells: readonly HeatCell[]): ShownCell[] {
  return cells.map(({ weekday, hour, dials, answered, rightParty, promisesKept }) => {
    if (dials < LEAST_SHOWN) {
      const none = { dials: null, answered: null, rightParty: null, promisesKept: null };
      return { weekday, hour, hidden: true, ...none, rightPartyPer1000: null };
    }
    const rightPartyPer1000 = (1000 * rightParty) / dials;
    const shown = { dials, answered, rightParty, promisesKept, rightPartyPer1000 };
    return { weekday, hour, hidden: false, ...shown };
  });
}
