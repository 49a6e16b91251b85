import { describeRuleIssues } from '../../../../dialer/compliance/rule-file-problem';
import { parseRuleFile } from '../../../../dialer/compliance/parse-rule-file';
import { rulePackSchema } from '../../../../dialer/compliance/rule-file-schema';
import type { RulePack } from '../../../../dialer/compliance/rule-pack';
import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { nearestWord } from '../../../domain/nearest-word';
import { InputError } from '../input-error';
import type { KnownRules } from './known-rules';
import { fileProblems, parseJson, readRuleFile } from './rule-file';

/**
 * The pack that a person names: `ID.AFPI@1`, `ID.AFPI` (the version that binds), or a file: one pack,
 * or a rule file with one pack among its profiles, or `FILE#ID` for one of several.
 * @throws InputError saying what there is
 */
export function findPack(name: string, known: KnownRules): RulePack {
  if (/\.json(#|$)|[/\\]/.test(name)) return packOfFile(name, known);
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
  const text = readRuleFile(file);
  const raw = parseJson(file, text);
  if (typeof raw !== 'object' || raw === null || !('rules' in raw)) {
    return packAmong({ file, text, id }, known);
  }
  const parsed = rulePackSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw fileProblems(file, text, describeRuleIssues(raw, parsed.error.issues));
}

/** One of the profiles of a rule file; unnamed, its only one. */
function packAmong(
  { file, text, id }: { file: string; text: string; id: string | undefined },
  known: KnownRules,
): RulePack {
  const { file: read, problems } = parseRuleFile(text, {
    zones: zoneTables,
    calendars: Object.values(known.calendars),
    packs: [],
  });
  if (read === null) throw fileProblems(file, text, problems);
  const ids = [...read.packs.keys()];
  const only = ids.length === 1 ? ids[0] : undefined;
  const found = read.packs.get(id ?? only ?? '');
  if (found !== undefined) return found;
  const what = id === undefined ? 'one rule pack' : `a rule pack ${id}`;
  throw new InputError(
    `${file} does not hold ${what}`,
    `Accepted: ${ids.length === 0 ? 'a file with profiles' : ids.map((one) => `${file}#${one}`).join(', ')}`,
  );
}
