/** What was seen of calls at one hour of the day, on the clock at the person. */
export interface HourSeen {
  /** 0 to 23. */
  readonly hour: number;
  readonly calls: number;
  readonly answered: number;
  readonly rightParties: number;
}

/** What was seen on one day. */
export interface DaySeen {
  readonly calls: number;
  readonly rightParties: number;
}

/** What a forecast rests on. */
export interface CallsSeen {
  readonly days: number;
  readonly hours: readonly HourSeen[];
  readonly byDay: readonly DaySeen[];
  /** How long a call keeps its agent, from the reservation to the end of the wrap-up. */
  readonly held: { readonly meanSeconds: number; readonly squareMean: number };
}

/** With how much certainty: 8 of 10 such days lie within. */
export interface Band {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}

/** Calls that are to be placed. */
export interface PlannedCalls {
  /** 0 to 23, on the clock at the people called. */
  readonly hour: number;
  /** The same hour on the clock of the floor that calls them. */
  readonly floorHour: number;
  readonly calls: number;
  /** Mean chance of a right party of the people called then, where more is known than the hour's rate. */
  readonly rightPartyChance?: number | null;
}

export interface HourForecast {
  /** 0 to 23, on the clock of the floor. */
  readonly floorHour: number;
  readonly calls: number;
  readonly talks: Band;
  readonly rightParties: Band;
  /** Agents who are on these calls all the time. */
  readonly agents: Band;
}

export interface DayForecast {
  readonly calls: number;
  readonly talks: Band;
  readonly rightParties: Band;
  /** At the busiest hour. */
  readonly agents: Band;
  readonly hours: readonly HourForecast[];
}

/** Below them nothing is said. */
export const LEAST_CALLS = 200;
export const LEAST_DAYS = 3;

/** 80 % of a normal distribution lie within so many standard deviations. */
const Z80 = 1.2816;
/** An hour's own rate counts against that of all hours as if so many calls had been seen at it. */
const PRIOR_CALLS = 50;
const HOUR_SECONDS = 3_600;

/**
 * What `calls` an hour will bring, from what was seen: an hour's rate is shrunk to that of all hours
 * (of right parties, the people's own chances come first),
 * and the band holds the chance of each call, how well the rate is known, and how much days differ
 * beyond chance (Pearson's dispersion of the days seen; McCullagh and Nelder, Generalized Linear
 * Models, 4.5). Null: not enough was seen.
 */
export function forecastDay(planned: readonly PlannedCalls[], seen: CallsSeen): DayForecast | null {
  const total = sum(seen.hours.map(({ calls }) => calls));
  if (total < LEAST_CALLS || seen.byDay.length < LEAST_DAYS) return null;
  const spread = dispersion(seen.byDay);
  const rateOf = (count: (hour: HourSeen) => number): RateOfHour => {
    const mean = sum(seen.hours.map(count)) / total;
    return (hour) => {
      const one = seen.hours.find((other) => other.hour === hour);
      const known = (one?.calls ?? 0) + PRIOR_CALLS;
      const rate = ((one === undefined ? 0 : count(one)) + mean * PRIOR_CALLS) / known;
      return { rate, known };
    };
  };
  const answered = rateOf((hour) => hour.answered);
  const right = rateOf((hour) => hour.rightParties);
  const floorHours = [...new Set(planned.map(({ floorHour }) => floorHour))].sort((a, b) => a - b);
  const hours = floorHours.map((floorHour): HourForecast => {
    const then = planned.filter((one) => one.floorHour === floorHour);
    const calls = sum(then.map((one) => one.calls));
    return {
      floorHour,
      calls,
      talks: bandOf(then, answered, spread),
      rightParties: bandOf(then, right, spread, true),
      agents: agentsFor(calls, seen.held),
    };
  });
  const idle: Band = { low: 0, expected: 0, high: 0 };
  return {
    calls: sum(planned.map(({ calls }) => calls)),
    talks: bandOf(planned, answered, spread),
    rightParties: bandOf(planned, right, spread, true),
    agents: hours.reduce((most, { agents }) => (agents.high > most.high ? agents : most), idle),
    hours,
  };
}

type RateOfHour = (hour: number) => { readonly rate: number; readonly known: number };

function bandOf(
  planned: readonly PlannedCalls[],
  rateOf: RateOfHour,
  spread: number,
  ofRightParties = false,
): Band {
  let expected = 0;
  let chance = 0;
  let doubt = 0;
  for (const { hour, calls, rightPartyChance } of planned) {
    const { rate: seenRate, known } = rateOf(hour);
    const rate = (ofRightParties ? rightPartyChance : null) ?? seenRate;
    expected += calls * rate;
    chance += calls * rate * (1 - rate);
    // of the rate itself, as a beta distribution has it
    doubt += (calls ** 2 * rate * (1 - rate)) / (known + 1);
  }
  const deviation = Math.sqrt((chance + doubt) * spread);
  return band(expected, deviation);
}

function agentsFor(calls: number, { meanSeconds, squareMean }: CallsSeen['held']): Band {
  const { low, expected, high } = band(
    calls * meanSeconds,
    // the number of calls is planned, their lengths are drawn
    Math.sqrt(calls * Math.max(0, squareMean - meanSeconds ** 2)),
  );
  const agents = (seconds: number): number => Math.ceil(seconds / HOUR_SECONDS);
  return { low: agents(low), expected: agents(expected), high: agents(high) };
}

/** The standard deviation that a band was made of. */
export const deviationOf = ({ expected, high }: Band): number => (high - expected) / Z80;

function band(expected: number, deviation: number): Band {
  return {
    low: Math.max(0, expected - Z80 * deviation),
    expected,
    high: expected + Z80 * deviation,
  };
}

/** How much more days differ than chance alone would have it; at least 1. */
function dispersion(days: readonly DaySeen[]): number {
  const calls = sum(days.map((day) => day.calls));
  const rate = sum(days.map((day) => day.rightParties)) / calls;
  if (days.length < 2 || rate === 0 || rate === 1) return 1;
  const pearson = sum(
    days.map((day) => (day.rightParties - day.calls * rate) ** 2 / (day.calls * rate * (1 - rate))),
  );
  return Math.max(1, pearson / (days.length - 1));
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
