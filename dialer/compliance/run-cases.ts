import type { CallFacts } from '../../src/domain/call-facts';
import type { Calendar } from './calendar';
import { evaluate, inCall } from './evaluate';
import { parseRuleFile, type KnownRules, type RuleFile } from './parse-rule-file';
import type { CaseFacts, RuleCase } from './rule-case-schema';
import type { RuleFileProblem } from './rule-file-problem';
import type { RulePack } from './rule-pack';
import { candidateZones, type ZoneTables } from './zones';

export interface CaseResults {
  /** One for each failing case: its id and title, each field that differs, what was expected and got. */
  readonly lines: readonly string[];
  readonly passed: number;
  readonly failed: number;
  /** Ids that several cases have: their lines cannot be told apart. */
  readonly repeatedIds: readonly string[];
}

/** Reads a rule file and runs its cases; with problems in the file nothing is run. */
export function testRuleFile(
  text: string,
  known: KnownRules,
): CaseResults & { readonly problems: readonly RuleFileProblem[] } {
  const { file, problems } = parseRuleFile(text, known);
  return file === null
    ? { problems, lines: [], passed: 0, failed: 0, repeatedIds: [] }
    : { problems, ...runCases(file) };
}

/** Runs the cases of a file, each by itself. */
function runCases(file: RuleFile): CaseResults {
  const lines = file.cases.flatMap((one) => {
    const differences = differencesOf(one, answer(file, one));
    const name = [one.id, one.title ?? ''].join(' ').replace(/\s+/g, ' ').trim();
    return differences.length === 0 ? [] : [`${name}: ${differences.join('; ')}`];
  });
  const ids = file.cases.map(({ id }) => id);
  const seen = new Set<string>();
  const repeated = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  return {
    lines,
    passed: ids.length - lines.length,
    failed: lines.length,
    repeatedIds: [...repeated],
  };
}

type Answer = Readonly<Record<string, unknown>>;

function answer(file: RuleFile, one: RuleCase): Answer {
  const stack = one.profiles.map((id) => found<RulePack>(file.packs, id));
  const calendars = Object.fromEntries(
    Object.entries(one.calendars).map(([alias, key]) => [
      alias,
      found<Calendar>(file.calendars, key),
    ]),
  );
  const facts = callFacts(one.facts, file.zones);
  if (one.type === 'inCall') return { action: inCall(stack, facts, calendars, one.at) };
  const decision = evaluate(stack, calendars, facts, one.facts.events, one.at);
  return {
    verdict: decision.verdict,
    deniedBy: decision.deniedBy,
    failing: decision.failing.map(({ rule }) => rule),
    local: decision.localTimes,
    nextAllowedAt: decision.nextAllowedAt,
  };
}

function found<T>(map: ReadonlyMap<string, T>, key: string): T {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${key} was read and is not there`);
  return value;
}

/** The region, when the case does not name it, is that of its one province. */
function callFacts({ zone, country, ...facts }: CaseFacts, tables: ZoneTables): CallFacts {
  const zones = candidateZones(tables, country, zone);
  const [evidence, ...more] = zone;
  if (facts.region !== undefined || evidence === undefined || more.length > 0) {
    return { ...facts, zones };
  }
  return 'province' in evidence
    ? { ...facts, zones, region: evidence.province }
    : { ...facts, zones };
}

function differencesOf({ expect }: RuleCase, got: Answer): string[] {
  return Object.entries(expect).flatMap(([field, expected]) => {
    const want = comparable(field, expected);
    const have = comparable(field, got[field]);
    return want === have ? [] : [`${field}: expected ${want}, got ${have}`];
  });
}

/** One instant may be written in several ways. */
function comparable(field: string, value: unknown): string {
  const instant = field === 'nextAllowedAt' && typeof value === 'string';
  return JSON.stringify(instant ? new Date(value).toISOString() : value);
}
