import type { Command } from 'commander';
import { testRuleFile } from '../../../../dialer/compliance/run-cases';
import { shippedCalendars } from '../../../../dialer/compliance/shipped/shipped-calendars';
import { zoneTables } from '../../../../dialer/compliance/shipped/zone-tables';
import { readGivenText } from '../given-file';
import { print, say } from '../say';
import { InputError } from '../input-error';
import { shippedRules } from './known-rules';
import { fileProblems } from './rule-file';

export function register(rules: Command): void {
  rules
    .command('test')
    .description('run the cases of rule files; ends with 1 when one fails, 2 when a file is wrong')
    .argument('<file...>', 'JSON with zones, calendars, profiles, cases; what is left out is ours')
    .option('--json', 'one JSON object', false)
    .action(testFiles);
}

/** Every file is read before a case is run: a wrong one is told, and nothing is half done. */
function testFiles(files: readonly string[], options: { readonly json: boolean }): void {
  const known = {
    zones: zoneTables,
    calendars: shippedCalendars,
    packs: shippedRules().binding,
  };
  const results = files.map((file) => {
    const text = readGivenText(file);
    return { file, text, ...testRuleFile(text, known) };
  });
  const wrong = results.filter(({ problems }) => problems.length > 0);
  if (wrong.length > 0) {
    throw new InputError(
      ...wrong.map(({ file, text, problems }) => fileProblems(file, text, problems).message),
    );
  }
  const passed = results.reduce((sum, one) => sum + one.passed, 0);
  const failed = results.reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) process.exitCode = 1;
  const lines = results.flatMap((one) =>
    one.lines.map((line) => (files.length === 1 ? line : `${one.file}: ${line}`)),
  );
  if (options.json) {
    print(JSON.stringify({ passed, failed, failures: lines }, null, 2));
    return;
  }
  for (const line of lines) print(line);
  for (const { file, passed: some, failed: others, repeatedIds } of results) {
    if (repeatedIds.length > 0) say(`${file}: several cases have the id ${repeatedIds.join(', ')}`);
    if (some + others === 0) say(`${file} holds no case`);
  }
  print(`${passed} passed, ${failed} failed`);
}
