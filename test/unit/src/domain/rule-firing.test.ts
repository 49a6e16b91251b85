import type { AutomaticRule } from '../../../../src/domain/campaign-document/automatic-rule';
import {
  figureOf,
  holds,
  isTimeToFire,
  type RuleFigures,
} from '../../../../src/domain/rule-firing';

const rule = (when: Partial<AutomaticRule['when']>): AutomaticRule => ({
  name: 'one',
  when: { metric: 'answered_percent', is: 'below', value: 10, forSeconds: 60, ...when },
  then: { do: 'pause' },
});
const SEEN: RuleFigures = {
  readyAgents: 4,
  calls: 40,
  answered: 3,
  rightParties: 2,
  abandoned: 1,
  callsToday: 90,
  promisesToday: 5,
};

it.each([
  ['ready_agents', 4],
  ['calls_last_hour', 40],
  ['answered_percent', 7.5],
  ['right_party_percent', 5],
  ['abandoned_percent', 2.5],
  ['calls_today', 90],
  ['promises_today', 5],
] as const)('reads %s as %d', (metric, figure) => {
  expect(figureOf(rule({ metric }), SEEN)).toBe(figure);
});

it('says nothing of a percentage of too few calls', () => {
  expect(figureOf(rule({}), { ...SEEN, calls: 29 })).toBeNull();
  expect(figureOf(rule({ atLeastCalls: 20 }), { ...SEEN, calls: 29 })).not.toBeNull();
  expect(figureOf(rule({ atLeastCalls: 1 }), { ...SEEN, calls: 0 })).toBeNull();
  expect(holds(rule({}), null)).toBe(false);
});

it('compares strictly', () => {
  expect([9.9, 10].map((figure) => holds(rule({}), figure))).toEqual([true, false]);
  expect([10, 10.1].map((figure) => holds(rule({ is: 'above' }), figure))).toEqual([false, true]);
});

it('waits until it has held, cools down for 5 minutes, and fires 3 times an hour at most', () => {
  const now = new Date('2026-11-23T03:00:00Z');
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const fires = (holdsSince: Date, ...firings: Date[]) =>
    isTimeToFire(rule({}), now, { holdsSince, firings });
  expect(fires(ago(0.9))).toBe(false);
  expect(fires(ago(1))).toBe(true);
  expect(fires(ago(30), ago(4.9))).toBe(false);
  expect(fires(ago(30), ago(5))).toBe(true);
  expect(fires(ago(90), ago(5), ago(20), ago(59))).toBe(false);
  expect(fires(ago(90), ago(5), ago(20), ago(60))).toBe(true);
});
