import { KEEPING_FACTORS, type KeepingFactor, type KeepingFacts } from './keeping-facts';
import { chanceOf, type KeepingModel } from './keeping-model';

/** What one fact makes of the chance. All parts together are the chance. */
export interface KeepingPart {
  /** `usual`: what is kept of anything that was agreed. */
  readonly factor: KeepingFactor | 'usual';
  readonly value: string;
  /** What it rests on. */
  readonly n: number;
  readonly kept: number;
  /** Of the chance, in thousandths of it; of `usual` the whole. */
  readonly change: number;
}

/** How likely an option is to be kept. */
export interface Keeping {
  /** `objected`: the person objects to profiling, so nothing is foretold. */
  readonly verdict: 'foretold' | 'insufficient_data' | 'objected';
  /** 0.02 to 0.98, in thousandths; null: see the verdict. */
  readonly chance: number | null;
  /** Agreements and promises of the creditor that it rests on, and those of the same kind. */
  readonly n: number;
  readonly nOfKind: number;
  readonly parts: readonly KeepingPart[];
}

/** With fewer nothing is said. */
export const LEAST_HISTORY = 50;
export const LEAST_OF_KIND = 20;
/** Nobody is ever certain to keep, or to break. */
const LEAST_CHANCE = 0.02;

/** The same facts by the same model have the same chance. @param model null: nothing was learned yet */
export function keepingOf(facts: KeepingFacts, model: KeepingModel | null): Keeping {
  const n = model?.n ?? 0;
  const nOfKind = model?.effects.kind[facts.kind]?.n ?? 0;
  if (model === null || n < LEAST_HISTORY || nOfKind < LEAST_OF_KIND) {
    return { verdict: 'insufficient_data', chance: null, n, nOfKind, parts: [] };
  }
  let logOdds = model.base;
  const parts: KeepingPart[] = [
    {
      ...{ factor: 'usual', value: 'all', n, kept: model.kept },
      change: thousandths(logOdds) / 1_000,
    },
  ];
  for (const factor of KEEPING_FACTORS) {
    const value = facts[factor];
    const effect = model.effects[factor][value] ?? { n: 0, kept: 0, logOdds: 0 };
    const before = thousandths(logOdds);
    logOdds += effect.logOdds;
    const change = (thousandths(logOdds) - before) / 1_000;
    parts.push({ factor, value, n: effect.n, kept: effect.kept, change });
  }
  return { verdict: 'foretold', chance: thousandths(logOdds) / 1_000, n, nOfKind, parts };
}

/** Of who objects to profiling nothing is foretold. */
export const NOT_FORETOLD: Keeping = {
  ...{ verdict: 'objected', chance: null, n: 0, nOfKind: 0, parts: [] },
};

function thousandths(logOdds: number): number {
  const bounded = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, chanceOf(logOdds)));
  return Math.round(bounded * 1_000);
}
