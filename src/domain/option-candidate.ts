import { disposableMinor, strainPercent, type Ability } from './ability';
import { keepingOf, NOT_FORETOLD, type Keeping } from './keeping-chance';
import { brokenBandOf, strainBandOf } from './keeping-facts';
import type { KeepingModel } from './keeping-model';
import {
  AUTHORITIES,
  type Authority,
  type OptionFacts,
  type OptionReason,
  type OptionRefusal,
  type OptionTerms,
  type RankedOption,
} from './option';
import type { OptionKind } from './option-kind';

/** What a kind of option comes to for the facts: one or more options, or why none. */
export type Candidates = readonly Candidate[] | OptionRefusal;

/** An option before it is ranked. */
export interface Candidate {
  readonly terms: OptionTerms;
  readonly costMinor: bigint;
  /** The highest payment of a month; what the strain is reckoned from. */
  readonly heaviestMinor: bigint;
  /** Whose authority it takes by itself. */
  readonly authority: Authority;
  readonly reasons: readonly OptionReason[];
}

/** Can it be paid from one month's disposable income? Not known: it is not refused for that. */
export function isBeyond(amountMinor: bigint, ability: Ability | null): boolean {
  return ability !== null && amountMinor > disposableMinor(ability);
}

const AGREED: readonly OptionKind[] = ['reschedule', 'plan', 'deferment', 'settlement'];

/**
 * @param brokenBeforeApproval after so many broken agreements a supervisor decides
 * @param model null: nothing is known of what is kept
 */
export function toOption(
  candidate: Candidate,
  facts: OptionFacts,
  brokenBeforeApproval: number,
  model: KeepingModel | null,
): RankedOption {
  const { terms, costMinor } = candidate;
  const { ability, authority, history } = facts;
  const isAgreed = AGREED.includes(terms.kind);
  const takesPlace = isAgreed && history.isRunning;
  const isWatched = isAgreed && (takesPlace || history.broken >= brokenBeforeApproval);
  const needed = higher(candidate.authority, isWatched ? 'supervisor' : 'agent');
  const approval = rank(needed) > rank(authority) && needed !== 'agent' ? needed : null;
  const told = ability === null ? null : strainPercent(candidate.heaviestMinor, ability);
  const strain = candidate.heaviestMinor === 0n ? 0 : told;
  return {
    kind: terms.kind,
    terms,
    costMinor,
    strainPercent: strain,
    approval,
    keeping: keepingFor(terms.kind, strain, facts, model),
    reasons: [
      ...candidate.reasons,
      ...(ability === null ? (['ability_not_told'] as const) : (['fits_ability'] as const)),
      ...(takesPlace ? (['takes_place_of_agreement'] as const) : []),
      approval === null ? 'within_your_authority' : 'needs_second_person',
    ],
  };
}

function keepingFor(
  kind: OptionKind,
  strain: number | null,
  { mayBeForetold, rootCause, bucket, history }: OptionFacts,
  model: KeepingModel | null,
): Keeping {
  if (!mayBeForetold) return NOT_FORETOLD;
  const broken = brokenBandOf(history.brokenPromises);
  return keepingOf({ kind, cause: rootCause, bucket, strain: strainBandOf(strain), broken }, model);
}

const rank = (authority: Authority): number => AUTHORITIES.indexOf(authority);
const higher = (a: Authority, b: Authority): Authority => (rank(a) >= rank(b) ? a : b);
