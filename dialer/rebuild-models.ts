import {
  lockLearning,
  readEvidence,
  readGroups,
  readPersons,
  replaceModels,
  type Evidence,
} from '../src/db/best-time-models';
import type { Database, Queryable } from '../src/db/database';
import { findChoice } from '../src/db/moment-choices';
import { FACTOR_NAMES, type FactorBins } from './best-time/factors';
import { observe } from './best-time/observe';
import { ModelShelf } from './moment-models';
import { decideAgain, type KeptQuestion } from './plan-moments';

const PAGE = 5_000;

/** The models as the history makes them, learnt from anew. @param upTo last row; null: all of it */
export async function foldHistory(db: Queryable, upTo: string | null): Promise<ModelShelf> {
  const shelf = new ModelShelf();
  for (let after = '0'; ;) {
    const rows = await readEvidence(db, { after, upTo, limit: PAGE });
    for (const row of rows) learnAgain(shelf, row);
    const last = rows.at(-1);
    if (last === undefined) return shelf;
    after = last.seq;
  }
}

function learnAgain(shelf: ModelShelf, row: Evidence): void {
  const { creditorId, segment, debtorId, wallMinute: at, kind, number } = row;
  const bins = Object.fromEntries(
    FACTOR_NAMES.map((name, place) => [name, row.bins[place] ?? 0]),
  ) as FactorBins;
  const models = { ...shelf.groupsOf(creditorId, segment), person: shelf.personOf(debtorId) };
  shelf.put({ creditorId, segment, debtorId }, observe(models, { at, kind, bins, number }));
}

export interface RebuildReport {
  readonly persons: number;
  readonly groups: number;
  /** Models that were not the same to the last bit before. */
  readonly differing: number;
}

/** Builds every model again from the history and puts it in place. Learning waits meanwhile. */
export function rebuildModels(db: Database, options: { dryRun: boolean }): Promise<RebuildReport> {
  return db.transaction(async (tx) => {
    await lockLearning(tx, true);
    const built = (await foldHistory(tx, null)).packed();
    const kept = new Map<string, Uint8Array>();
    const groups = await readGroups(tx, built.groups);
    for (const { creditorId, segment, state } of groups) kept.set(creditorId + segment, state);
    const persons = await readPersons(
      tx,
      built.persons.map(({ debtorId }) => debtorId),
    );
    for (const { debtorId, state } of persons) kept.set(debtorId, state);
    const differs = (key: string, state: Uint8Array): boolean =>
      Buffer.compare(kept.get(key) ?? new Uint8Array(), state) !== 0;
    const differing =
      built.groups.filter((one) => differs(one.creditorId + one.segment, one.state)).length +
      built.persons.filter((one) => differs(one.debtorId, one.state)).length;
    if (!options.dryRun) await replaceModels(tx, built);
    return { persons: built.persons.length, groups: built.groups.length, differing };
  });
}

/** Chooses a kept moment again, with the models as they were. Null: there is no such choice. */
export async function replayChoice(
  db: Queryable,
  choiceId: string,
): Promise<{ readonly same: boolean } | null> {
  const kept = await findChoice(db, choiceId);
  if (kept === null) return null;
  const shelf = await foldHistory(db, kept.learntSeq);
  const { creditorId, debtorId, segment } = kept;
  const { decision } = decideAgain(
    kept.question as KeptQuestion,
    { shelf, creditorId, debtorId },
    segment,
  );
  const same =
    decision.basis === kept.basis &&
    JSON.stringify(decision.score?.parts ?? null) === sorted(kept.parts, decision.score?.parts);
  return { same };
}

/** jsonb keeps an object's keys in an order of its own; a part that was not known then added nothing. */
function sorted(
  parts: Readonly<Record<string, number>> | null,
  like: Readonly<Record<string, number>> | undefined,
): string {
  if (parts === null || like === undefined) return JSON.stringify(parts);
  return JSON.stringify(Object.fromEntries(Object.keys(like).map((key) => [key, parts[key] ?? 0])));
}
