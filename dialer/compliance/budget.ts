import type { CallFacts, ContactEvent, Instant } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { appliesToCall, instantText, prepareCall, type Call } from './call-moment';
import { instantMs } from './instant';
import { periodText } from './contact-rules';
import { checkRule, inForce, momentsAt } from './judge';
import type { CapRule, CooloffRule, GapRule, Rule, RuleForce, RulePack, Scope } from './rule-pack';

/** What is left of one limit. */
export interface RuleBudget {
  readonly rule: string;
  readonly pack: string;
  readonly version: number;
  readonly kind: 'cap' | 'gap' | 'cooloff';
  readonly force: RuleForce;
  readonly cite: string;
  readonly scope: readonly Scope[];
  /** `1 local day`, `120 minutes`. */
  readonly period: string;
  readonly limit: number;
  readonly used: number;
  /** Calls that this rule alone still lets through now. */
  readonly remaining: number;
  /** From when on this rule lets one through again; null: it does now, or no time lifts it. */
  readonly nextFreeAt: Instant | null;
  /** The limit was reached, and blocks until then whatever has left its period; null: it does not block. */
  readonly blockedUntil: Instant | null;
  /** Ids in the contact ledger of what counts, oldest first. */
  readonly eventIds: readonly string[];
}

type Counting = CapRule | CooloffRule | GapRule;

/**
 * Every limit of the stack that binds the call: how much of it is used, by what, and when it frees.
 * Pure, and counted by the very rules that decide; of several zones, the one that leaves least.
 */
export function budget(
  stack: readonly RulePack[],
  calendars: Readonly<Record<string, Calendar>>,
  facts: CallFacts,
  events: readonly ContactEvent[],
  at: Instant,
): RuleBudget[] {
  const call = prepareCall(calendars, facts, events);
  const atMs = instantMs(at);
  return stack.flatMap((pack) =>
    pack.rules.flatMap((rule) => {
      if (!isCounting(rule) || !appliesToCall(rule, facts)) return [];
      const left = budgetOf(pack, rule, call, atMs);
      return left === null ? [] : [left];
    }),
  );
}

function isCounting(rule: Rule): rule is Counting {
  return rule.kind === 'cap' || rule.kind === 'cooloff' || rule.kind === 'gap';
}

/** A cap of one, which blocks nothing, tells of every event that counts. */
function tellingAll(rule: Counting): Counting {
  if (rule.kind !== 'cap') return rule;
  const { blockFor: _, ...plain } = rule;
  return { ...plain, max: 1 };
}

const textOf = (value: unknown): string[] => (typeof value === 'string' ? [value] : []);

function budgetOf(pack: RulePack, rule: Counting, call: Call, atMs: number): RuleBudget | null {
  const moments = momentsAt(call, atMs).filter((moment) => inForce(pack, moment));
  if (moments.length === 0) return null;
  const limit = rule.kind === 'cap' ? rule.max : 1;
  const probe = tellingAll(rule);
  const counted = moments
    .map((moment) => checkRule(probe, moment)?.inputs()['eventIds'])
    .map((ids) => (Array.isArray(ids) ? (ids as readonly string[]) : []));
  const eventIds = counted.reduce((most, ids) => (ids.length > most.length ? ids : most), []);
  const failures = moments.flatMap((moment) => checkRule(rule, moment) ?? []);
  const freesMs = Math.max(...failures.map(({ untilMs }) => untilMs));
  const blocks = failures.flatMap(({ inputs }) => textOf(inputs()['blockedUntil']));
  // a gap or a cool-off is used up by one event, however many fall in it
  const used = rule.kind === 'cap' ? eventIds.length : Math.min(1, eventIds.length);
  const { id, kind, force, cite, scope } = rule;
  return {
    rule: id,
    pack: pack.id,
    version: pack.version,
    kind,
    force,
    cite,
    scope,
    period: rule.kind === 'gap' ? `${rule.minutes} minutes` : periodText(rule.period),
    limit,
    used,
    remaining: failures.length > 0 ? 0 : Math.max(0, limit - used),
    nextFreeAt: failures.length > 0 && freesMs < Infinity ? instantText(freesMs) : null,
    blockedUntil: blocks.sort().at(-1) ?? null,
    eventIds,
  };
}
