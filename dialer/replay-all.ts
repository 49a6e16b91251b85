import type { Calendar } from './compliance/calendar';
import type { RulePack } from './compliance/rule-pack';
import { parseRecord, replay, RuleLibrary, type KeptTexts, type MadeElsewhere } from './replay';
import { whatIf, WhatIfTally, type WhatIf, type WhatIfTotals } from './what-if';

/** Where kept decisions come from: the database, or an export of it. */
export interface ReplaySource {
  readonly decisions: AsyncIterable<KeptTexts>;
  /** Bodies by sha256 (hex) of those that are there. */
  readonly readBodies: (sha256s: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

export interface ReplayTotals {
  readonly replayed: number;
  readonly differ: number;
  readonly notReplayable: number;
  /** Of those replayed: made with another time zone database, or by another version of the program. */
  readonly otherTzdb: ReadonlyMap<string, number>;
  readonly otherEngine: ReadonlyMap<string, number>;
}

/** Replays one after the other: memory does not grow with their number. @param tell once a difference */
export async function replayAll(
  source: ReplaySource,
  here: MadeElsewhere,
  tell: (line: string) => void,
): Promise<ReplayTotals> {
  const library = new RuleLibrary();
  const counts = { replayed: 0, differ: 0, notReplayable: 0 };
  const otherTzdb = new Map<string, number>();
  const otherEngine = new Map<string, number>();
  for await (const kept of source.decisions) {
    await loadBodies(source, library, kept);
    const result = replay(kept, library);
    if (result.kind === 'not_replayable') {
      counts.notReplayable += 1;
      tell(`${kept.id} cannot be replayed: ${result.reason}`);
      continue;
    }
    counts.replayed += 1;
    const made = parseRecord(kept.record);
    if (made !== null && made.tzdb !== here.tzdb) count(otherTzdb, made.tzdb);
    if (made !== null && made.engine !== here.engine) count(otherEngine, made.engine);
    if (result.kind === 'differs') {
      counts.differ += 1;
      tell(`${kept.id} differs: ${result.fields.join(', ')}`);
    }
  }
  return { ...counts, otherTzdb, otherEngine };
}

/** What would have been decided otherwise by other packs. @param tell once a change */
export async function whatIfAll(
  source: ReplaySource,
  other: {
    readonly packs: readonly RulePack[];
    readonly calendars: readonly Calendar[];
    readonly added: boolean;
  },
  tell: (id: string, change: WhatIf) => void,
): Promise<WhatIfTotals> {
  const library = new RuleLibrary();
  const tally = new WhatIfTally();
  for await (const kept of source.decisions) {
    await loadBodies(source, library, kept);
    const change = whatIf(kept, library, other);
    tally.add(change);
    if (change !== null && change.change !== 'none') tell(kept.id, change);
  }
  return tally.totals();
}

async function loadBodies(
  source: ReplaySource,
  library: RuleLibrary,
  kept: KeptTexts,
): Promise<void> {
  const record = parseRecord(kept.record);
  if (record === null) return;
  const missing = [...record.packs, ...record.calendars]
    .map(({ sha256 }) => sha256)
    .filter((sha256) => !library.has(sha256));
  if (missing.length === 0) return;
  for (const body of (await source.readBodies(missing)).values()) library.add(body);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
