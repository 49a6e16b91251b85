import { InvalidArgumentError, type Command } from 'commander';
import { applyDocument } from '../../../../dialer/campaign-documents';
import { readGivenText } from '../given-file';
import { print, say } from '../say';
import { changeLines } from './change-lines';
import { withDocument } from './document-file';
import { withPreparedDatabase } from '../with-database';

interface Options {
  readonly reason: string;
  readonly ifVersion?: number;
}

export function register(campaign: Command): void {
  campaign
    .command('apply')
    .description('make the document the campaign of its name: a draft, or version n + 1')
    .argument('<file>', 'the document')
    .requiredOption('--reason <text>', 'kept with the version', reason)
    .option('--if-version <n>', 'only when the campaign stands there; 0: it must be new', version)
    .action(apply);
}

function reason(text: string): string {
  if (/^(?=.*\S)[^\p{Cc}\p{Cs}]{1,500}$/u.test(text)) return text;
  throw new InvalidArgumentError('1 to 500 characters in one line, not blank.');
}

function version(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('a whole number.');
}

async function apply(file: string, options: Options): Promise<void> {
  const text = readGivenText(file);
  await withPreparedDatabase(async (db) => {
    const applied = await withDocument(file, () =>
      db.transaction((tx) =>
        applyDocument(tx, {
          source: { text },
          actor: 'command line',
          reason: options.reason,
          ifVersion: options.ifVersion ?? null,
        }),
      ),
    );
    const { campaign, outcome, changes } = applied;
    for (const line of changeLines(changes)) print(line);
    const { id, name, state, version: now } = campaign;
    say(`${name}: ${outcome}; version ${now}, ${state}. Id ${id}`);
  });
}
