import type { CallFacts, Instant } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { prepareCall } from './call-moment';
import { instantMs } from './instant';
import { judge, TIME_KINDS } from './judge';
import { boundaries } from './permit-end';
import type { RulePack } from './rule-pack';
import { DAY_MS } from './zone-clock';

/** When a person may no longer be called, and which rule says so. */
export interface ClosingTime {
  readonly at: Instant;
  readonly rule: string;
  readonly pack: string;
  readonly cite: string;
  /** The zone in which it closes; of several the first. */
  readonly zone: string | null;
}

const LOOK_AHEAD_MS = 2 * DAY_MS;

/**
 * The first instant after this one at which a rule of time (window, blackout, holiday, refused
 * times, hold) denies the call, whatever it counts; null: none within two days.
 */
export function closingTime(
  stack: readonly RulePack[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  at: Instant,
): ClosingTime | null {
  const call = prepareCall(calendars, { ...facts, zones: [...new Set(facts.zones)].sort() }, []);
  const look = { stack, call, guardMs: 0 };
  const atMs = instantMs(at);
  for (const edgeMs of boundaries(look, atMs, atMs + LOOK_AHEAD_MS)) {
    const closed = judge(look, edgeMs).find(
      ({ failed, effect }) => effect === 'deny' && TIME_KINDS.has(failed.kind),
    );
    if (closed === undefined) continue;
    const { rule, pack, cite, zones } = closed.failed;
    return { at: new Date(edgeMs).toISOString(), rule, pack, cite, zone: zones[0] ?? null };
  }
  return null;
}
