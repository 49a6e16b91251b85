/** A program: the decisions of the golden file's cases and its own UTC offset, as JSON lines. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../dialer/compliance/evaluate';
import { parseRuleFile } from '../../dialer/compliance/parse-rule-file';
import { candidateZones } from '../../dialer/compliance/zones';
import { canonicalJson } from '../../src/domain/canonical-json';
import { knowsNothing } from './foreign-rule-file';

const text = readFileSync(join(__dirname, '../golden/contact-rules.json'), 'utf8');
const { file } = parseRuleFile(text, knowsNothing);
if (file === null) throw new Error('the golden file has problems');
process.stdout.write(`${new Date('2026-07-01T00:00:00Z').getTimezoneOffset()}\n`);
for (const { profiles, calendars, facts, at } of file.cases) {
  const decision = evaluate(
    profiles.flatMap((id) => file.packs.get(id) ?? []),
    Object.fromEntries(
      Object.entries(calendars).flatMap(([alias, key]) => {
        const calendar = file.calendars.get(key);
        return calendar === undefined ? [] : [[alias, calendar]];
      }),
    ),
    { ...facts, zones: candidateZones(file.zones, facts.country, facts.zone) },
    facts.events,
    at,
    { guardMs: 35_000 },
  );
  process.stdout.write(`${canonicalJson(decision)}\n`);
}
