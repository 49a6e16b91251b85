import type { Command } from 'commander';
import { checkDocument, DocumentRefused } from '../../../../dialer/campaign-documents';
import { parseConfig } from '../../../config/parse-config';
import type { Queryable } from '../../../db/database';
import {
  parseCampaignDocument,
  type DocumentProblem,
} from '../../../domain/campaign-document/parse-campaign-document';
import { readGivenText } from '../given-file';
import { print, say } from '../say';
import { problemLine } from './document-file';
import { withPreparedDatabase } from '../with-database';

export function register(campaign: Command): void {
  campaign
    .command('validate')
    .description('check documents; with DATABASE_URL also the names in them')
    .argument('<files...>', 'documents, YAML or JSON')
    .option('--json', 'one JSON array of problems', false)
    .action(validate);
}

async function validate(files: string[], options: { json: boolean }): Promise<void> {
  const texts = files.map((file) => ({ file, text: readGivenText(file) }));
  const found: (DocumentProblem & { readonly file: string })[] = [];
  const check = async (problemsOf: (text: string) => Promise<readonly DocumentProblem[]>) => {
    for (const { file, text } of texts) {
      for (const problem of await problemsOf(text)) found.push({ file, ...problem });
    }
  };
  const hasDatabase = parseConfig(process.env).database.kind !== 'embedded';
  if (hasDatabase) {
    await withPreparedDatabase((db) => check((text) => problemsIn(db, text)));
  } else {
    await check((text) => Promise.resolve(parseCampaignDocument(text).problems));
  }
  if (options.json) print(JSON.stringify(found, null, 2));
  else for (const { file, ...problem } of found) print(problemLine(file, problem));
  if (found.length > 0) {
    process.exitCode = 2;
    return;
  }
  say(
    hasDatabase
      ? 'No problem was found.'
      : 'No problem was found. Without DATABASE_URL nothing was asked about names.',
  );
}

async function problemsIn(db: Queryable, text: string): Promise<readonly DocumentProblem[]> {
  try {
    await checkDocument(db, { text });
    return [];
  } catch (error) {
    if (error instanceof DocumentRefused) return error.problems;
    throw error;
  }
}
