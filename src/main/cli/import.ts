import type { Command } from 'commander';
import { importAccounts } from '../../../workers/import-accounts';
import { formatImportReport } from '../../domain/import-report';
import { installationKeys } from '../installation-key';
import { openImportFile } from './open-import-file';
import { namedCreditor } from './named-creditor';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('import')
    .description('import accounts from a CSV or JSON lines file (.csv, .jsonl, .ndjson)')
    .argument('<file>', 'the file')
    .requiredOption('--creditor <code>', 'code of the creditor the accounts belong to')
    .option('--dry-run', 'report what would change, change nothing', false)
    .action(runImport);
}

async function runImport(
  file: string,
  options: { creditor: string; dryRun: boolean },
): Promise<void> {
  // before the database: a file that is not there is told at once
  const opened = await openImportFile(file);
  await withPreparedDatabase(async (db, config) => {
    await namedCreditor(db, options.creditor);
    const { identityKey } = await installationKeys(config);
    const report = await importAccounts(db, {
      ...opened,
      creditorCode: options.creditor,
      dryRun: options.dryRun,
      identityKey,
      actor: 'command line',
    });
    print(formatImportReport(report));
    if (report.rejectedCount > 0 || report.state === 'failed') process.exitCode = 2;
  });
}
