/**
 * One import in a process of its own, so that its memory is its own:
 * `node -r ./test/support/typescript-hook.cjs test/bench/import/run-import.ts <url> <file>`
 * prints an {@link ImportRun} as JSON.
 */
import { createReadStream } from 'node:fs';
import { openDatabase } from '../../../src/db/database';
import { importAccounts } from '../../../workers/import-accounts';

export interface ImportRun {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident memory of the process at its highest, the program itself included. */
  readonly peakMiB: number;
  readonly newCount: number;
  readonly changedCount: number;
  readonly unchangedCount: number;
}

async function main(url: string, file: string): Promise<void> {
  const db = openDatabase({ url, maxConnections: 4, onIdleError: () => undefined });
  try {
    const fromMs = performance.now();
    const cpu = process.cpuUsage();
    const report = await importAccounts(db, {
      creditorCode: 'bench',
      fileName: 'accounts.csv',
      format: 'csv',
      dryRun: false,
      source: createReadStream(file),
      identityKey: Buffer.alloc(32, 7),
      actor: 'bench',
    });
    if (report.state !== 'done' || report.rejectedCount > 0)
      throw new Error(JSON.stringify(report));
    const { user, system } = process.cpuUsage(cpu);
    const { newCount, changedCount, unchangedCount } = report;
    const run: ImportRun = {
      seconds: (performance.now() - fromMs) / 1_000,
      cpuSeconds: (user + system) / 1e6,
      peakMiB: process.resourceUsage().maxRSS / 1_024,
      ...{ newCount, changedCount, unchangedCount },
    };
    process.stdout.write(JSON.stringify(run));
  } finally {
    await db.close();
  }
}

main(process.argv[2] ?? '', process.argv[3] ?? '').catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
