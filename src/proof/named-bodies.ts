import { readBodies } from '../db/binding-rules';
import type { Queryable } from '../db/database';
import type { BodyLine } from './export-format';
import { rulesOfRecord } from './rules-of-record';

/** The rules that records name, each told once: with them and the facts a decision can be replayed. */
export class NamedBodies {
  private readonly told = new Set<string>();

  constructor(private readonly db: Queryable) {}

  /** Bodies that this record names and none before it did; none without facts. */
  async before(entry: {
    readonly record: string | null;
    readonly facts?: string | null | undefined;
  }): Promise<BodyLine[]> {
    if (entry.record === null || typeof entry.facts !== 'string') return [];
    const named = rulesOfRecord(entry.record).map(({ sha256 }) => sha256);
    const missing = named.filter((sha256) => !this.told.has(sha256));
    if (missing.length === 0) return [];
    for (const sha256 of missing) this.told.add(sha256);
    const bodies = await readBodies(this.db, missing);
    return [...bodies].map(([sha256, body]) => ({ type: 'body', sha256, body }));
  }
}
