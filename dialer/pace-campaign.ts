import { DateTime } from 'luxon';
import type { Queryable } from '../src/db/database';
import {
  listCallDays,
  readFloorDay,
  type AgentTimeRow,
  type FloorCallRow,
  type FloorDayRows,
} from '../src/db/floor-day';
import {
  figures,
  replayFloor,
  type FloorChange,
  type FloorFigures,
  type PastCall,
  type PastDay,
  type Span,
} from './pacing/replay-floor';

/** The floor's clock. */
const FLOOR_ZONE = 'Asia/Jakarta';
/** Who waited longer than this for a call waited for an account to become due, not for the scheduler. */
const LONGEST_TAKE_UP_MS = 5_000;
/** The sip role writes an end a moment before the agent's state is written. */
const SAME_MOMENT_MS = 50;
const DAYS_TOLD = 5;

/** Nothing to replay: the campaign placed no call for a ready agent on that day. */
export class NoCallsThatDay extends Error {
  constructor(
    readonly day: string,
    /** The latest with calls, the latest first. */
    readonly daysWithCalls: readonly string[],
  ) {
    super(`no calls on ${day}`);
    this.name = 'NoCallsThatDay';
  }

  /** What would be accepted. */
  get accepted(): string {
    return this.daysWithCalls.length === 0
      ? 'a day with calls; there is none yet'
      : `a day with calls: ${this.daysWithCalls.join(', ')}`;
  }
}

export interface Pace {
  /** Date on the floor's clock (Jakarta). */
  readonly day: string;
  /** As it was. */
  readonly recorded: Omit<FloorFigures, 'abandonedPercent'> & { readonly abandonedPercent: number };
  /** As it would have been. */
  readonly replayed: FloorFigures;
}

/**
 * A past day of a campaign with other settings: dials, rings, answers, talks and wrap-ups as they
 * were, on another floor. Reads alone.
 * @param day ISO 8601, on the floor's clock
 * @throws NoCallsThatDay
 */
export async function paceCampaign(
  db: Queryable,
  campaignId: string,
  day: string,
  change: FloorChange,
): Promise<Pace> {
  const from = DateTime.fromISO(day, { zone: FLOOR_ZONE });
  const span = { from: from.toJSDate(), to: from.plus({ days: 1 }).toJSDate() };
  const rows = await readFloorDay(db, campaignId, span);
  const past = pastDay(rows, span);
  if (past.calls.length === 0 || past.agents.length === 0) {
    throw new NoCallsThatDay(day, await listCallDays(db, campaignId, DAYS_TOLD));
  }
  return { day, recorded: recordedFigures(rows, past, span), replayed: replayFloor(past, change) };
}

/** What was recorded of a day, as the replay wants it. Pure. */
export function pastDay(
  { calls, times }: FloorDayRows,
  day: { readonly from: Date; readonly to: Date },
): PastDay {
  const opening = Math.min(...calls.map(({ reservedAt }) => reservedAt.getTime()));
  const waits = waitsBefore(times);
  const wrapUps = wrapUpsOf(times);
  return {
    calls: calls.map((call) =>
      pastCall(call, {
        opening,
        waitMs: waits.get(call.id) ?? 0,
        wrapUpMs: wrapUps.get(call.id) ?? null,
      }),
    ),
    agents: spansOf(times, new Set(calls.map(({ id }) => id)), day),
  };
}

function pastCall(
  call: FloorCallRow,
  about: { readonly opening: number; readonly waitMs: number; readonly wrapUpMs: number | null },
): PastCall {
  const reservedMs = call.reservedAt.getTime();
  const endedMs = call.endedAt.getTime();
  const answeredMs = call.answeredAt?.getTime() ?? null;
  const overMs = answeredMs ?? endedMs;
  const ringingMs = Math.min(call.ringingAt?.getTime() ?? overMs, overMs);
  const wasWaiting = about.waitMs <= LONGEST_TAKE_UP_MS;
  const takeUpMs = wasWaiting ? about.waitMs : 0;
  const latest = reservedMs - takeUpMs;
  const due = Math.min(call.dueAt?.getTime() ?? latest, latest);
  return {
    availableAtMs: wasWaiting ? Math.max(Math.min(about.opening, latest), due) : latest,
    takeUpMs,
    setUpMs: ringingMs - reservedMs,
    ringMs: overMs - ringingMs,
    talkMs: answeredMs === null ? null : endedMs - answeredMs,
    wrapUpMs: about.wrapUpMs,
  };
}

/** How long the agent of each call had been ready before, ms. */
function waitsBefore(times: readonly AgentTimeRow[]): Map<string, number> {
  const waits = new Map<string, number>();
  for (const [index, { state, attemptId, sessionId }] of times.entries()) {
    const before = times[index - 1];
    if (state !== 'reserved' || attemptId === null) continue;
    if (before?.state !== 'ready' || before.sessionId !== sessionId) continue;
    waits.set(attemptId, before.to.getTime() - before.from.getTime());
  }
  return waits;
}

function wrapUpsOf(times: readonly AgentTimeRow[]): Map<string, number> {
  return new Map(
    times.flatMap(({ state, attemptId, from, to }) =>
      state === 'wrap_up' && attemptId !== null
        ? [[attemptId, to.getTime() - from.getTime()] as const]
        : [],
    ),
  );
}

const FOR_A_CALL = ['reserved', 'ringing', 'in_call', 'hold', 'wrap_up'];

/** When each agent was there for these calls: ready, or on one of them. */
function spansOf(
  times: readonly AgentTimeRow[],
  calls: ReadonlySet<string>,
  day: { readonly from: Date; readonly to: Date },
): Span[][] {
  const agents = new Map<string, Span[]>();
  for (const { agentId, state, attemptId, from, to } of times) {
    const isOwn = FOR_A_CALL.includes(state) && attemptId !== null && calls.has(attemptId);
    const fromMs = Math.max(from.getTime(), day.from.getTime());
    const toMs = Math.min(to.getTime(), day.to.getTime());
    if ((state !== 'ready' && !isOwn) || toMs <= fromMs) continue;
    const spans = agents.get(agentId) ?? [];
    const last = spans.at(-1);
    if (last !== undefined && fromMs - last.toMs <= SAME_MOMENT_MS) {
      spans[spans.length - 1] = { fromMs: last.fromMs, toMs };
    } else spans.push({ fromMs, toMs });
    agents.set(agentId, spans);
  }
  return [...agents.values()];
}

function recordedFigures(
  { calls, times }: FloorDayRows,
  past: PastDay,
  day: { readonly from: Date; readonly to: Date },
): Pace['recorded'] {
  const waits = waitsBefore(times);
  const within = (at: Date): number =>
    Math.min(Math.max(at.getTime(), day.from.getTime()), day.to.getTime());
  const ready = times.filter(({ state }) => state === 'ready');
  const total = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0);
  const all = figures(past.agents, {
    calls: calls.length,
    answered: calls.filter(({ answeredAt }) => answeredAt !== null).length,
    leftOver: 0,
    idleMs: total(ready.map(({ from, to }) => within(to) - within(from))),
    staffedMs: total(past.agents.flat().map(({ fromMs, toMs }) => toMs - fromMs)),
    accountWaitMs: total(
      calls.map(({ reservedAt }, n) => reservedAt.getTime() - (past.calls[n]?.availableAtMs ?? 0)),
    ),
    agentWaitMs: total(calls.map(({ id }) => waits.get(id) ?? 0)),
  });
  const abandoned = calls.filter((call) => call.abandoned).length;
  const abandonedPercent = all.answered === 0 ? 0 : (100 * abandoned) / all.answered;
  return { ...all, abandonedPercent };
}
