import type { Call } from './call-moment';
import { instantMs } from './instant';
import { findFailures, type Look } from './judge';
import { windowEdges } from './local-window';
import type { Rule, RulePack } from './rule-pack';
import { zoneClock } from './zone-clock';

/** Longest life of a permit. */
const PERMIT_LIFE_MS = 30_000;

/** When a permit given at `atMs` ends: the first boundary at which the call would be denied, or 30 s. */
export function permitEndMs(look: Look, atMs: number): number {
  const limitMs = atMs + PERMIT_LIFE_MS;
  for (const edgeMs of boundaries(look, atMs, limitMs)) {
    if (findFailures(look, edgeMs).some(({ effect }) => effect === 'deny')) return edgeMs;
  }
  return limitMs;
}

/** Instants in `(atMs, limitMs)` at which a rule that passes may begin to fail, in order. */
export function boundaries(
  { stack, call, guardMs }: Look,
  atMs: number,
  limitMs: number,
): number[] {
  const found = new Set<number>();
  const add = (ms: number): void => {
    if (ms > atMs && ms < limitMs) found.add(ms);
  };
  // an event counts from the millisecond after it
  for (const event of call.events) add(event.atMs + 1);
  const clockEdges = edgesOf(stack, call);
  const instants = instantsOf(call);
  for (const aheadMs of guardMs > 0 ? [0, guardMs] : [0]) {
    for (const ms of instants) add(ms - aheadMs);
    for (const zone of call.facts.zones) {
      const clock = zoneClock(zone);
      let edge = clock.nextEdge(atMs + aheadMs, clockEdges);
      while (edge - aheadMs < limitMs) {
        add(edge - aheadMs);
        edge = clock.nextEdge(edge, clockEdges);
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

const packEdges = new WeakMap<RulePack, readonly number[]>();

function edgesOf(stack: readonly RulePack[], call: Call): Set<number> {
  const edges = new Set<number>();
  for (const pack of stack) {
    let known = packEdges.get(pack);
    if (known === undefined) {
      known = pack.rules.flatMap((rule: Rule) =>
        'windows' in rule ? windowEdges(rule.windows) : [],
      );
      packEdges.set(pack, known);
    }
    for (const edge of known) edges.add(edge);
  }
  for (const edge of windowEdges(call.facts.preferences)) edges.add(edge);
  for (const { windows } of call.timeConsents) {
    for (const edge of windowEdges(windows)) edges.add(edge);
  }
  return edges;
}

/** Holds that begin, and consents that end. */
function instantsOf({ facts, timeConsents, frequencyConsents }: Call): number[] {
  const named = [
    ...facts.holds.map((hold) => hold.from),
    ...timeConsents.flatMap((consent) => [consent.to, consent.revokedAt]),
    ...frequencyConsents.map((consent) => consent.revokedAt),
  ];
  return named.flatMap((instant) => (instant === undefined ? [] : [instantMs(instant)]));
}
