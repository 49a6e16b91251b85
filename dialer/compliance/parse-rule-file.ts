import { z } from 'zod';
import { nearestWord } from '../../src/domain/nearest-word';
import type { Calendar } from './calendar';
import { caseSchema, type RuleCase } from './rule-case-schema';
import { readJson } from './read-json';
import { fileCalendarSchema, filePackSchema, record, zoneTablesSchema } from './rule-file-schema';
import type { RulePack } from './rule-pack';
import { describeRuleIssues, pathText, type RuleFileProblem } from './rule-file-problem';
import type { ZoneTables } from './zones';

/** What a file may lean on without bringing it: usually what ships with the program. */
export interface KnownRules {
  readonly zones: ZoneTables;
  readonly calendars: readonly Calendar[];
  readonly packs: readonly RulePack[];
}

/** A rule file, read; its names are found in the file, else among what was known before. */
export interface RuleFile {
  readonly zones: ZoneTables;
  /** Key -> calendar: `ID@2026-11`. */
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly packs: ReadonlyMap<string, RulePack>;
  readonly cases: readonly RuleCase[];
}

export type ParsedRuleFile =
  | { readonly file: RuleFile; readonly problems: readonly [] }
  | { readonly file: null; readonly problems: readonly RuleFileProblem[] };

const PARTS = ['zones', 'calendars', 'profiles', 'cases'];

const fileSchema = record({
  zones: zoneTablesSchema.default({}),
  calendars: z
    .record(z.string(), fileCalendarSchema, { error: 'calendars by name, {"ID@2026-11": …}' })
    .default({}),
  profiles: z
    .record(z.string(), filePackSchema, { error: 'packs by id, {"ID.HOUSE": …}' })
    .default({}),
  cases: z.array(caseSchema, { error: 'a list of cases' }).default([]),
});

/**
 * Reads a file of the rule-pack format: JSON with `zones`, `calendars`, `profiles` and `cases`, each of
 * which may be left out. All problems at once, each with its place in the file.
 */
export function parseRuleFile(text: string, known: KnownRules): ParsedRuleFile {
  const { value: raw, problems: mistakes } = readJson(text);
  if (mistakes.length > 0) return refuse(mistakes);
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) return refuse(describeRuleIssues(raw, parsed.error.issues));
  if (!PARTS.some((part) => Object.hasOwn(parsed.data, part) && part in (raw as object))) {
    const accepted = `at least one of ${PARTS.join(', ')}`;
    return refuse([{ path: '$', reason: 'is not a rule file', accepted }]);
  }
  const { data } = parsed;
  const file: RuleFile = {
    zones: { ...known.zones, ...data.zones },
    calendars: new Map([
      ...known.calendars.map((calendar) => [calendarKey(calendar), calendar] as const),
      ...Object.entries(data.calendars).map(([key, body]) => [key, calendarOf(key, body)] as const),
    ]),
    packs: new Map([
      ...known.packs.map((pack) => [pack.id, pack] as const),
      ...Object.entries(data.profiles).map(([id, body]) => [id, { ...body, id }] as const),
    ]),
    cases: data.cases,
  };
  const problems = unknownNames(file);
  return problems.length > 0 ? refuse(problems) : { file, problems: [] };
}

function refuse(problems: readonly RuleFileProblem[]): ParsedRuleFile {
  return { file: null, problems };
}

/** `ID@2026-11` */
function calendarKey({ id, revision }: Calendar): string {
  return `${id}@${revision}`;
}

function calendarOf(key: string, body: Omit<Calendar, 'id' | 'revision'>): Calendar {
  const [id = key, revision = ''] = key.split('@');
  return { ...body, id, revision };
}

function unknownNames(file: RuleFile): RuleFileProblem[] {
  return file.cases.flatMap(({ profiles, calendars }, index) => [
    ...profiles.flatMap((id, at) =>
      unknownName(['cases', index, 'profiles', at], id, [...file.packs.keys()]),
    ),
    ...Object.entries(calendars).flatMap(([alias, key]) =>
      unknownName(['cases', index, 'calendars', alias], key, [...file.calendars.keys()]),
    ),
  ]);
}

function unknownName(
  path: readonly PropertyKey[],
  name: string,
  names: readonly string[],
): RuleFileProblem[] {
  if (names.includes(name)) return [];
  const near = nearestWord(name, names);
  return [
    {
      path: pathText(path),
      reason: `names ${name}, which neither the file nor the program has`,
      accepted: `${near === null ? '' : `${near}? `}one of ${[...names].sort().join(', ')}`,
    },
  ];
}
