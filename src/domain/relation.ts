import type { Said } from './said';

/** What there was between a person and a creditor in the latest time; see the field for how long. */
export interface RelationFacts {
  /** Payments that came and stayed, 365 days. */
  readonly payments: number;
  readonly promisesKept: number;
  readonly promisesBroken: number;
  /** Calls and messages of ours that reached out, 30 days. */
  readonly contacts: number;
  /** Of them: talks that led to a payment, a promise or an agreement. */
  readonly useful: number;
  /** Talks that the person refused, 90 days. */
  readonly refusals: number;
  /** Complaints and claims of abuse, 365 days, the rejected ones apart. */
  readonly complaints: number;
}

export type RelationPart =
  'payments' | 'promises_kept' | 'promises_broken' | 'useless_contacts' | 'refusals' | 'complaints';

/** One visible part of the score. */
export interface RelationPoints {
  readonly part: RelationPart;
  /** How often. */
  readonly n: number;
  readonly points: number;
  readonly said: Said;
}

/** `soft`: whoever pays is left alone longer between two calls. */
export type RelationTrack = 'standard' | 'soft';

export interface Relation {
  /** 0 to 100: how well it stands between the two. */
  readonly score: number;
  readonly track: RelationTrack;
  readonly points: readonly RelationPoints[];
}

/** Where everybody begins. */
const START = 50;
/** From here on somebody who has paid is treated as a good payer. */
const SOFT_FROM = 65;

const WEIGHTS: Readonly<
  Record<RelationPart, { readonly each: number; readonly most: number; readonly said: Said }>
> = {
  payments: { each: 6, most: 30, said: { id: 'pembayaran diterima', en: 'payments received' } },
  promises_kept: { each: 5, most: 20, said: { id: 'janji ditepati', en: 'promises kept' } },
  promises_broken: {
    each: -6,
    most: 18,
    said: { id: 'janji tidak ditepati', en: 'promises broken' },
  },
  useless_contacts: {
    each: -2,
    most: 20,
    said: { id: 'kontak kami tanpa hasil', en: 'contacts of ours that led to nothing' },
  },
  refusals: { each: -5, most: 20, said: { id: 'penolakan bicara', en: 'talks refused' } },
  complaints: { each: -15, most: 45, said: { id: 'pengaduan', en: 'complaints' } },
};

/**
 * How the relation stands: the start and the parts add up to the score, within 0 and 100. A low score
 * makes nothing harder: it says that we, not the person, have to do better.
 */
export function relationOf(facts: RelationFacts): Relation {
  const counted: Readonly<Record<RelationPart, number>> = {
    payments: facts.payments,
    promises_kept: facts.promisesKept,
    promises_broken: facts.promisesBroken,
    useless_contacts: Math.max(0, facts.contacts - facts.useful),
    refusals: facts.refusals,
    complaints: facts.complaints,
  };
  const points = (Object.keys(WEIGHTS) as RelationPart[]).flatMap((part) => {
    const { each, most, said } = WEIGHTS[part];
    const n = counted[part];
    const size = Math.min(n * Math.abs(each), most);
    return n === 0 ? [] : [{ part, n, points: each < 0 ? -size : size, said }];
  });
  const sum = points.reduce((total, part) => total + part.points, START);
  const score = Math.min(100, Math.max(0, sum));
  return { score, track: score >= SOFT_FROM && facts.payments > 0 ? 'soft' : 'standard', points };
}
