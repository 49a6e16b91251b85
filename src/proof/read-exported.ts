import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { memberOf } from './chain-check';
import { parseLine } from './export-format';
import { parseSliceLine } from './slice-format';

/** What a file of the ledger holds for a replay: rules as they come, and decisions that name them. */
export interface ExportedDecisions {
  /** Once, in the order of the file. */
  readonly decisions: AsyncIterable<{
    readonly id: string;
    readonly record: string;
    /** Null: they are not for whom the file is. */
    readonly facts: string | null;
  }>;
  /** Bodies that stood in the file before, by sha256 (hex). */
  readBodies(sha256s: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** The file cannot be replayed: it is something else, was changed, or lacks the facts. */
export class UnusableExport extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnusableExport';
  }
}

/**
 * Reads an export or a slice for a replay, line by line; verifying it is another matter. A decision
 * without its facts ends it, unless they are withheld.
 * @throws UnusableExport while it is read
 */
export function readExported(path: string): ExportedDecisions {
  const bodies = new Map<string, string>();
  async function* decisions(): ExportedDecisions['decisions'] {
    const lines = createInterface({ input: createReadStream(path), crlfDelay: Infinity });
    for await (const text of lines) {
      const line = parseLine(text) ?? parseSliceLine(text);
      if (line === null) throw new UnusableExport('is no export of the ledger, or was changed');
      if (line.type === 'body') bodies.set(line.sha256, line.body);
      if (line.type !== 'entry' || line.kind !== 'decision' || line.record === null) continue;
      const id = memberOf(line.record, 'id') ?? '';
      if ('withheld' in line) {
        yield { id, record: line.record, facts: null };
        continue;
      }
      if (line.facts === undefined) {
        throw new UnusableExport('has no facts: export it anew, with --facts');
      }
      yield { id, record: line.record, facts: line.facts };
    }
  }
  return {
    decisions: decisions(),
    readBodies: (sha256s) =>
      Promise.resolve(
        new Map(
          sha256s.flatMap((sha256) => {
            const body = bodies.get(sha256);
            return body === undefined ? [] : [[sha256, body] as const];
          }),
        ),
      ),
  };
}
