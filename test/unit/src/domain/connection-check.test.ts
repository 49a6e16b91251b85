import {
  connectionFaults,
  connectionRefusal,
  type ConnectionRecord,
} from '../../../../src/domain/connection-check';

const GOOD = {
  ...{ isMicrophoneHeard: true, isEchoHeard: true },
  ...{ roundTripMs: 199.9, jitterMs: 29.9, loss: 0.0199 },
};

it.each([
  [{}, []],
  [{ roundTripMs: 200 }, ['round_trip']],
  [{ jitterMs: 30 }, ['jitter']],
  [{ loss: 0.02 }, ['loss']],
  [{ isMicrophoneHeard: false }, ['microphone']],
  [{ isEchoHeard: false }, ['echo']],
  [{ roundTripMs: null, jitterMs: null, loss: 1 }, ['round_trip', 'jitter', 'loss']],
])('finds what falls short: %j', (measured, faults) => {
  expect(connectionFaults({ ...GOOD, ...measured })).toEqual(faults);
});

const NOW = new Date('2026-10-05T05:00:00Z');
const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
const passed = (minutes: number) => ({ at: ago(minutes), passed: true, faults: [] });
const failed = (minutes: number) => ({
  ...{ at: ago(minutes), passed: false, faults: ['jitter'] as const },
});
const because = (record: Partial<ConnectionRecord>) =>
  connectionRefusal({ lastCheck: null, lastWaivedAt: null, poorCallsAt: [], ...record }, NOW);

it('asks for a check that was passed within the shift, or a waiver', () => {
  expect(because({})).toEqual({ cause: 'not_checked', faults: [] });
  expect(because({ lastCheck: failed(1) })).toEqual({ cause: 'check_failed', faults: ['jitter'] });
  expect(because({ lastCheck: passed(719) })).toBeNull();
  expect(because({ lastCheck: passed(720) })).toMatchObject({ cause: 'check_expired' });
  expect(because({ lastCheck: failed(1), lastWaivedAt: ago(719) })).toBeNull();
  expect(because({ lastCheck: failed(1), lastWaivedAt: ago(720) })).not.toBeNull();
});

it('asks for another after three bad calls of an hour', () => {
  const lastCheck = passed(300);
  const poor = { cause: 'connection_poor', faults: [] };
  expect(because({ lastCheck, poorCallsAt: [ago(1), ago(2)] })).toBeNull();
  expect(because({ lastCheck, poorCallsAt: [ago(1), ago(61), ago(30)] })).toEqual(poor);
  expect(because({ lastCheck, poorCallsAt: [ago(1), ago(62), ago(30)] })).toBeNull();
  // time alone makes no connection better
  expect(because({ lastCheck, poorCallsAt: [ago(200), ago(210), ago(220)] })).toEqual(poor);
  expect(because({ lastCheck: passed(5), poorCallsAt: [ago(10), ago(20), ago(30)] })).toBeNull();
  const lastWaivedAt = ago(5);
  expect(because({ lastCheck, lastWaivedAt, poorCallsAt: [ago(10), ago(20), ago(30)] })).toBeNull();
  expect(because({ lastWaivedAt, poorCallsAt: [ago(2), ago(3), ago(4)] })).toEqual(poor);
});
