import type { Calendar } from '../../dialer/compliance/calendar';
import { evaluate, type RuleDecision } from '../../dialer/compliance/evaluate';
import type { Rule, RuleBase, RulePack } from '../../dialer/compliance/rule-pack';
import type { CallFacts, ContactEvent } from '../../src/domain/call-facts';
import { makeFacts } from './call-facts';

type BodyOf<One> = One extends Rule ? Omit<One, keyof RuleBase> & Partial<RuleBase> : never;

/** A pack of one rule, of the law. */
export function pack(body: BodyOf<Rule>, over: Partial<RulePack> = {}): RulePack {
  const base = { id: 'rule', force: 'law', cite: 'made up' } as const;
  const rule: Rule = { ...base, ...body };
  return {
    id: 'PACK',
    version: 3,
    jurisdiction: 'ID',
    effectiveFrom: '2020-01-01',
    rules: [rule],
    ...over,
  };
}

/** Monday 23 November 2026, 10:00 in Jakarta. */
export const MONDAY = '2026-11-23T03:00:00.000Z';
export const calendarOf = (entries: Calendar['entries']): Record<string, Calendar> => ({
  ID: { id: 'ID', revision: '2026-11', years: [2026], entries },
});
/** Of that pack, for a call of `makeFacts`, on Monday morning. */
export function decide(
  one: RulePack,
  over: {
    facts?: Partial<CallFacts>;
    events?: ContactEvent[];
    calendars?: Record<string, Calendar>;
    at?: string;
    guardMs?: number;
  } = {},
): RuleDecision {
  const { facts = {}, events = [], calendars = {}, at = MONDAY, guardMs = 0 } = over;
  return evaluate([one], calendars, makeFacts(facts), events, at, { guardMs });
}
