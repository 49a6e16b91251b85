import type { Queryable } from '../src/db/database';
import { listChoices, type KeptChoice } from '../src/db/moment-choices';
import {
  readMomentFacts,
  readNumbers,
  type MomentFacts,
  type NumberRow,
} from '../src/db/moment-facts';
import { basisOf, chanceNow, type ChanceNow, type MomentBasis } from './best-time/decide-moment';
import { explainMoment, type MomentWords } from './best-time/explain-moment';
import { momentScorer } from './best-time/moment-score';
import { byScore, NEW_NUMBER, numberScores } from './best-time/number-score';
import type { Payday } from './best-time/payday';
import { NEW_PERSON, type PersonModel } from './best-time/person-model';
import { hourOf, weekdayOf } from './best-time/wall-minute';
import type { Gate } from './create-gate';
import { numberByte, paydayOf, segmentOf } from './moment-models';
import { inquire, readShelf, type MomentInquiry } from './plan-moments';
import { slotsOf } from './lawful-times';

/** One hour of one weekday. */
export interface MapCell {
  /** ISO weekday. */
  readonly weekday: number;
  readonly hour: number;
  readonly dials: number;
  readonly answered: number;
  readonly rightParty: number;
  /** Chance of a right party, the next time that the law opens the hour; null: not within nine days. */
  readonly chance: number | null;
  readonly score: number | null;
}

export interface BestTime {
  readonly accountId: string;
  readonly debtorId: string;
  readonly at: Date;
  readonly basis: MomentBasis;
  readonly words: MomentWords;
  readonly zone: string | null;
  readonly segment: string;
  /** Dials with an outcome behind each level, old ones weighed less. */
  readonly dials: { readonly person: number; readonly segment: number; readonly portfolio: number };
  readonly payday: Payday | null;
  readonly objects: boolean;
  readonly inControl: boolean;
  readonly nextAttemptAt: Date | null;
  readonly now: ChanceNow;
  readonly hours: readonly number[];
  readonly map: readonly MapCell[];
  /** The person's own numbers, best chance first, as they are asked about unless a document says otherwise. */
  readonly numbers: readonly ScoredNumber[];
  /** The latest first. */
  readonly choices: readonly KeptChoice[];
}

/** How one number stands. */
export interface ScoredNumber {
  readonly phoneId: string;
  /** How much oftener than expected it brought the person; a new one has 1. */
  readonly score: number;
  readonly dials: number;
  readonly answered: number;
  readonly rightParty: number;
  readonly triedAt: Date | null;
}

const CHOICES = 10;
const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];

/** What is known of when the account's person answers, and the moments chosen by it. Null: no account. */
export async function explainBestTime(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  asked: { readonly accountId: string; readonly campaignId: string | null },
): Promise<BestTime | null> {
  const at = gate.clock();
  const [facts] = await readMomentFacts(db, [asked.accountId], asked.campaignId);
  if (facts === undefined) return null;
  const binding = await gate.rules.bindingAt(db, at);
  const inquiry = inquire(facts, await readShelf(db, [facts]), binding, at.getTime());
  const { question, standing, times } = inquiry;
  const { groups, person, hours } = question;
  const basis = basisOf(standing, groups);
  return {
    accountId: facts.accountId,
    debtorId: facts.debtorId,
    at,
    basis,
    words: explainMoment(groups, person, { basis, hours }),
    zone: times.zone,
    segment: segmentOf(facts),
    dials: {
      person: person.model.attempts.length,
      segment: groups.segment.dials,
      portfolio: groups.portfolio.dials,
    },
    payday: paydayOf(facts),
    objects: facts.objects,
    inControl: facts.inControl,
    nextAttemptAt: facts.nextAttemptAt,
    now: chanceNow(groups, person, question.now, { ...standing, hours }),
    hours,
    map: mapOf(inquiry, facts, at, basis),
    numbers: scoredNumbers(await readNumbers(db, facts.debtorId), person.model, facts.objects),
    choices: await listChoices(db, facts.accountId, CHOICES),
  };
}

/** Who objects to profiling has the order of who was never dialed. */
function scoredNumbers(
  rows: readonly NumberRow[],
  model: PersonModel,
  objects: boolean,
): ScoredNumber[] {
  const { attempts } = objects ? NEW_PERSON : model;
  const scores = numberScores({ attempts });
  const numbers = rows.map((row) => ({ ...row, number: numberByte(row.phoneId) }));
  return byScore(numbers, scores).map(({ phoneId, number, triedAt }) => {
    const dials = attempts.filter((one) => one.number === number);
    return {
      phoneId,
      score: scores[number] ?? NEW_NUMBER,
      dials: dials.length,
      answered: dials.filter(({ kind }) => kind !== 'nobody').length,
      rightParty: dials.filter(({ kind }) => kind === 'right_party').length,
      triedAt,
    };
  });
}

/** Seven days by the hours that the law opens, and those at which the person was dialed. */
function mapOf(
  { question, times }: MomentInquiry,
  facts: MomentFacts,
  at: Date,
  basis: MomentBasis,
): MapCell[] {
  const { groups, person, now, hours } = question;
  const score = momentScorer(groups, person, now, hours);
  const ahead = new Map<string, ReturnType<typeof score>>();
  for (const slot of slotsOf(times, at.getTime())) {
    const key = `${weekdayOf(slot.at)} ${hourOf(slot.at)}`;
    if (!ahead.has(key)) ahead.set(key, score(slot.at));
  }
  const seen = new Set([...hours, ...person.model.attempts.map((one) => hourOf(one.at))]);
  return WEEKDAYS.flatMap((weekday) =>
    [...seen]
      .sort((a, b) => a - b)
      .map((hour) => {
        const dials = person.model.attempts.filter(
          (one) => weekdayOf(one.at) === weekday && hourOf(one.at) === hour,
        );
        // who objects is not profiled, and before there are data there is nothing to tell
        const next = basis === 'model' ? ahead.get(`${weekday} ${hour}`) : undefined;
        return {
          weekday,
          hour,
          dials: facts.objects ? 0 : dials.length,
          answered: facts.objects ? 0 : dials.filter(({ kind }) => kind !== 'nobody').length,
          rightParty: facts.objects ? 0 : dials.filter(({ kind }) => kind === 'right_party').length,
          chance: next?.chance ?? null,
          score: next?.score ?? null,
        };
      }),
  );
}
