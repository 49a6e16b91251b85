import fc from 'fast-check';
import {
  replayFloor,
  type FloorFigures,
  type PastCall,
  type PastDay,
  type Span,
} from '../../../../dialer/pacing/replay-floor';

const MINUTE = 60_000;
const call = (availableAtMinute: number, change: Partial<PastCall> = {}): PastCall => ({
  availableAtMs: availableAtMinute * MINUTE,
  takeUpMs: 0,
  setUpMs: 0,
  ringMs: 0.5 * MINUTE,
  talkMs: 2 * MINUTE,
  wrapUpMs: 0.5 * MINUTE,
  ...change,
});
const hour: readonly Span[] = [{ fromMs: 0, toMs: 60 * MINUTE }];

it('counts the hour of one agent by hand', () => {
  // 3 minutes each, the second waits two minutes for the agent, the agent one minute for the third
  const day: PastDay = { calls: [call(0), call(1), call(7)], agents: [hour] };
  expect(replayFloor(day, {})).toEqual({
    agents: 1,
    staffedHours: 1,
    idlePercent: 85,
    calls: 3,
    answered: 3,
    callsPerHour: 3,
    callsPerAgentHour: 3,
    accountWaitMeanSeconds: 40,
    agentWaitMeanSeconds: 20,
    leftOver: 0,
    abandonedPercent: 0,
  });
});

it('gives up what rings for longer, cuts the wrap-up off, and looks before each call', () => {
  const day: PastDay = { calls: [call(0), call(0, { ringMs: 1.5 * MINUTE })], agents: [hour] };
  const busy = (change: Parameters<typeof replayFloor>[1]): number =>
    (60 * (100 - replayFloor(day, change).idlePercent)) / 100;
  expect(busy({})).toBeCloseTo(7);
  expect(busy({ ringTimeoutMs: MINUTE })).toBeCloseTo(4);
  expect(replayFloor(day, { ringTimeoutMs: MINUTE }).answered).toBe(1);
  expect(busy({ wrapUpLimitMs: 0.25 * MINUTE })).toBeCloseTo(6.5);
  expect(busy({ previewMs: MINUTE })).toBeCloseTo(9);
  // nothing is known of what was not seen
  expect(busy({ ringTimeoutMs: 5 * MINUTE, wrapUpLimitMs: 5 * MINUTE })).toBeCloseTo(7);
});

it('leaves over what no agent is there for, and calls nobody in a pause', () => {
  const spans = [
    { fromMs: 0, toMs: 5 * MINUTE },
    { fromMs: 30 * MINUTE, toMs: 34 * MINUTE },
  ];
  const day: PastDay = { calls: [0, 0, 0, 0, 33].map((at) => call(at)), agents: [spans] };
  // at 0, 3, 30 and 33; the first span ends in a talk of a minute more
  expect(replayFloor(day, {})).toMatchObject({ calls: 4, leftOver: 1, idlePercent: 0 });
});

const pastCalls = fc.array(
  fc.record({
    availableAtMs: fc.integer({ min: 0, max: 60 * MINUTE }),
    takeUpMs: fc.integer({ min: 0, max: 1_000 }),
    setUpMs: fc.integer({ min: 0, max: 3_000 }),
    ringMs: fc.integer({ min: 0, max: 30_000 }),
    talkMs: fc.option(fc.integer({ min: 0, max: 5 * MINUTE })),
    wrapUpMs: fc.option(fc.integer({ min: 0, max: MINUTE })),
  }),
  { minLength: 1, maxLength: 60 },
);
const day = (calls: readonly PastCall[]): PastDay => ({ calls, agents: [hour] });

test('more agents wait longer, all together, and leave no more over', () => {
  // hours, not their share: a long call that only they take is staffed time after the hour, too
  const idleHours = ({ idlePercent, staffedHours }: FloorFigures): number =>
    (idlePercent * staffedHours) / 100;
  fc.assert(
    fc.property(pastCalls, fc.integer({ min: 1, max: 6 }), (calls, agents) => {
      const [few, more] = [agents, agents + 1].map((n) => replayFloor(day(calls), { agents: n }));
      expect(idleHours(more!)).toBeGreaterThanOrEqual(idleHours(few!) - 1e-9);
      expect(more!.leftOver).toBeLessThanOrEqual(few!.leftOver);
    }),
  );
});

test('time and calls are neither lost nor made, and the same question has the same answer', () => {
  fc.assert(
    fc.property(pastCalls, fc.integer({ min: 1, max: 90 }), (calls, wanted) => {
      const change = { agents: 2, calls: wanted };
      const figures = replayFloor(day(calls), change);
      expect(figures.calls + figures.leftOver).toBe(wanted);
      expect(figures.idlePercent).toBeGreaterThanOrEqual(0);
      expect(figures.idlePercent).toBeLessThanOrEqual(100);
      // two agents for an hour, and what goes on after it
      expect(figures.staffedHours).toBeGreaterThanOrEqual(2 - 1e-9);
      expect(replayFloor(day(calls), change)).toEqual(figures);
      expect(figures.abandonedPercent).toBe(0);
    }),
  );
});
