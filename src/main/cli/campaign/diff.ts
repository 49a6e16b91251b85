import type { Command } from 'commander';
import { diffDocument } from '../../../../dialer/campaign-documents';
import { readGivenText } from '../given-file';
import { print, say } from '../say';
import { changeLines } from './change-lines';
import { withDocument } from './document-file';
import { withPreparedDatabase } from '../with-database';

export function register(campaign: Command): void {
  campaign
    .command('diff')
    .description('what applying a document would change')
    .argument('<file>', 'the document')
    .option('--json', 'one JSON object', false)
    .action(async (file: string, { json }: { json: boolean }) => {
      const text = readGivenText(file);
      await withPreparedDatabase(async (db) => {
        const diff = await withDocument(file, () => diffDocument(db, { text }));
        if (json) {
          print(JSON.stringify(diff, null, 2));
          return;
        }
        say(
          diff.version === null
            ? 'It would be a new campaign, a draft.'
            : `Compared with version ${diff.version}: ${diff.changes.length} changes.`,
        );
        for (const line of changeLines(diff.changes)) print(line);
      });
    });
}
