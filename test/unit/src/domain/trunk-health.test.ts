import {
  afterSignal,
  FIRST_BACK_OFF_MS,
  HEALTHY,
  LONGEST_BACK_OFF_MS,
  trialInMs,
  type TrunkHealth,
  type TrunkSignal,
} from '../../../../src/domain/trunk-health';

const SIGNALS: Record<string, TrunkSignal> = {
  o: { by: 'options', kind: 'heard' },
  O: { by: 'options', kind: 'missed', reason: 'no_answer_to_options' },
  c: { by: 'call', kind: 'heard' },
  C: { by: 'call', kind: 'missed', reason: 'no_first_response' },
  f: { by: 'call', kind: 'failed', reason: 'answered_503' },
};

/** The trunk after signals in a row: lower case heard, upper case missed, `f` refused by it. */
const after = (signals: string): TrunkHealth =>
  Array.from(signals).reduce((health, letter) => afterSignal(health, SIGNALS[letter]!), HEALTHY);

test.each([
  ['OO', 'up', null],
  ['OOO', 'down', 'options'],
  ['OOoOO', 'up', null],
  ['OOoOOO', 'down', 'options'],
  ['OOOo', 'down', 'options'],
  ['OOOoo', 'up', null],
  ['OOOoOo', 'down', 'options'],
  ['OOOoOoo', 'up', null],
  // a call is answered: more than any OPTIONS
  ['OOcO', 'up', null],
  ['OOOcc', 'up', null],
  // silent to calls, whatever it says to OPTIONS
  ['CoCoC', 'down', 'call'],
  ['CoCcC', 'up', null],
  ['CCCoooo', 'down', 'call'],
  ['CCCc', 'down', 'call'],
  ['CCCcc', 'up', null],
  ['CCCcfc', 'down', 'call'],
  // then silent altogether: OPTIONS bring it back
  ['CCCOOO', 'down', 'options'],
  ['CCCOOOoo', 'up', null],
  ['CCCOOoO', 'down', 'call'],
  // refusals of a trunk that is up are told by its figures, not by its state
  ['ffffff', 'up', null],
  ['CfCfC', 'down', 'call'],
] as const)('%s: %s, by %s', (signals, state, downBy) => {
  expect(after(signals)).toMatchObject({ state, downBy });
});

test('what is not news is the very same value, so that nothing is written', () => {
  for (const quiet of ['o', 'c', 'f']) expect(after(quiet)).toBe(HEALTHY);
  const down = after('OOO');
  expect(afterSignal(down, SIGNALS.O!)).toBe(down);
  expect(afterSignal(down, SIGNALS.C!)).toBe(down);
});

test('the back-off doubles with each failed trial up to its limit, and starts anew', () => {
  expect(trialInMs(after('CCC'))).toBe(FIRST_BACK_OFF_MS);
  expect(trialInMs(after('CCCf'))).toBe(2 * FIRST_BACK_OFF_MS);
  expect(trialInMs(after('CCCCf'))).toBe(4 * FIRST_BACK_OFF_MS);
  expect(trialInMs(after(`CCC${'C'.repeat(20)}`))).toBe(LONGEST_BACK_OFF_MS);
  // one good call: the next may follow at once
  expect(trialInMs(after('CCCCc'))).toBe(0);
  expect(trialInMs(after('CCCCccCCC'))).toBe(FIRST_BACK_OFF_MS);
  // no person's call is spent on a trunk that OPTIONS can ask
  expect(trialInMs(after('OOO'))).toBeNull();
  expect(trialInMs(HEALTHY)).toBeNull();
});

test('the reason is that of the signal that took it down', () => {
  expect(after('OOO').reason).toBe('no_answer_to_options');
  expect(after('CCCf').reason).toBe('answered_503');
  expect(after('OOOoo').reason).toBeNull();
});
