import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Calendar } from '../../../../dialer/compliance/calendar';
import { evaluate, inCall } from '../../../../dialer/compliance/evaluate';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { candidateZones, type ZoneTables } from '../../../../dialer/compliance/zones';
import type { CallFacts, ContactEvent, ZoneEvidence } from '../../../../src/domain/call-facts';

interface GoldenCase {
  readonly id: string;
  readonly type: 'preDial' | 'inCall';
  readonly title: string;
  readonly profiles: readonly string[];
  readonly calendars: Readonly<Record<string, string>>;
  readonly facts: CallFacts & {
    readonly country: string;
    readonly zone: readonly ZoneEvidence[];
    readonly events: readonly ContactEvent[];
  };
  readonly at: string;
  readonly expect: Readonly<Record<string, unknown>>;
}
interface GoldenFile {
  readonly zones: ZoneTables;
  readonly calendars: Readonly<Record<string, Omit<Calendar, 'id' | 'revision'>>>;
  readonly profiles: Readonly<Record<string, Omit<RulePack, 'id' | 'version'>>>;
  readonly cases: readonly GoldenCase[];
}

const golden = JSON.parse(
  readFileSync(join(__dirname, '../../../golden/contact-rules.json'), 'utf8'),
) as GoldenFile;

/** The case as its file says it, past our own reader of such files. */
function answer(one: GoldenCase): Record<string, unknown> {
  const stack = one.profiles.map((id) => ({ id, version: 1, ...golden.profiles[id]! }));
  const calendars = Object.fromEntries(
    Object.entries(one.calendars).map(([alias, key]) => [
      alias,
      { id: alias, revision: key.split('@')[1]!, ...golden.calendars[key]! },
    ]),
  );
  const zones = candidateZones(golden.zones, one.facts.country, one.facts.zone);
  const facts = { ...one.facts, zones };
  if (one.type === 'inCall') return { action: inCall(stack, facts, calendars, one.at) };
  const decision = evaluate(stack, calendars, facts, one.facts.events, one.at);
  return {
    verdict: decision.verdict,
    deniedBy: decision.deniedBy,
    failing: decision.failing.map(({ rule }) => rule),
    local: decision.localTimes,
    ...(decision.verdict !== 'allow' && { nextAllowedAt: decision.nextAllowedAt }),
  };
}

it('holds all the cases', () => {
  expect(golden.cases).toHaveLength(129);
});

it.each(golden.cases.map((one) => [`${one.id} ${one.title}`, one] as const))('%s', (_name, one) => {
  expect(answer(one)).toEqual(one.expect);
});
