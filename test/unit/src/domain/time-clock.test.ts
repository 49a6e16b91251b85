import fc from 'fast-check';
import type { AgentState } from '../../../../src/domain/agent-state';
import { localDay } from '../../../../src/domain/roster';
import { timeClock, type StateSpan } from '../../../../src/domain/time-clock';

const ZONE = 'Asia/Jakarta';
const dayOf = (date: string, zone = ZONE) => ({ date, ...localDay(date, zone) });
const span = (state: AgentState, from: string, to: string, pauseReason: string | null = null) => ({
  ...{ state, pauseReason, from: new Date(from), to: new Date(to) },
});
const HOUR = 3_600_000;

describe('G11: the time clock', () => {
  it('gives each day its part of a session over midnight', () => {
    // 22:00 to 02:30 in Jakarta
    const states = [
      span('connecting', '2026-11-23T15:00Z', '2026-11-23T15:01Z'),
      span('ready', '2026-11-23T15:01Z', '2026-11-23T16:00Z'),
      span('ringing', '2026-11-23T16:00Z', '2026-11-23T16:01Z'),
      span('in_call', '2026-11-23T16:01Z', '2026-11-23T17:10Z'),
      span('wrap_up', '2026-11-23T17:10Z', '2026-11-23T17:30Z'),
      span('paused', '2026-11-23T17:30Z', '2026-11-23T19:00Z', 'lunch'),
      span('lost', '2026-11-23T19:00Z', '2026-11-23T19:30Z'),
    ];
    const sessions = [{ from: new Date('2026-11-23T15:00Z'), to: new Date('2026-11-23T19:30Z') }];
    const shifts = [{ from: new Date('2026-11-23T15:30Z'), to: new Date('2026-11-23T17:20Z') }];
    const days = [dayOf('2026-11-23'), dayOf('2026-11-24'), dayOf('2026-11-25')];
    const [first, second, third] = timeClock({ days, sessions, states, shifts });
    expect(first).toMatchObject({
      ...{ signedInAt: sessions[0]?.from, signedOutAt: null, signedInMs: 2 * HOUR },
      ...{ workedMs: 2 * HOUR, connectingMs: 60_000, readyMs: 59 * 60_000, dialingMs: 60_000 },
      ...{ talkingMs: 59 * 60_000, pausedMs: 0, rosteredMs: 1.5 * HOUR },
      workedInShiftMs: 1.5 * HOUR,
    });
    expect(second).toMatchObject({
      ...{ signedInAt: null, signedOutAt: sessions[0]?.to, signedInMs: 2.5 * HOUR },
      ...{ workedMs: 0.5 * HOUR, talkingMs: 10 * 60_000, wrapUpMs: 20 * 60_000 },
      ...{ pausedMs: 1.5 * HOUR, pausedMsByReason: { lunch: 1.5 * HOUR }, lostMs: 0.5 * HOUR },
      workedInShiftMs: 20 * 60_000,
    });
    expect(third).toMatchObject({ signedInAt: null, signedOutAt: null, signedInMs: 0 });
  });

  it('says of an open session when it began, not when it ends', () => {
    const from = new Date('2026-11-23T02:00Z');
    const states = [span('ready', '2026-11-23T02:00Z', '2026-11-23T03:00Z')];
    const days = [dayOf('2026-11-23')];
    expect(timeClock({ days, sessions: [{ from, to: null }], states, shifts: [] })).toMatchObject([
      { signedInAt: from, signedOutAt: null, readyMs: HOUR },
    ]);
  });

  it('has days of 23 and 25 hours where the clock is changed', () => {
    const states = [span('ready', '2026-03-01T00:00Z', '2026-12-01T00:00Z')];
    const days = ['2026-03-29', '2026-10-25'].map((date) => dayOf(date, 'Europe/Berlin'));
    const clock = timeClock({ days, sessions: [], states, shifts: [] });
    expect(clock.map(({ readyMs }) => readyMs / HOUR)).toEqual([23, 25]);
  });

  it('loses and doubles no millisecond, whatever the states are', () => {
    const startMs = Date.parse('2026-11-22T17:00Z');
    const state = fc.constantFrom<AgentState>('connecting', 'ready', 'in_call', 'paused', 'lost');
    const lasting = fc.tuple(state, fc.integer({ min: 1, max: 20 * HOUR }));
    fc.assert(
      fc.property(fc.array(lasting, { maxLength: 12 }), (lengths) => {
        let ms = startMs;
        const states: StateSpan[] = lengths.map(([each, length]) => {
          const from = new Date(ms);
          ms += length;
          return {
            state: each,
            pauseReason: each === 'paused' ? 'prayer' : null,
            from,
            to: new Date(ms),
          };
        });
        const days = Array.from({ length: 12 }, (_, index) =>
          dayOf(new Date(startMs + 12 * HOUR + index * 24 * HOUR).toISOString().slice(0, 10)),
        );
        const clock = timeClock({ days, sessions: [], states, shifts: days });
        const sum = (of: (day: (typeof clock)[number]) => number) =>
          clock.reduce((total, day) => total + of(day), 0);
        expect(sum((day) => day.signedInMs)).toBe(ms - startMs);
        expect(sum((day) => day.workedMs + day.pausedMs + day.lostMs)).toBe(ms - startMs);
        expect(sum((day) => day.workedInShiftMs)).toBe(sum((day) => day.workedMs));
        expect(sum((day) => day.pausedMsByReason['prayer'] ?? 0)).toBe(sum((day) => day.pausedMs));
      }),
    );
  });
});
