/**
 * What moves the chance of a right party besides hour and person. Each factor has bins; each bin's
 * effect is learnt as (observed + 8 · prior) / (expected + 8), where expected leaves the factor out.
 */
export const FACTORS = {
  /** Where the day lies in the person's pay cycle. */
  pay: {
    bins: ['unknown', 'fresh', 'spending', 'middle', 'dry'],
    prior: [1, 1, 1, 1, 1],
  },
  /** Attempts in the seven days before. */
  week: { bins: ['0', '1', '2', '3', '4', '5', '6+'], prior: [1, 1, 1, 1, 1, 1, 1] },
  /** Attempts on the same day before. */
  today: { bins: ['0', '1', '2+'], prior: [1, 1, 1] },
  /** Dials of this number since it last brought the person. */
  number: { bins: ['0', '1-2', '3-5', '6-9', '10+'], prior: [1, 1, 1, 1, 0.8] },
  /** In vain within an hour of this time of day, in the last three days. */
  echo: { bins: ['no', 'yes'], prior: [1, 0.8] },
  /** The times that the person asked for. */
  wish: { bins: ['none', 'inside', 'outside'], prior: [1, 1.5, 0.9] },
} as const;
export type FactorName = keyof typeof FACTORS;
export const FACTOR_NAMES = Object.keys(FACTORS) as readonly FactorName[];

/** The bin of each factor for one dial. */
export type FactorBins = Readonly<Record<FactorName, number>>;

const OFFSETS = new Map<FactorName, number>();
let bins = 0;
for (const name of FACTOR_NAMES) {
  OFFSETS.set(name, bins);
  bins += FACTORS[name].bins.length;
}
/** All bins of all factors, one after the other. */
export const FACTOR_BIN_COUNT = bins;

/** Place of a factor's bin among all bins. */
export function binIndex(name: FactorName, bin: number): number {
  return (OFFSETS.get(name) ?? 0) + bin;
}

export const binPrior = (name: FactorName, bin: number): number => FACTORS[name].prior[bin] ?? 1;

export const weekBin = (attempts: number): number => Math.min(6, attempts);
export const todayBin = (attempts: number): number => Math.min(2, attempts);

/** @param inVain dials of the number since it last brought the person */
export function numberBin(inVain: number): number {
  if (inVain === 0) return 0;
  if (inVain <= 2) return 1;
  if (inVain <= 5) return 2;
  return inVain <= 9 ? 3 : 4;
}
