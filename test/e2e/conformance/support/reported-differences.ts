import type { ConformanceSuite } from './conformance-suite';

export interface ReportedDifference {
  scenario: string;
  /** Section of the RFC, or the harm done, that the scenario stands for. */
  because: string;
  seen: string;
}

/**
 * A scenario in which another server is known to depart from the RFC or to be open to harm. Our own must
 * pass it; of a server that DRACHTIO_URL names it is tried all the same, and what was seen goes into
 * the table printed after the file. Nothing is left out in silence.
 */
export function mayDiffer(
  suite: Pick<ConformanceSuite, 'target' | 'differences'>,
  scenario: string,
  because: string,
  run: () => Promise<void>,
): () => Promise<void> {
  return async () => {
    if (suite.target.embedded) {
      await run();
      return;
    }
    const seen = await run().then(() => 'as it should be', firstLine);
    suite.differences.push({ scenario, because, seen });
  };
}

/** Prints the table; to stdout itself, because jest's console adds a stack to each line. */
export function printDifferences(differences: readonly ReportedDifference[]): void {
  if (differences.length === 0) return;
  const lines = differences.map(
    ({ scenario, because, seen }) => `| ${scenario} | ${because} | ${seen} |`,
  );
  process.stdout.write(
    ['', '| scenario | why | this server |', '| --- | --- | --- |', ...lines, '', ''].join('\n'),
  );
}

function firstLine(error: unknown): string {
  const text = (error instanceof Error ? error.message : String(error))
    .replace(/\u001b\[\d+m/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('expect('))
    .join('; ');
  return `DIFFERS: ${text.slice(0, 200)}`;
}
