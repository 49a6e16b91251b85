import type { Calendar } from '../../../../dialer/compliance/calendar';
import { describeRuleIssues } from '../../../../dialer/compliance/rule-file-problem';
import { parseRuleFile } from '../../../../dialer/compliance/parse-rule-file';
import { rulePackSchema } from '../../../../dialer/compliance/rule-file-schema';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { shippedCalendars } from '../../../../dialer/compliance/shipped/shipped-calendars';
import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { nearestWord } from '../../../domain/nearest-word';
import { readGivenText } from '../given-file';
import { InputError } from '../input-error';
import type { KnownRules } from './known-rules';
import { fileProblems, parseJson } from './rule-file';

/**
 * The pack that a person names: `ID.AFPI@1`, `ID.AFPI` (the version that binds), or a file: one pack,
 * or a rule file with one pack among its profiles, or `FILE#ID` for one of several.
 * @throws InputError saying what there is
 */
export function findPack(name: string, known: KnownRules): RulePack {
  if (isFile(name)) return packOfFile(name, known);
  const [id = '', version] = name.split('@');
  const versions = known.versions.filter(({ pack }) => pack.id === id).map(({ pack }) => pack);
  if (versions.length === 0) throw unknownPack(id, known);
  const found =
    version === undefined
      ? (known.binding.find((pack) => pack.id === id) ?? versions[0])
      : versions.find((pack) => String(pack.version) === version);
  if (found !== undefined) return found;
  const numbers = versions.map((pack) => pack.version).sort((a, b) => a - b);
  throw new InputError(
    `there is no version ${version ?? ''} of ${id}; there are: ${numbers.join(', ')}`,
  );
}

function unknownPack(id: string, known: KnownRules): InputError {
  const ids = [...new Set(known.versions.map(({ pack }) => pack.id))];
  const near = nearestWord(id, ids);
  const meant = near === null ? '' : ` Did you mean ${near}?`;
  return new InputError(
    `there is no rule pack ${id}.${meant}`,
    `Accepted: ID@VERSION of ${ids.join(', ')}; or a file (.json).`,
  );
}

function packOfFile(name: string, known: KnownRules): RulePack {
  const [file = '', id] = name.split('#');
  return packAmong(rulesOfFile(file, known).packs, file, id);
}

/** What a file brings: one pack, or the packs and calendars of a rule file. */
export interface GivenRules {
  readonly packs: readonly RulePack[];
  readonly calendars: readonly Calendar[];
}

/** @param known what its cases may lean on @throws InputError with every mistake in the file */
export function rulesOfFile(file: string, known: KnownRules): GivenRules {
  const text = readGivenText(file);
  const raw = parseJson(file, text);
  if (!isPack(raw)) return partsOf(file, text, raw, known);
  const parsed = rulePackSchema.safeParse(raw);
  if (parsed.success) return { packs: [parsed.data], calendars: [] };
  throw fileProblems(file, text, describeRuleIssues(raw, parsed.error.issues));
}

const isFile = (name: string): boolean => /\.json(#|$)|[/\\]/.test(name);
const isPack = (raw: unknown): boolean => typeof raw === 'object' && raw !== null && 'rules' in raw;

/** The rules that are known, with the calendars of the rule files that are named among `names`. */
export function withCalendarsOf(names: readonly string[], known: KnownRules): KnownRules {
  const files = names.filter(isFile).map((name) => name.split('#')[0] ?? name);
  const calendars = files.flatMap((file) => rulesOfFile(file, known).calendars);
  const named = Object.fromEntries(calendars.map((calendar) => [calendar.id, calendar]));
  return { ...known, calendars: { ...known.calendars, ...named } };
}

/** What the file itself brings; its cases may lean on what is known. */
function partsOf(file: string, text: string, raw: unknown, known: KnownRules): GivenRules {
  const { file: read, problems } = parseRuleFile(text, {
    zones: zoneTables,
    calendars: [...shippedCalendars, ...Object.values(known.calendars)],
    packs: known.binding,
  });
  if (read === null) throw fileProblems(file, text, problems);
  const { profiles = {}, calendars = {} } = raw as { profiles?: object; calendars?: object };
  const own = <T>(all: ReadonlyMap<string, T>, keys: object): T[] =>
    [...all].flatMap(([key, value]) => (Object.hasOwn(keys, key) ? [value] : []));
  return { packs: own(read.packs, profiles), calendars: own(read.calendars, calendars) };
}

/** One of the profiles of a rule file; unnamed, its only one. */
function packAmong(packs: readonly RulePack[], file: string, id: string | undefined): RulePack {
  const [only, ...others] = packs;
  if (id === undefined && only !== undefined && others.length === 0) return only;
  const found = packs.find((pack) => pack.id === id);
  if (found !== undefined) return found;
  const what = id === undefined ? 'one rule pack' : `a rule pack ${id}`;
  const names = packs.map((pack) => `${file}#${pack.id}`).join(', ');
  throw new InputError(
    `${file} does not hold ${what}`,
    `Accepted: ${names === '' ? 'a file with profiles' : names}`,
  );
}
