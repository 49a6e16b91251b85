import type { CallFacts, ContactEvent, Instant } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { appliesToCall, prepareCall } from './call-moment';
import { instantMs } from './instant';
import { checkRule, inForce, judge, momentsAt, type JudgedFailure, type Look } from './judge';
import { nextAllowedMs } from './next-allowed';
import { permitEndMs } from './permit-end';
import type { FailedKind, RuleDecision } from './rule-decision';
import type { RulePack } from './rule-pack';
import { localText } from './zone-clock';

export type { ContactEvent } from '../../src/domain/call-facts';
export type { FailedRule, RuleDecision } from './rule-decision';

/** The first failing rule by this order of kinds names the denial. */
const PRECEDENCE: readonly FailedKind[] = [
  'zone',
  'profile',
  'hold',
  'party',
  'dpd',
  'minDpd',
  'wait',
  'holiday',
  'blackout',
  'window',
  'preference',
  'cooloff',
  'cap',
  'gap',
  'redial',
  'abandonment',
];

/**
 * May this person be called at this instant? Pure: the same values give the same decision. A rule
 * fails when it fails in any candidate zone, so windows intersect and counts unite.
 * @param calendars by the alias that rules use; one that is missing fails the rules that read it
 * @param events the contact ledger, any order; those at the instant or later do not count yet
 * @param options guardMs: the ringing may last so long, and no rule of time may fail at its end
 * @throws RangeError when an instant or a zone cannot be read
 */
export function evaluate(
  stack: readonly RulePack[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  events: readonly ContactEvent[],
  at: Instant,
  options: { readonly guardMs?: number } = {},
): RuleDecision {
  const zones = [...new Set(facts.zones)].sort();
  const call = prepareCall(calendars, { ...facts, zones }, events);
  const look: Look = { stack, call, guardMs: options.guardMs ?? 0 };
  const atMs = instantMs(at);
  const failures = judge(look, atMs);
  const denied = failures.some(({ effect }) => effect === 'deny');
  const next = failures.length === 0 ? null : nextAllowedMs(look, atMs, failures);
  return {
    verdict: denied ? 'deny' : failures.length > 0 ? 'agent_reserved' : 'allow',
    deniedBy: firstByPrecedence(failures),
    failing: failures.map(({ failed }) => failed),
    zones,
    localTimes: momentsAt(call, atMs).map(({ local }) => localText(local)),
    nextAllowedAt: next === null ? null : new Date(next).toISOString(),
    expiresAt: denied ? null : new Date(permitEndMs(look, atMs)).toISOString(),
  };
}

function firstByPrecedence(failures: readonly JudgedFailure[]): string | null {
  for (const kind of PRECEDENCE) {
    const found = failures.find(({ failed }) => failed.kind === kind);
    if (found !== undefined) return found.failed.rule;
  }
  return null;
}

/** A talk is never cut: `wrap_up` tells that the hours have ended, `continue` that they have not. */
export function inCall(
  stack: readonly RulePack[],
  facts: CallFacts,
  calendars: Readonly<Record<string, Calendar>>,
  at: Instant,
): 'continue' | 'wrap_up' {
  const moments = momentsAt(prepareCall(calendars, facts, []), instantMs(at));
  const ended = stack.some((pack) =>
    pack.rules.some(
      (rule) =>
        rule.kind === 'window' &&
        appliesToCall(rule, facts) &&
        moments.some((moment) => inForce(pack, moment) && checkRule(rule, moment) !== null),
    ),
  );
  return ended ? 'wrap_up' : 'continue';
}
