import type { AccountGroup } from '../src/db/account-groups';

/** The steps from all accounts to those that the next turn may dial, each a part of the one before. */
export const WATERFALL_STEPS = [
  'total',
  'open',
  'withDialablePhone',
  'inWindowNow',
  'notCapped',
  'notHeld',
  'notCoolingDown',
  'personFree',
] as const;
export type WaterfallStep = (typeof WATERFALL_STEPS)[number];

/** What the rules say of every account of one likeness. */
export interface LikenessVerdict {
  /** Kinds of the rules that fail now, `engine` for what no pack can lift. */
  readonly failingKinds: ReadonlySet<string>;
}

const TIME_KINDS = ['zone', 'profile', 'holiday', 'blackout', 'window', 'preference'];
const COUNT_KINDS = ['cap'];
const WAIT_KINDS = ['cooloff', 'gap', 'redial'];

export interface Waterfall {
  readonly steps: readonly {
    readonly step: WaterfallStep;
    readonly accounts: number;
    /** Scaled up from a sample, or from the likenesses that were asked about, the largest first. */
    readonly estimated: boolean;
  }[];
  readonly selectable: number;
  /** Accounts with a number whose rules were asked, themselves or by one that is like them. */
  readonly examined: number;
}

/**
 * Counts the accounts that pass each step. `verdicts` may lack likenesses: their accounts are then
 * assumed to fare as those that were examined, and the counts behind them say `estimated`.
 * @param isSample the groups' counts are scaled up themselves
 */
export function waterfallOf(
  groups: readonly AccountGroup[],
  verdicts: ReadonlyMap<string, LikenessVerdict>,
  isSample = false,
): Waterfall {
  const passed = WATERFALL_STEPS.map(() => 0);
  let examined = 0;
  for (const group of groups) {
    const verdict = group.likeness === null ? undefined : verdicts.get(group.likeness);
    if (verdict !== undefined) examined += group.accounts;
    const upTo = firstStop(group, verdict);
    for (let step = 0; step < upTo; step++) passed[step] = (passed[step] ?? 0) + group.accounts;
  }
  const asked = WATERFALL_STEPS.indexOf('withDialablePhone');
  const population = passed[asked] ?? 0;
  const estimated = examined < population;
  const scale = examined === 0 ? 0 : population / examined;
  const steps = WATERFALL_STEPS.map((step, at) => ({
    step,
    accounts: at > asked && estimated ? Math.round((passed[at] ?? 0) * scale) : (passed[at] ?? 0),
    estimated: isSample || (at > asked && estimated),
  }));
  return { steps, selectable: steps.at(-1)?.accounts ?? 0, examined };
}

/** How many steps the accounts of the group pass. */
function firstStop(group: AccountGroup, verdict: LikenessVerdict | undefined): number {
  const fails = (kinds: readonly string[]): boolean =>
    verdict === undefined || kinds.some((kind) => verdict.failingKinds.has(kind));
  const others = (): boolean =>
    verdict === undefined ||
    [...verdict.failingKinds].some(
      (kind) => ![...TIME_KINDS, ...COUNT_KINDS, ...WAIT_KINDS].includes(kind),
    );
  const stops: (() => boolean)[] = [
    () => false,
    () => !group.open,
    () => !group.dialable,
    () => fails(TIME_KINDS),
    () => fails(COUNT_KINDS),
    () => group.blockedReason !== null || others(),
    () => !group.due || fails(WAIT_KINDS),
    () => !group.free,
  ];
  const at = stops.findIndex((stops) => stops());
  return at === -1 ? stops.length : at;
}
