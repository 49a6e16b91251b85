import {
  blockOfNumber,
  isPhoneOperator,
  prefixesOfOperator,
  type PhoneOperator,
} from './phone-operator';

/** Which numbers a trunk takes, and on which terms; of the trunk itself or of its group. */
export interface TrunkRoute {
  readonly id: string;
  /** Beginnings of E.164 numbers (`+` is every number) and names of operators. */
  readonly prefixes: readonly string[];
  /** Only these of the trunk's numbers may be shown; null: all of them. */
  readonly callerIds: readonly string[] | null;
  /** Null: the trunk's own. */
  readonly priority: number | null;
  readonly costPerMinuteMinor: bigint | null;
}

/** What the choice of a trunk rests on. */
export interface RoutableTrunk {
  readonly id: string;
  /** Lower is tried first. */
  readonly priority: number;
  /** Share among trunks that are equally good. */
  readonly weight: number;
  /** Below 1 while it does worse than usual. */
  readonly weightFactor: number;
  readonly costPerMinuteMinor: bigint;
  /** E.164; never empty. */
  readonly callerIds: readonly string[];
  /** Those of them that rest: shown where nothing else may be. */
  readonly restingCallerIds: readonly string[];
  /** Those of them that were shown as often today as they may be: not shown. */
  readonly spentCallerIds: readonly string[];
  /** Of E.164, without +: whose numbers it may call. */
  readonly countryCodes: readonly string[];
  readonly routes: readonly TrunkRoute[];
}

export interface RouteQuestion {
  /** The number to be called, E.164. */
  readonly e164: string;
  /** Whose network the number is in, as a register says; null, absent: its beginning tells. */
  readonly operator?: string | null;
  /** E.164, the wished one first; empty: any. */
  readonly callerIds: readonly string[];
}

/** A trunk in its place, with the terms that put it there. */
export interface Routed<T> {
  readonly trunk: T;
  /** Null: no route names it, it takes every number. */
  readonly routeId: string | null;
  /** The longest beginning that fits; empty without a route. */
  readonly prefix: string;
  readonly priority: number;
  readonly costPerMinuteMinor: bigint;
  readonly weight: number;
  /** May be shown on this way, without those that are spent, or rest where others may be; never empty. */
  readonly callerIds: readonly string[];
  /** All that may be shown on it on another day, in the order of the trunk. */
  readonly ownCallerIds: readonly string[];
}

type PassedOver = 'country_not_allowed' | 'no_route' | 'caller_id' | 'caller_id_limit';

export interface RouteAnswer<T> {
  /** Best first. */
  readonly order: readonly Routed<T>[];
  readonly passedOver: readonly { readonly trunk: T; readonly reason: PassedOver }[];
  /** The wished number that these trunks may show; null: none was wished, or none may be. */
  readonly callerId: string | null;
}

/**
 * Which trunks take a call, the best first: by priority, then the longest prefix, then the cost a
 * minute, then by weight. The share of equals is drawn by the number that is called (weighted
 * rendezvous hashing): a person's calls go the same way each time, and so show the same number, and
 * a trunk that drops out moves nobody else's. The number shown is the first wished one that any of
 * them may show: of one whose trunks are busy nobody is shown another. A number that rests is as if
 * it were not there, unless that would leave none; one that is spent is not there.
 */
export function routeTrunks<T extends RoutableTrunk>(
  trunks: readonly T[],
  question: RouteQuestion,
): RouteAnswer<T> {
  const passedOver: { trunk: T; reason: PassedOver }[] = [];
  const ways: Routed<T>[] = [];
  for (const trunk of trunks) {
    const way = wayOver(trunk, question);
    if (!isAllowed(trunk, question.e164)) passedOver.push({ trunk, reason: 'country_not_allowed' });
    else if (way === null) passedOver.push({ trunk, reason: 'no_route' });
    else if (way.callerIds.length === 0) passedOver.push({ trunk, reason: 'caller_id' });
    else if (unspent(way).length === 0) passedOver.push({ trunk, reason: 'caller_id_limit' });
    else ways.push({ ...way, callerIds: unspent(way) });
  }
  const wished = question.callerIds.filter((one) => ways.some((way) => shows(way, one)));
  const resting = new Set(trunks.flatMap((trunk) => trunk.restingCallerIds));
  const callerId = wished.find((one) => !resting.has(one)) ?? wished[0] ?? null;
  const showing =
    question.callerIds.length === 0
      ? ways
      : ways.filter((way) => callerId !== null && shows(way, callerId));
  for (const { trunk, ownCallerIds } of ways.filter((way) => !showing.includes(way))) {
    const isSpent =
      callerId === null && question.callerIds.some((one) => ownCallerIds.includes(one));
    passedOver.push({ trunk, reason: isSpent ? 'caller_id_limit' : 'caller_id' });
  }
  const order = showing
    .map((way) => ({ way, draw: drawOf(way, question.e164) }))
    .sort((a, b) => compareTerms(a.way, b.way) || a.draw - b.draw)
    .map(({ way }) => ({ ...way, callerIds: awake(way.callerIds, resting, callerId) }));
  return { order, passedOver, callerId };
}

const unspent = ({ trunk, callerIds }: Routed<RoutableTrunk>): readonly string[] =>
  callerIds.filter((one) => !trunk.spentCallerIds.includes(one));

function awake(
  callerIds: readonly string[],
  resting: ReadonlySet<string>,
  chosen: string | null,
): readonly string[] {
  const left = callerIds.filter((one) => one === chosen || !resting.has(one));
  return left.length === 0 ? callerIds : left;
}

/** No country code begins another (ITU-T E.164), so the beginning says which one it is. */
const isAllowed = ({ countryCodes }: RoutableTrunk, e164: string): boolean =>
  countryCodes.some((code) => e164.startsWith(`+${code}`));

const shows = (way: Routed<unknown>, callerId: string): boolean => way.callerIds.includes(callerId);

function wayOver<T extends RoutableTrunk>(trunk: T, question: RouteQuestion): Routed<T> | null {
  const weight = trunk.weight * trunk.weightFactor;
  const own = { trunk, weight, ...pick(trunk), ownCallerIds: trunk.callerIds };
  if (trunk.routes.length === 0) return { ...own, routeId: null, prefix: '' };
  const fitting = trunk.routes
    .map((route) => ({ route, prefix: longestPrefix(route, question) }))
    .filter((one): one is { route: TrunkRoute; prefix: string } => one.prefix !== null)
    .map(({ route, prefix }) => {
      const callerIds = trunk.callerIds.filter((one) => route.callerIds?.includes(one) ?? true);
      return {
        ...own,
        ...{ routeId: route.id, prefix, callerIds, ownCallerIds: callerIds },
        priority: route.priority ?? trunk.priority,
        costPerMinuteMinor: route.costPerMinuteMinor ?? trunk.costPerMinuteMinor,
      };
    });
  // of its own routes the most particular one speaks for it, whatever the priorities are
  fitting.sort((a, b) => b.prefix.length - a.prefix.length || compareTerms(a, b));
  return fitting[0] ?? null;
}

const pick = ({ priority, costPerMinuteMinor, callerIds }: RoutableTrunk) => ({
  priority,
  costPerMinuteMinor,
  callerIds,
});

function longestPrefix(route: TrunkRoute, question: RouteQuestion): string | null {
  const { e164 } = question;
  const fitting = route.prefixes
    .flatMap((one) => (isPhoneOperator(one) ? prefixesOf(one, question) : [one]))
    .filter((prefix) => e164.startsWith(prefix));
  return fitting.length === 0
    ? null
    : fitting.reduce((longest, one) => (one.length > longest.length ? one : longest));
}

/** A number that was taken along is as particular to its operator as one of the operator's own. */
function prefixesOf(operator: PhoneOperator, question: RouteQuestion): readonly string[] {
  const { e164, operator: known = null } = question;
  if (known === null) return prefixesOfOperator(operator);
  return known === operator ? [blockOfNumber(e164)] : [];
}

/** By which of its terms a way goes before the next one. */
export function decidingTerm(
  way: Routed<unknown>,
  next: Routed<unknown>,
): 'priority' | 'prefix' | 'cost' | 'weight' {
  if (way.priority !== next.priority) return 'priority';
  if (way.prefix.length !== next.prefix.length) return 'prefix';
  return way.costPerMinuteMinor === next.costPerMinuteMinor ? 'weight' : 'cost';
}

function compareTerms(a: Routed<unknown>, b: Routed<unknown>): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  if (a.prefix.length !== b.prefix.length) return b.prefix.length - a.prefix.length;
  if (a.costPerMinuteMinor === b.costPerMinuteMinor) return 0;
  return a.costPerMinuteMinor < b.costPerMinuteMinor ? -1 : 1;
}

/** The smallest of exponential draws with the weights as rates comes first: each by its share. */
function drawOf(way: Routed<RoutableTrunk>, e164: string): number {
  const uniform = (hash32(`${way.trunk.id} ${e164}`) + 0.5) / 4_294_967_296;
  return -Math.log(uniform) / way.weight;
}

/** FNV-1a with the finaliser of MurmurHash3, for its low bits alone are poor. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
