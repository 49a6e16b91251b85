import {
  addEvidence,
  lockLearning,
  readLearntSeq,
  saveModels,
  takeLessons,
  type Evidence,
  type Lesson,
} from '../src/db/best-time-models';
import type { Transaction } from '../src/db/database';
import { applyChoices, keepAsPlanned } from '../src/db/moment-choices';
import { readMomentFacts, type MomentFacts } from '../src/db/moment-facts';
import { countPlans } from '../src/db/moment-load';
import { contactKindOf } from './best-time/contact-kind';
import { FACTOR_NAMES } from './best-time/factors';
import { binsAt } from './best-time/moment-score';
import { observe } from './best-time/observe';
import type { Gate } from './create-gate';
import { numberByte, personFrom, segmentOf, type ModelShelf } from './moment-models';
import { choiceOf, chooseFor, countOnShelf, inquire, readShelf, timesFor } from './plan-moments';
import type { BindingRules } from './rule-store';

/** Lessons of one transaction. */
const LESSONS = 200;

export interface LearningReport {
  /** Outcomes that were looked at. */
  readonly lessons: number;
  /** Accounts whose next moment was chosen. */
  readonly chosen: number;
}

/**
 * Learns from outcomes that nobody has learnt from, and chooses the next moments of their accounts,
 * in one transaction. One process at a time; the others find nothing to do. What an outcome said
 * stands in the queue since its own transaction: nothing is lost, nothing is learnt twice.
 */
export function learnOutcomes(gate: Pick<Gate, 'db' | 'rules' | 'clock'>): Promise<LearningReport> {
  return gate.db.transaction(async (tx) => {
    if (!(await lockLearning(tx, false))) return { lessons: 0, chosen: 0 };
    const lessons = await takeLessons(tx, LESSONS);
    if (lessons.length === 0) return { lessons: 0, chosen: 0 };
    const now = gate.clock();
    const binding = await gate.rules.bindingAt(tx, now);
    const facts = await readFactsOf(tx, lessons);
    const shelf = await readShelf(tx, [...facts.values()]);
    const evidence = lessons.flatMap((lesson) => {
      const about = facts.get(lesson.accountId);
      return about === undefined ? [] : learnLesson(lesson, about, shelf, binding);
    });
    await addEvidence(tx, evidence);
    await saveModels(tx, shelf.packed());
    const chosen = await planAfter(tx, { lessons, facts, shelf, binding, nowMs: now.getTime() });
    return { lessons: lessons.length, chosen };
  });
}

/** By account; each with the rule packs of the campaign that dialed it. */
async function readFactsOf(
  tx: Transaction,
  lessons: readonly Lesson[],
): Promise<Map<string, MomentFacts>> {
  const facts = new Map<string, MomentFacts>();
  for (const campaignId of new Set(lessons.map((lesson) => lesson.campaignId))) {
    const ids = lessons.filter((one) => one.campaignId === campaignId).map((one) => one.accountId);
    for (const one of await readMomentFacts(tx, ids, campaignId)) facts.set(one.accountId, one);
  }
  return facts;
}

/** @returns what was learnt from: nothing, when the dial says nothing of the moment */
function learnLesson(
  lesson: Lesson,
  facts: MomentFacts,
  shelf: ModelShelf,
  binding: BindingRules,
): Evidence[] {
  const { phoneId, at, direction } = lesson;
  const kind = contactKindOf(lesson.result, lesson.code);
  if (kind === null || at === null || phoneId === null || lesson.purpose !== 'collect') return [];
  // who calls shows when the person is free to talk; that somebody else called shows nothing
  if (direction === 'in' && kind !== 'right_party') return [];
  const wallMinute = timesFor(facts, binding, at.getTime()).wall(at.getTime());
  const { creditorId, debtorId } = facts;
  const segment = segmentOf(facts);
  const model = shelf.personOf(debtorId);
  const bins = binsAt(personFrom(facts, model, phoneId), wallMinute);
  const number = numberByte(phoneId);
  const groups = shelf.groupsOf(creditorId, segment);
  shelf.put(
    { creditorId, segment, debtorId },
    observe({ ...groups, person: model }, { at: wallMinute, kind, bins, number }),
  );
  return [
    {
      attemptId: lesson.attemptId,
      creditorId,
      campaignId: lesson.campaignId,
      debtorId,
      segment,
      wallMinute,
      kind,
      number,
      bins: FACTOR_NAMES.map((name) => bins[name]),
    },
  ];
}

interface Learnt {
  readonly lessons: readonly Lesson[];
  readonly facts: ReadonlyMap<string, MomentFacts>;
  readonly shelf: ModelShelf;
  readonly binding: BindingRules;
  readonly nowMs: number;
}

/** A callback is at the time that the person named; all others are chosen for. */
async function planAfter(tx: Transaction, learnt: Learnt): Promise<number> {
  const { lessons, facts, shelf, binding, nowMs } = learnt;
  const named = lessons.filter(({ code }) => code === 'RPC_CALLBACK').map((one) => one.accountId);
  const kept = await keepAsPlanned(tx, named);
  const learntSeq = await readLearntSeq(tx);
  const waiting = [...facts.values()].filter(
    ({ accountId, status, blockedReason, nextAttemptAt }) =>
      status === 'open' &&
      blockedReason === null &&
      nextAttemptAt !== null &&
      !named.includes(accountId),
  );
  const choices = waiting.flatMap((one) => {
    const inquiry = inquire(one, shelf, binding, nowMs);
    const chosen = chooseFor(inquiry);
    if (chosen.atMs === null || one.nextAttemptAt === null) return [];
    const instants = { earliest: one.nextAttemptAt, chosen: new Date(chosen.atMs) };
    countOnShelf(shelf, inquiry, instants.chosen);
    return [choiceOf(inquiry, chosen, instants, learntSeq)];
  });
  const planned = await applyChoices(tx, choices);
  await countPlans(tx, [...kept, ...planned]);
  return planned.length;
}
