import type { ContactKind } from './contact-kind';
import {
  binIndex,
  binPrior,
  FACTOR_BIN_COUNT,
  FACTOR_NAMES,
  type FactorBins,
  type FactorName,
} from './factors';
import { decayOver } from './person-model';
import { HOURS, hourOf, WEEKDAY_KINDS, weekdayKindOf, type WallMinute } from './wall-minute';

/** 3 kinds of weekday × 24 hours of the wall clock. */
export const CELLS = WEEKDAY_KINDS.length * HOURS;
export const cellOf = (at: WallMinute): number => weekdayKindOf(at) * HOURS + hourOf(at);

/**
 * What a portfolio, or a segment of it, has taught: decayed sums of right-party contacts beside
 * those that were expected without what the sum is about, so that observed over expected is its effect.
 */
export interface GroupModel {
  /** What the sums are decayed to. */
  readonly asOf: WallMinute;
  readonly dials: number;
  readonly contacts: number;
  /** Contacts that the level above expected. */
  readonly expected: number;
  readonly cellContacts: readonly number[];
  readonly cellExpected: readonly number[];
  readonly binContacts: readonly number[];
  readonly binExpected: readonly number[];
}

const zeros = (length: number): number[] => Array.from({ length }, () => 0);

export const NEW_GROUP: GroupModel = {
  asOf: 0,
  dials: 0,
  contacts: 0,
  expected: 0,
  cellContacts: zeros(CELLS),
  cellExpected: zeros(CELLS),
  binContacts: zeros(FACTOR_BIN_COUNT),
  binExpected: zeros(FACTOR_BIN_COUNT),
};

/** Where the person stands: the portfolio is the creditor's, the segment a part of it. */
export interface Groups {
  readonly portfolio: GroupModel;
  readonly segment: GroupModel;
}

/** Chance of a right party before anything is known; prior weights below are in contacts. */
const FLAT_CHANCE = 0.08;
const RATE_WEIGHT = 8;
const LEVEL_WEIGHT = 8;
const CELL_WEIGHT = 4;
const FACTOR_WEIGHT = 8;
const LEAST_CHANCE = 0.0005;
const MOST_CHANCE = 0.95;

const ratio = (contacts: number, expected: number, weight: number, prior = 1): number =>
  (contacts + weight * prior) / (expected + weight);

/** Chance of a right party at any dial of the portfolio. */
export function portfolioChance({ dials, contacts }: GroupModel): number {
  return (contacts + RATE_WEIGHT) / (dials + RATE_WEIGHT / FLAT_CHANCE);
}

/** The segment's level against the portfolio. */
export const segmentLevel = ({ segment }: Groups): number =>
  ratio(segment.contacts, segment.expected, LEVEL_WEIGHT);

/** The cell's effect: the segment's, shrunk to the portfolio's, shrunk to none. */
export function cellEffect({ portfolio, segment }: Groups, cell: number): number {
  return cellRatio(portfolio, cell) * cellRatio(segment, cell);
}

const cellRatio = (group: GroupModel, cell: number): number =>
  ratio(group.cellContacts[cell] ?? 0, group.cellExpected[cell] ?? 0, CELL_WEIGHT);

export function factorEffect({ portfolio }: Groups, name: FactorName, bin: number): number {
  const index = binIndex(name, bin);
  const prior = binPrior(name, bin);
  return ratio(
    portfolio.binContacts[index] ?? 0,
    portfolio.binExpected[index] ?? 0,
    FACTOR_WEIGHT,
    prior,
  );
}

export const boundChance = (chance: number): number =>
  Math.min(MOST_CHANCE, Math.max(LEAST_CHANCE, chance));

/** Chance of a right party for anybody of these groups, under these circumstances. */
export function expectedChance(groups: Groups, at: WallMinute, bins: FactorBins): number {
  const level = portfolioChance(groups.portfolio) * segmentLevel(groups);
  const factors = FACTOR_NAMES.reduce(
    (product, name) => product * factorEffect(groups, name, bins[name]),
    1,
  );
  return boundChance(level * cellEffect(groups, cellOf(at)) * factors);
}

/** One dial and what came of it, with all that the models looked at. */
export interface Observation {
  readonly at: WallMinute;
  readonly kind: ContactKind;
  readonly bins: FactorBins;
  /** See {@link PastAttempt.number}. */
  readonly number: number;
}

/**
 * The groups after one more dial.
 * @param personLevel how much more often than others the person was reached before: what is theirs
 *   is not the hour's
 */
export function learnGroups(groups: Groups, seen: Observation, personLevel: number): Groups {
  const expected = expectedChance(groups, seen.at, seen.bins) * personLevel;
  const cell = cellOf(seen.at);
  const inSegment = cellRatio(groups.segment, cell);
  const inPortfolio = cellRatio(groups.portfolio, cell);
  const level = segmentLevel(groups);
  const contact = seen.kind === 'right_party' ? 1 : 0;
  const add = (group: GroupModel, own: Own): GroupModel => addDial(group, seen, contact, own);
  return {
    portfolio: add(groups.portfolio, {
      expected,
      cell: expected / (inPortfolio * inSegment),
      bins: FACTOR_NAMES.map((name) => expected / factorEffect(groups, name, seen.bins[name])),
    }),
    segment: add(groups.segment, {
      expected: expected / level,
      cell: expected / inSegment,
      bins: [],
    }),
  };
}

/** Contacts expected of a dial without the level, the cell, each factor. */
interface Own {
  readonly expected: number;
  readonly cell: number;
  readonly bins: readonly number[];
}

function addDial(group: GroupModel, seen: Observation, contact: number, own: Own): GroupModel {
  const asOf = Math.max(group.asOf, seen.at);
  const fade = group.asOf === 0 ? 1 : decayOver(asOf - group.asOf);
  const weight = decayOver(asOf - seen.at);
  const cell = cellOf(seen.at);
  const faded = (sums: readonly number[]): number[] => sums.map((sum) => sum * fade);
  const next = {
    asOf,
    dials: group.dials * fade + weight,
    contacts: group.contacts * fade + weight * contact,
    expected: group.expected * fade + weight * own.expected,
    cellContacts: faded(group.cellContacts),
    cellExpected: faded(group.cellExpected),
    binContacts: faded(group.binContacts),
    binExpected: faded(group.binExpected),
  };
  addTo(next.cellContacts, cell, weight * contact);
  addTo(next.cellExpected, cell, weight * own.cell);
  for (const [place, expected] of own.bins.entries()) {
    const name = FACTOR_NAMES[place];
    if (name === undefined) continue;
    addTo(next.binContacts, binIndex(name, seen.bins[name]), weight * contact);
    addTo(next.binExpected, binIndex(name, seen.bins[name]), weight * expected);
  }
  return next;
}

function addTo(sums: number[], place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}
