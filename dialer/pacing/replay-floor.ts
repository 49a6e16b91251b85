import { seededDraws } from '../../src/domain/seeded-draws';

/** One call of a past day, as it went; ms. */
export interface PastCall {
  /** The earliest instant at which it could have been placed: the account was due, and nobody free. */
  readonly availableAtMs: number;
  /** From then, or from the agent's being ready, to the reservation: what the scheduler takes. */
  readonly takeUpMs: number;
  /** From the reservation to the first ringing, or to the end of what never rang. */
  readonly setUpMs: number;
  /** From the first ringing to the answer, or to the end of what nobody answered. */
  readonly ringMs: number;
  /** Null: nobody answered. */
  readonly talkMs: number | null;
  /** Null: it was not recorded. */
  readonly wrapUpMs: number | null;
}

/** A span in which an agent worked for these calls, or was ready for them. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PastDay {
  readonly calls: readonly PastCall[];
  /** Of each agent, in order. */
  readonly agents: readonly (readonly Span[])[];
}

/** What is to be other than it was; absent: as it was. */
export interface FloorChange {
  /** They work the spans of that day's agents, in turn. */
  readonly agents?: number | undefined;
  /** Calls that the day is to hold; more than there were are drawn from those. */
  readonly calls?: number | undefined;
  /** Longest ringing before a call is given up. */
  readonly ringTimeoutMs?: number | undefined;
  readonly wrapUpLimitMs?: number | undefined;
  /** Before each call the agent looks at the account for so long: preview in place of progressive. */
  readonly previewMs?: number | undefined;
}

export interface FloorFigures {
  readonly agents: number;
  /** Hours that agents were there for these calls, all together. */
  readonly staffedHours: number;
  /** Of that time, the part in which they waited for a call. */
  readonly idlePercent: number;
  readonly calls: number;
  readonly answered: number;
  readonly callsPerHour: number;
  readonly callsPerAgentHour: number;
  /** How long an account that could be called waited for an agent. */
  readonly accountWaitMeanSeconds: number;
  /** How long an agent waited for each call. */
  readonly agentWaitMeanSeconds: number;
  /** Calls that found no agent before the day was over. */
  readonly leftOver: number;
  /** The agent's leg is there before the debtor's phone rings: nobody answers a silent line. */
  readonly abandonedPercent: 0;
}

const HOUR_MS = 3_600_000;
const PERCENT = 100;
const SEED = 20_260_802;

/**
 * A past day on another floor: a discrete-event simulation of one agent for each call (progressive
 * 1:1). Whoever has been ready longest takes the call that has been waiting longest; how long a
 * call takes is what was recorded of it. Nothing is known of what was not recorded: a call that
 * nobody answered in the ringing of that day stays unanswered if it rings for longer, and a wrap-up
 * that was cut off does not grow. A wrap-up that is missing, and calls beyond those of the day, are
 * drawn from the day's (seeded bootstrap: the same question has the same answer).
 */
export function replayFloor(day: PastDay, change: FloorChange): FloorFigures {
  const calls = drawCalls(day.calls, change.calls ?? day.calls.length).map((call) =>
    changed(call, change),
  );
  const shifts = drawShifts(day.agents, change.agents ?? day.agents.length);
  const floor = shifts.map((spans): Agent => ({ spans, next: 0, readyAtMs: 0, left: 0 }));
  for (const agent of floor) enter(agent, 0);
  const sum = { placed: 0, answered: 0, accountWaitMs: 0, agentWaitMs: 0, busyMs: 0 };
  for (const call of calls) {
    const taken = take(floor, call);
    if (taken === null) continue;
    sum.placed += 1;
    if (call.isAnswered) sum.answered += 1;
    sum.accountWaitMs += taken.atMs - call.availableAtMs;
    sum.agentWaitMs += taken.agentWaitMs;
    sum.busyMs += call.busyMs;
  }
  const idleMs =
    sum.agentWaitMs + floor.reduce((total, { left }) => total + left, 0) + restOf(floor);
  return figures(shifts, {
    ...{ calls: sum.placed, answered: sum.answered, leftOver: calls.length - sum.placed },
    ...{ idleMs, staffedMs: idleMs + sum.busyMs },
    ...{ accountWaitMs: sum.accountWaitMs, agentWaitMs: sum.agentWaitMs },
  });
}

/** Sums of a floor, ms. */
export interface FloorSums {
  readonly calls: number;
  readonly answered: number;
  readonly leftOver: number;
  readonly idleMs: number;
  readonly staffedMs: number;
  readonly accountWaitMs: number;
  readonly agentWaitMs: number;
}

export function figures(agents: readonly (readonly Span[])[], sums: FloorSums): FloorFigures {
  const spans = agents.flat();
  const openMs =
    Math.max(...spans.map(({ toMs }) => toMs)) - Math.min(...spans.map(({ fromMs }) => fromMs));
  const { calls, staffedMs } = sums;
  const mean = (ms: number): number => (calls === 0 ? 0 : ms / calls / 1_000);
  const rate = (count: number, ms: number): number => (ms > 0 ? (count * HOUR_MS) / ms : 0);
  return {
    agents: agents.length,
    staffedHours: staffedMs / HOUR_MS,
    idlePercent: staffedMs === 0 ? 0 : (PERCENT * sums.idleMs) / staffedMs,
    ...{ calls, answered: sums.answered },
    callsPerHour: rate(calls, openMs),
    callsPerAgentHour: rate(calls, staffedMs),
    accountWaitMeanSeconds: mean(sums.accountWaitMs),
    agentWaitMeanSeconds: mean(sums.agentWaitMs),
    leftOver: sums.leftOver,
    abandonedPercent: 0,
  };
}

interface FloorCall {
  readonly availableAtMs: number;
  readonly takeUpMs: number;
  readonly busyMs: number;
  readonly isAnswered: boolean;
}

interface Agent {
  readonly spans: readonly Span[];
  /** The span that the agent is in, or the next one. */
  next: number;
  /** Infinity: not again that day. */
  readyAtMs: number;
  /** Ready time at the ends of spans, without a call, ms. */
  left: number;
}

/** Ready from an instant on, if that lies in a span; else from the beginning of the next. */
function enter(agent: Agent, fromMs: number): void {
  let span = agent.spans[agent.next];
  while (span !== undefined && span.toMs <= fromMs) span = agent.spans[(agent.next += 1)];
  agent.readyAtMs = span === undefined ? Infinity : Math.max(fromMs, span.fromMs);
}

/** Gives the call to whoever has been ready longest and is there for it; null: nobody is. */
function take(
  floor: readonly Agent[],
  call: FloorCall,
): { readonly atMs: number; readonly agentWaitMs: number } | null {
  for (;;) {
    const agent = floor.reduce<Agent | null>(
      (first, one) => (first === null || one.readyAtMs < first.readyAtMs ? one : first),
      null,
    );
    if (agent === null || agent.readyAtMs === Infinity) return null;
    const atMs = Math.max(agent.readyAtMs, call.availableAtMs) + call.takeUpMs;
    const end = agent.spans[agent.next]?.toMs ?? 0;
    if (atMs < end) {
      const agentWaitMs = atMs - agent.readyAtMs;
      enter(agent, atMs + call.busyMs);
      return { atMs, agentWaitMs };
    }
    agent.left += end - agent.readyAtMs;
    enter(agent, end);
  }
}

/** What is left of the spans after the last call. */
function restOf(floor: readonly Agent[]): number {
  return floor.reduce((total, { spans, next, readyAtMs }) => {
    const ahead = spans.slice(next);
    return (
      total + ahead.reduce((sum, { fromMs, toMs }) => sum + toMs - Math.max(fromMs, readyAtMs), 0)
    );
  }, 0);
}

/** Agents in turn over the shifts of the day: the first so many are the same in a larger floor. */
function drawShifts(agents: PastDay['agents'], count: number): PastDay['agents'] {
  return Array.from({ length: count }, (_, n) => agents[n % agents.length] ?? []);
}

/** By when they can be placed. The day's first so many, or all and more like them. */
function drawCalls(past: readonly PastCall[], count: number): PastCall[] {
  const draws = seededDraws(SEED);
  const wrapUps = past.flatMap(({ wrapUpMs }) => (wrapUpMs === null ? [] : [wrapUpMs]));
  const spread = seededDraws(SEED + 1);
  const kept =
    count < past.length
      ? past
          .map((call) => ({ call, lot: spread.uniform() }))
          .sort((a, b) => a.lot - b.lot)
          .slice(0, count)
          .map(({ call }) => call)
      : [...past];
  while (past.length > 0 && kept.length < count) kept.push(spread.pick(past));
  return kept
    .map((call) =>
      call.talkMs === null || call.wrapUpMs !== null || wrapUps.length === 0
        ? call
        : { ...call, wrapUpMs: draws.pick(wrapUps) },
    )
    .sort((a, b) => a.availableAtMs - b.availableAtMs);
}

function changed(call: PastCall, change: FloorChange): FloorCall {
  const ringMs = Math.min(call.ringMs, change.ringTimeoutMs ?? Infinity);
  const isAnswered = call.talkMs !== null && ringMs === call.ringMs;
  const wrapUpMs = Math.min(call.wrapUpMs ?? 0, change.wrapUpLimitMs ?? Infinity);
  const talkMs = isAnswered ? call.talkMs + wrapUpMs : 0;
  const busyMs = (change.previewMs ?? 0) + call.setUpMs + ringMs + talkMs;
  return { availableAtMs: call.availableAtMs, takeUpMs: call.takeUpMs, busyMs, isAnswered };
}
