import { readGroups, readPersons } from '../src/db/best-time-models';
import type { Queryable } from '../src/db/database';
import type { MomentChoice } from '../src/db/moment-choices';
import type { MomentFacts } from '../src/db/moment-facts';
import { attemptBudget } from './best-time/attempt-budget';
import type { MomentQuestion } from './best-time/choose-moment';
import { crowdingOf } from './best-time/crowd';
import { decideMoment, type MomentDecision, type Standing } from './best-time/decide-moment';
import { isInside } from './best-time/local-windows';
import { fromRuns, toRuns, type SlotRun } from './best-time/slot-runs';
import type { WallMinute } from './best-time/wall-minute';
import { readOutlooks } from './floor-outlook';
import { lawfulTimes, slotsOf, type LawfulTimes, type Slot } from './lawful-times';
import { ModelShelf, personFrom, segmentOf, zonesOf } from './moment-models';
import type { BindingRules } from './rule-store';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
/** Moments of one hour lie within its first three quarters: a late one would slip into the next. */
const SPREAD_MS = 45 * MINUTE_MS;
const TAKE_UP_MS = 10 * MINUTE_MS;

/** All that a moment for one account is decided by. */
export interface MomentInquiry {
  readonly facts: MomentFacts;
  readonly times: LawfulTimes;
  readonly segment: string;
  readonly standing: Standing;
  readonly question: MomentQuestion;
  readonly slots: readonly Slot[];
  /** The instant before which nothing may be chosen, ms. */
  readonly earliestMs: number;
}

/** Models of everybody in these facts, and what is planned, as they are now. */
export async function readShelf(db: Queryable, facts: readonly MomentFacts[]): Promise<ModelShelf> {
  const groups = await readGroups(
    db,
    facts.map((one) => ({ creditorId: one.creditorId, segment: segmentOf(one) })),
  );
  const persons = await readPersons(db, [...new Set(facts.map((one) => one.debtorId))]);
  const creditors = [...new Set(facts.map((one) => one.creditorId))];
  return new ModelShelf(groups, persons, await readOutlooks(db, creditors));
}

/** The question for one account: lawful moments, what the caps leave, and what the models say. */
export function inquire(
  facts: MomentFacts,
  shelf: ModelShelf,
  binding: BindingRules,
  nowMs: number,
): MomentInquiry {
  const times = timesFor(facts, binding, nowMs);
  const segment = segmentOf(facts);
  const person = personFrom(facts, shelf.personOf(facts.debtorId), facts.phoneId);
  const fromMs = Math.max(nowMs, facts.nextAttemptAt?.getTime() ?? nowMs);
  const { freeFrom, budget } = attemptBudget(person.model, times.caps, times.wall(fromMs));
  const earliestMs = fromMs + (freeFrom - times.wall(fromMs)) * MINUTE_MS;
  const slots = slotsOf(times, earliestMs).filter(({ at }) => !isInside(facts.refused, at));
  const outlook = shelf.outlookOf(facts.creditorId);
  return {
    facts,
    times,
    segment,
    slots,
    earliestMs,
    standing: { objects: facts.objects, inControl: facts.inControl },
    question: {
      groups: shelf.groupsOf(facts.creditorId, segment),
      person,
      now: times.wall(nowMs),
      slots: slots.map(({ at }) => at),
      hours: times.hours,
      budget,
      crowded: crowdingOf(slots.map(({ ms }) => outlook.crowdingAt(ms))),
    },
  };
}

export function timesFor(facts: MomentFacts, binding: BindingRules, nowMs: number): LawfulTimes {
  const { country, collector, creditorPacks, campaignPacks, province, product } = facts;
  const who = { country, collector, creditorPacks, campaignPacks, province, product };
  return lawfulTimes(binding, { ...who, zones: zonesOf(facts) }, nowMs);
}

export interface ChosenMoment {
  readonly decision: MomentDecision;
  /** Null: no lawful moment ahead. */
  readonly slot: Slot | null;
  readonly atMs: number | null;
}

/** When the account's next attempt should be. */
export function chooseFor(inquiry: MomentInquiry): ChosenMoment {
  const { facts, question, standing, slots } = inquiry;
  const decision = decideMoment(question, standing, facts.lot);
  const slot = slots.find(({ at }) => at === decision.at) ?? null;
  return { decision, slot, atMs: slot === null ? null : instantIn(slot, facts.accountId) };
}

/** The next choices of the same floor see it planned. */
export function countOnShelf(shelf: ModelShelf, { facts }: MomentInquiry, chosen: Date): void {
  const outlook = shelf.outlookOf(facts.creditorId);
  if (facts.plannedFor !== null) outlook.count(facts.plannedFor.getTime(), -1);
  outlook.count(chosen.getTime(), 1);
}

/** Accounts chosen for one hour come over its length, not all at its beginning. */
function instantIn({ at, ms, endMs }: Slot, accountId: string): number {
  // not the beginning of an hour: it is the first possible moment
  if (at % HOUR_MINUTES !== 0) return ms;
  const room = Math.max(0, Math.min(SPREAD_MS, endMs - ms - TAKE_UP_MS));
  return ms + Math.floor((Number.parseInt(accountId.slice(-8), 16) / 2 ** 32) * room);
}

/** The row that keeps a choice. */
export function choiceOf(
  inquiry: MomentInquiry,
  { decision }: ChosenMoment,
  instants: { readonly earliest: Date; readonly chosen: Date },
  learntSeq: string,
): MomentChoice {
  const { facts, segment } = inquiry;
  return {
    accountId: facts.accountId,
    debtorId: facts.debtorId,
    creditorId: facts.creditorId,
    basis: decision.basis,
    earliest: instants.earliest.toISOString(),
    chosen: instants.chosen.toISOString(),
    chance: decision.score?.chance ?? null,
    score: decision.score?.score ?? null,
    parts: decision.score?.parts ?? null,
    question: keptQuestion(inquiry),
    segment,
    learntSeq,
  };
}

/** The question but for the models, which are the fold of the evidence before it. */
export interface KeptQuestion extends Omit<MomentQuestion, 'groups' | 'person' | 'slots'> {
  readonly person: Omit<MomentQuestion['person'], 'model'>;
  readonly slots: readonly SlotRun[];
  readonly standing: Standing;
  readonly lot: number;
}

function keptQuestion({ question, standing, facts }: MomentInquiry): KeptQuestion {
  const { groups: _groups, person, slots, ...rest } = question;
  const { model: _model, ...told } = person;
  return { ...rest, person: told, slots: toRuns(slots), standing, lot: facts.lot };
}

/** Decides a kept question again, with the models as they were. @returns the moment chosen */
export function decideAgain(
  kept: KeptQuestion,
  models: { readonly shelf: ModelShelf; readonly creditorId: string; readonly debtorId: string },
  segment: string,
): { readonly at: WallMinute | null; readonly decision: MomentDecision } {
  const { standing, lot, slots, person, ...rest } = kept;
  const question: MomentQuestion = {
    ...rest,
    slots: fromRuns(slots),
    groups: models.shelf.groupsOf(models.creditorId, segment),
    person: { ...person, model: models.shelf.personOf(models.debtorId) },
  };
  const decision = decideMoment(question, standing, lot);
  return { at: decision.at, decision };
}
