import {
  DEFAULT_LEAST_CALLS,
  MAX_FIRINGS_AN_HOUR,
  PERCENT_METRICS,
  RULE_COOL_DOWN_MS,
  type AutomaticRule,
  type RuleMetric,
} from './campaign-document/automatic-rule';

/** What a campaign's rules look at. */
export interface RuleFigures {
  readonly readyAgents: number;
  /** Calls of the last 60 minutes that came to their end by themselves. */
  readonly calls: number;
  readonly answered: number;
  readonly rightParties: number;
  readonly abandoned: number;
  readonly callsToday: number;
  readonly promisesToday: number;
}

/** The figure of a metric; null: it rests on too few calls to say anything. */
export function figureOf(rule: AutomaticRule, seen: RuleFigures): number | null {
  const { metric, atLeastCalls = DEFAULT_LEAST_CALLS } = rule.when;
  if (PERCENT_METRICS.includes(metric) && seen.calls < Math.max(1, atLeastCalls)) return null;
  return FIGURES[metric](seen);
}

const percent = (part: number, { calls }: RuleFigures): number => (100 * part) / calls;

const FIGURES: Readonly<Record<RuleMetric, (seen: RuleFigures) => number>> = {
  ready_agents: ({ readyAgents }) => readyAgents,
  calls_last_hour: ({ calls }) => calls,
  answered_percent: (seen) => percent(seen.answered, seen),
  right_party_percent: (seen) => percent(seen.rightParties, seen),
  abandoned_percent: (seen) => percent(seen.abandoned, seen),
  calls_today: ({ callsToday }) => callsToday,
  promises_today: ({ promisesToday }) => promisesToday,
};

/** Does the figure say so now? */
export function holds({ when }: AutomaticRule, figure: number | null): boolean {
  if (figure === null) return false;
  return when.is === 'below' ? figure < when.value : figure > when.value;
}

const HOUR_MS = 3_600_000;

/**
 * Is it time to act? It has held long enough, the last firing is 5 minutes ago, and there were fewer
 * than 3 in this hour.
 */
export function isTimeToFire(
  rule: AutomaticRule,
  now: Date,
  history: { readonly holdsSince: Date; readonly firings: readonly Date[] },
): boolean {
  const agoMs = (at: Date): number => now.getTime() - at.getTime();
  if (agoMs(history.holdsSince) < rule.when.forSeconds * 1_000) return false;
  const recent = history.firings.map(agoMs).filter((ms) => ms < HOUR_MS);
  return recent.length < MAX_FIRINGS_AN_HOUR && recent.every((ms) => ms >= RULE_COOL_DOWN_MS);
}
