import type { CallPurpose, Collector } from '../../src/domain/call-facts';
import { BASE_PACK_ID } from './judge';
import { mayBeIn } from './region';
import {
  RULE_FORCES,
  type Rule,
  type RuleForce,
  type RulePack,
  type RulePeriod,
} from './rule-pack';

export type StackLayer = 'base' | 'statute' | 'guideline' | 'association' | 'creditor' | 'campaign';

/** A pack of a call's stack, and what put it there. */
export interface StackEntry {
  readonly layer: StackLayer;
  readonly pack: RulePack;
}

/** Whom the call is to, and who named packs for it. */
export interface StackSubject {
  /** ISO 3166, `ID`. */
  readonly country: string;
  /** ISO 3166-2; unknown: every region of the country applies. */
  readonly region?: string;
  /** Unknown: every product applies. */
  readonly productType?: string;
  readonly collector: Collector;
  readonly creditorPacks: readonly string[];
  readonly campaignPacks: readonly string[];
}

const LAW_LAYERS = {
  law: 'statute',
  presumption: 'statute',
  guideline: 'guideline',
  association: 'association',
} as const satisfies Record<Exclude<RuleForce, 'policy'>, StackLayer>;
const LAW_ORDER: readonly StackLayer[] = ['statute', 'guideline', 'association'];

/**
 * The packs that a call must pass, each once: the base, every pack of the law for this person, then
 * what the creditor and the campaign add. Nobody names the law, and nobody can leave it out. A
 * campaign for made-up people only (`simulatedOnly`) has the base and its own packs.
 * @param bindingPacks one version of each pack: the one that binds
 * @throws RangeError when a pack that is named does not bind
 */
export function stackFor(bindingPacks: readonly RulePack[], who: StackSubject): StackEntry[] {
  const base = named(bindingPacks, [BASE_PACK_ID], 'base');
  const campaign = named(bindingPacks, who.campaignPacks, 'campaign');
  if (campaign.some(({ pack }) => pack.simulatedOnly === true))
    return unique([...base, ...campaign]);
  const creditor = named(bindingPacks, who.creditorPacks, 'creditor');
  return unique([...base, ...lawFor(bindingPacks, who), ...creditor, ...campaign]);
}

/**
 * How many days back the contact ledger must be read for this stack, today included.
 * @param purpose of the call; absent: whatever it is
 */
export function maxLookbackDays(stack: readonly RulePack[], purpose?: CallPurpose): number {
  const speaks = ({ when }: Rule): boolean =>
    purpose === undefined || (when?.purpose?.includes(purpose) ?? true);
  const days = stack.flatMap(({ rules }) => rules.filter(speaks).map(lookbackDays));
  // one day more: the local day of one zone began on the day before in another
  return 1 + Math.max(1, ...days);
}

function lookbackDays(rule: Rule): number {
  if (rule.kind === 'gap') return Math.ceil(rule.minutes / 1440);
  if (!('period' in rule)) return 0;
  // what reached a limit that blocks happened in a period before the block
  const block = rule.kind === 'cap' && rule.blockFor !== undefined ? daysOf(rule.blockFor) : 0;
  return daysOf(rule.period) + block;
}

const daysOf = (period: RulePeriod): number =>
  'hours' in period ? Math.ceil(period.hours / 24) : period.localDays;

/** By layer, then id: the order does not hang on how the packs are stored. */
function lawFor(packs: readonly RulePack[], who: StackSubject): StackEntry[] {
  const entries = packs.flatMap((pack) => {
    const layer = lawLayer(pack);
    return layer !== null && binds(pack, who) ? [{ layer, pack }] : [];
  });
  return entries.sort(
    (a, b) =>
      LAW_ORDER.indexOf(a.layer) - LAW_ORDER.indexOf(b.layer) || (a.pack.id < b.pack.id ? -1 : 1),
  );
}

/** The layer of a pack's strongest rule; null: policy alone, which binds only when it is named. */
export function lawLayer({ rules }: RulePack): StackLayer | null {
  const strongest = RULE_FORCES.find((force) => rules.some((rule) => rule.force === force));
  return strongest === undefined || strongest === 'policy' ? null : LAW_LAYERS[strongest];
}

function binds({ jurisdiction, appliesTo }: RulePack, who: StackSubject): boolean {
  const { productTypes, collector } = appliesTo ?? {};
  return (
    jurisdiction.split('-')[0] === who.country &&
    mayBeIn(jurisdiction, who.region) &&
    (collector === undefined || collector.includes(who.collector)) &&
    (productTypes === undefined ||
      who.productType === undefined ||
      productTypes.includes(who.productType))
  );
}

function named(
  packs: readonly RulePack[],
  ids: readonly string[],
  layer: StackLayer,
): StackEntry[] {
  return ids.map((id) => {
    const pack = packs.find((one) => one.id === id);
    if (pack === undefined) throw new RangeError(`no version of rule pack ${id} binds`);
    return { layer, pack };
  });
}

function unique(entries: readonly StackEntry[]): StackEntry[] {
  const seen = new Set<string>();
  return entries.filter(({ pack }) => !seen.has(pack.id) && seen.add(pack.id));
}
