/** Dials and what came of them in one hour of one weekday. */
export interface HeatCell {
  /** ISO weekday. */
  readonly weekday: number;
  readonly hour: number;
  readonly dials: number;
  readonly answered: number;
  readonly rightParty: number;
  /** Promises made in these dials and kept. */
  readonly promisesKept: number;
}
