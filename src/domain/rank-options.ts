import type { Bucket } from './campaign-document/account-filter';
import type { OptionsPolicy } from './collection-policy/options';
import { chanceOf, type KeepingModel } from './keeping-model';
import {
  AUTHORITIES,
  type OptionFacts,
  type Options,
  type OptionReason,
  type RankedOption,
  type RefusedOption,
} from './option';
import { OPTION_KINDS, type OptionKind } from './option-kind';
import { toOption, type Candidates } from './option-candidate';
import { deferment } from './option-deferment';
import { payFull, payPart, reschedule } from './option-payment';
import { plan } from './option-plan';
import { settlement } from './option-settlement';
import type { RootCause } from './outcome-code';

const RECKONING: Readonly<
  Record<OptionKind, (facts: OptionFacts, policy: OptionsPolicy) => Candidates>
> = { pay_full: payFull, pay_part: payPart, reschedule, plan, deferment, settlement };

/** A cause that passes by itself wants another date, a lasting one smaller amounts. */
const BY_CAUSE = {
  slip: ['pay_full', 'pay_part', 'reschedule', 'plan', 'settlement', 'deferment'],
  late_income: ['reschedule', 'pay_part', 'deferment', 'plan', 'pay_full', 'settlement'],
  blocked_way: ['pay_full', 'reschedule', 'deferment', 'pay_part', 'plan', 'settlement'],
  setback: ['deferment', 'plan', 'reschedule', 'pay_part', 'settlement', 'pay_full'],
  lasting: ['plan', 'settlement', 'reschedule', 'pay_part', 'deferment', 'pay_full'],
  not_clear: ['pay_full', 'plan', 'pay_part', 'reschedule', 'settlement', 'deferment'],
} as const satisfies Readonly<Record<string, readonly OptionKind[]>>;

const CAUSE_GROUP: Readonly<Record<RootCause, keyof typeof BY_CAUSE>> = {
  forgot: 'slip',
  salary_late: 'late_income',
  income_lost: 'setback',
  illness: 'setback',
  family_emergency: 'setback',
  over_indebted: 'lasting',
  disaster: 'setback',
  product_dispute: 'not_clear',
  amount_dispute: 'not_clear',
  not_mine: 'not_clear',
  payment_channel_problem: 'blocked_way',
  unwilling: 'not_clear',
  other: 'not_clear',
  not_told: 'not_clear',
};

/** What is disputed is not bargained about: it is looked into, under a hold of its own. */
const DISPUTED: readonly RootCause[] = ['product_dispute', 'amount_dispute', 'not_mine'];

/** Money that is owed so long comes seldom in full: an end is worth more to both. */
const LATE_BUCKETS: readonly Bucket[] = ['61-90', '90+'];
const LATE_LIFT = 2;

/** These many kinds from the top are said to fit the cause. */
const FITTING = 2;

/**
 * All that may be offered for these facts under this policy, best first: what does not strain the
 * person, then as the cause and the stage want it (moved by how often it is kept, as far as the policy
 * says), then without a second person, then the cheapest for the lender. The same facts have the same
 * options, whoever asks.
 * @param model what is kept at this creditor; null: nothing is known of that
 */
export function rankOptions(
  facts: OptionFacts,
  policy: OptionsPolicy,
  model: KeepingModel | null = null,
): Options {
  const order = kindOrder(facts.rootCause, facts.bucket);
  const allowed: RankedOption[] = [];
  const refused: RefusedOption[] = [];
  for (const kind of order) {
    const candidates = DISPUTED.includes(facts.rootCause)
      ? 'in_dispute'
      : RECKONING[kind](facts, policy);
    if (typeof candidates === 'string') {
      refused.push({ kind, reason: candidates });
      continue;
    }
    const why = reasonsOfKind(kind, order, facts);
    for (const candidate of candidates) {
      const reasons = [...why, ...candidate.reasons];
      const option = toOption({ ...candidate, reasons }, facts, policy.brokenBeforeApproval, model);
      allowed.push(withReason(option, placesUp(option, policy, model)));
    }
  }
  const isHeavy = ({ strainPercent }: RankedOption): boolean =>
    strainPercent !== null && strainPercent > policy.heavyPercent;
  const placeOf = (option: RankedOption): number => {
    const places = placesUp(option, policy, model);
    // half a place more: what moves by one has passed the one that stands there
    return order.indexOf(option.kind) - places - Math.sign(places) / 2;
  };
  return {
    allowed: allowed.sort((a, b) => compare(a, b, order, { isHeavy, placeOf })),
    refused: refused.sort((a, b) => OPTION_KINDS.indexOf(a.kind) - OPTION_KINDS.indexOf(b.kind)),
  };
}

function kindOrder(cause: RootCause, bucket: Bucket): readonly OptionKind[] {
  const order: readonly OptionKind[] = BY_CAUSE[CAUSE_GROUP[cause]];
  if (!LATE_BUCKETS.includes(bucket)) return order;
  const at = Math.max(0, order.indexOf('settlement') - LATE_LIFT);
  const others: readonly OptionKind[] = order.filter((kind) => kind !== 'settlement');
  return others.toSpliced(at, 0, 'settlement');
}

function reasonsOfKind(
  kind: OptionKind,
  order: readonly OptionKind[],
  { bucket }: OptionFacts,
): OptionReason[] {
  return [
    ...(order.indexOf(kind) < FITTING ? (['fits_cause'] as const) : []),
    ...(kind === 'settlement' && LATE_BUCKETS.includes(bucket) ? (['late_stage'] as const) : []),
  ];
}

/** By how many places an option moves for being kept more often than what is agreed here usually is. */
function placesUp(
  { keeping }: RankedOption,
  { keepingPlaces }: OptionsPolicy,
  model: KeepingModel | null,
): number {
  if (keeping.chance === null || model === null) return 0;
  // without the sign of a zero: places are compared
  return Math.round(keepingPlaces * (keeping.chance - chanceOf(model.base))) || 0;
}

const withReason = (option: RankedOption, places: number): RankedOption =>
  places === 0
    ? option
    : {
        ...option,
        reasons: [...option.reasons, places > 0 ? 'kept_more_often' : 'kept_less_often'],
      };

interface Judgement {
  readonly isHeavy: (option: RankedOption) => boolean;
  /** Lower is told first. */
  readonly placeOf: (option: RankedOption) => number;
}

/** Total: two options that compare equal are the same. */
function compare(
  a: RankedOption,
  b: RankedOption,
  order: readonly OptionKind[],
  { isHeavy, placeOf }: Judgement,
): number {
  return (
    Number(isHeavy(a)) - Number(isHeavy(b)) ||
    placeOf(a) - placeOf(b) ||
    order.indexOf(a.kind) - order.indexOf(b.kind) ||
    authorityRank(a) - authorityRank(b) ||
    Number(a.costMinor > b.costMinor) - Number(a.costMinor < b.costMinor) ||
    (a.strainPercent ?? 0) - (b.strainPercent ?? 0)
  );
}

const authorityRank = ({ approval }: RankedOption): number =>
  AUTHORITIES.indexOf(approval ?? 'agent');
