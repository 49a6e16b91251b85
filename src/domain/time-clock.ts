import type { AgentState } from './agent-state';
import type { Shift } from './roster';

/** An agent's time in one state, `[from, to)`. */
export interface StateSpan extends Shift {
  readonly state: AgentState;
  /** Of a pause. */
  readonly pauseReason: string | null;
}

/** A session, from sign-in; `to` is null while it is open. */
export interface SessionSpan {
  readonly from: Date;
  readonly to: Date | null;
}

/** What an agent's day came to, all in ms. */
export interface ClockDay {
  /** On the wall calendar that was asked for. */
  readonly date: string;
  /** First sign-in, and last sign-out, of the day; null: it began before it, or goes on after it. */
  readonly signedInAt: Date | null;
  readonly signedOutAt: Date | null;
  readonly signedInMs: number;
  /** Signed in, neither paused nor lost. */
  readonly workedMs: number;
  /** The softphone was not reached yet, or not again. */
  readonly connectingMs: number;
  readonly readyMs: number;
  readonly previewMs: number;
  /** A debtor was being called. */
  readonly dialingMs: number;
  /** In a call, hold included. */
  readonly talkingMs: number;
  readonly wrapUpMs: number;
  readonly pausedMs: number;
  readonly pausedMsByReason: Readonly<Record<string, number>>;
  /** Softphone and app were gone. */
  readonly lostMs: number;
  readonly rosteredMs: number;
  /** Of the work, what lies within shifts. */
  readonly workedInShiftMs: number;
}

type Part =
  | 'connectingMs'
  | 'readyMs'
  | 'previewMs'
  | 'dialingMs'
  | 'talkingMs'
  | 'wrapUpMs'
  | 'pausedMs'
  | 'lostMs';

const PART: Readonly<Record<Exclude<AgentState, 'offline'>, Part>> = {
  connecting: 'connectingMs',
  ready: 'readyMs',
  previewing: 'previewMs',
  reserved: 'dialingMs',
  ringing: 'dialingMs',
  in_call: 'talkingMs',
  hold: 'talkingMs',
  wrap_up: 'wrapUpMs',
  paused: 'pausedMs',
  lost: 'lostMs',
};

/**
 * Days of one agent, from the times in each state: what lies over midnight belongs to both days.
 * @param of.days in order, as instants
 * @param of.states do not overlap; those of an open session end now
 * @param of.shifts do not overlap
 */
export function timeClock(of: {
  readonly days: readonly (Shift & { readonly date: string })[];
  readonly sessions: readonly SessionSpan[];
  readonly states: readonly StateSpan[];
  readonly shifts: readonly Shift[];
}): ClockDay[] {
  return of.days.map((day) => {
    const parts: Record<Part, number> = {
      ...{ connectingMs: 0, readyMs: 0, previewMs: 0, dialingMs: 0 },
      ...{ talkingMs: 0, wrapUpMs: 0, pausedMs: 0, lostMs: 0 },
    };
    const pausedMsByReason: Record<string, number> = {};
    let signedInMs = 0;
    let workedInShiftMs = 0;
    for (const span of of.states) {
      const ms = sharedMs(span, day);
      if (span.state === 'offline' || ms === 0) continue;
      signedInMs += ms;
      parts[PART[span.state]] += ms;
      if (span.state === 'paused') {
        const reason = span.pauseReason ?? 'unknown';
        pausedMsByReason[reason] = (pausedMsByReason[reason] ?? 0) + ms;
      } else if (span.state !== 'lost') {
        workedInShiftMs += sum(of.shifts.map((shift) => sharedMs(span, day, shift)));
      }
    }
    return {
      date: day.date,
      ...signsOf(of.sessions, day),
      ...{ signedInMs, workedMs: signedInMs - parts.pausedMs - parts.lostMs },
      ...parts,
      pausedMsByReason,
      rosteredMs: sum(of.shifts.map((shift) => sharedMs(shift, day))),
      workedInShiftMs,
    };
  });
}

function signsOf(
  sessions: readonly SessionSpan[],
  day: Shift,
): Pick<ClockDay, 'signedInAt' | 'signedOutAt'> {
  const ofDay = sessions
    .filter(({ from, to }) => from < day.to && (to === null || to > day.from))
    .sort((a, b) => a.from.getTime() - b.from.getTime());
  const first = ofDay[0]?.from ?? null;
  const last = ofDay.at(-1)?.to ?? null;
  return {
    signedInAt: first !== null && first >= day.from ? first : null,
    signedOutAt: last !== null && last <= day.to ? last : null,
  };
}

/** How long all of them last at once. */
function sharedMs(...spans: readonly Shift[]): number {
  const from = Math.max(...spans.map((span) => span.from.getTime()));
  const to = Math.min(...spans.map((span) => span.to.getTime()));
  return Math.max(0, to - from);
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
