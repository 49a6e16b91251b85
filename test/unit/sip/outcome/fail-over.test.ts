import { mayTryNextTrunk } from '../../../../sip/outcome/fail-over';

const refused = (status: number) => ({ kind: 'refused', status }) as const;

test.each([500, 502, 503, 504, 580, 401, 402, 403, 407])('%d before any 18x: yes', (status) => {
  expect(mayTryNextTrunk(refused(status), false)).toBe(true);
});

test.each([300, 302, 400, 404, 408, 480, 484, 486, 487, 488, 600, 603, 604, 606, 607, 608])(
  '%d: never',
  (status) => {
    expect(mayTryNextTrunk(refused(status), false)).toBe(false);
  },
);

test('every status before any 18x: server failures, and what the trunk itself refuses', () => {
  const goesOn = Array.from({ length: 400 }, (_, n) => 300 + n).filter((status) =>
    mayTryNextTrunk(refused(status), false),
  );
  const server = Array.from({ length: 100 }, (_, n) => 500 + n);
  expect(goesOn).toEqual([401, 402, 403, 407, ...server]);
});

test('nothing sent, or a hop without a word: yes', () => {
  expect(mayTryNextTrunk({ kind: 'not_sent' }, false)).toBe(true);
  expect(mayTryNextTrunk({ kind: 'no_first_response' }, false)).toBe(true);
});

test.each([
  { kind: 'no_ringing' },
  { kind: 'ring_timeout' },
  { kind: 'withdrawn', reason: 'agent_lost' },
  { kind: 'answered_alone', reason: 'x' },
  { kind: 'signalling_lost' },
] as const)('%j: never', (end) => {
  expect(mayTryNextTrunk(end, false)).toBe(false);
});

test('after an 18x nothing goes on, whatever comes', () => {
  for (let status = 300; status < 700; status++)
    expect(mayTryNextTrunk(refused(status), true)).toBe(false);
  expect(mayTryNextTrunk({ kind: 'no_first_response' }, true)).toBe(false);
  expect(mayTryNextTrunk({ kind: 'not_sent' }, true)).toBe(false);
});
