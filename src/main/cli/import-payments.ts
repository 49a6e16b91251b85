import type { Command } from 'commander';
import { importPayments } from '../../../workers/import-payments';
import { formatImportReport } from '../../domain/import-report';
import { namedCreditor } from './named-creditor';
import { openImportFile } from './open-import-file';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('import-payments')
    .description('import payments and reversals from a CSV or JSON lines file')
    .argument('<file>', 'the file')
    .requiredOption('--creditor <code>', 'code of the creditor who was paid')
    .option('--dry-run', 'report what would change, change nothing', false)
    .action(runImport);
}

async function runImport(
  file: string,
  options: { creditor: string; dryRun: boolean },
): Promise<void> {
  // before the database: a file that is not there is told at once
  const opened = await openImportFile(file);
  await withPreparedDatabase(async (db) => {
    await namedCreditor(db, options.creditor);
    const { creditor: creditorCode, dryRun } = options;
    const report = await importPayments(db, {
      ...opened,
      ...{ creditorCode, dryRun, actor: 'command line' },
    });
    print(formatImportReport(report));
    if (report.rejectedCount > 0 || report.state === 'failed') process.exitCode = 2;
  });
}
