import { Option, type Command } from 'commander';
import { importFacts } from '../../../workers/import-facts';
import { FACT_KINDS, type FactKind } from '../../domain/fact-row';
import { formatImportReport } from '../../domain/import-report';
import { openImportFile } from './open-import-file';
import { namedCreditor } from './named-creditor';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('import-facts')
    .description('import holds, consents, preferences or contacts from a CSV or JSON lines file')
    .argument('<file>', 'the file')
    .addOption(
      new Option('--kind <kind>', 'what the rows are').choices(FACT_KINDS).makeOptionMandatory(),
    )
    .requiredOption('--creditor <code>', 'code of the creditor whose people the rows are about')
    .option('--dry-run', 'report what would change, change nothing', false)
    .action(runImport);
}

async function runImport(
  file: string,
  options: { kind: FactKind; creditor: string; dryRun: boolean },
): Promise<void> {
  // before the database: a file that is not there is told at once
  const opened = await openImportFile(file);
  await withPreparedDatabase(async (db) => {
    await namedCreditor(db, options.creditor);
    const report = await importFacts(db, {
      ...opened,
      kind: options.kind,
      creditorCode: options.creditor,
      dryRun: options.dryRun,
      actor: 'command line',
    });
    print(formatImportReport(report));
    if (report.rejectedCount > 0 || report.state === 'failed') process.exitCode = 2;
  });
}
