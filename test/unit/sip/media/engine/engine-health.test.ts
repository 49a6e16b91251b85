import {
  afterPing,
  enginesByLoad,
  UNKNOWN_HEALTH,
  type EngineLoad,
} from '../../../../../sip/media/engine/engine-health';

const after = (pings: string): boolean =>
  Array.from(pings).reduce((health, ping) => afterPing(health, ping === '+'), UNKNOWN_HEALTH).up;

test.each([
  ['', false],
  ['+', true],
  ['-', false],
  ['+--', true],
  ['+---', false],
  ['+--+--', true],
  ['+---+', false],
  ['+---++', true],
  ['+---+-+', false],
  ['-+', false],
  ['-++', true],
])('pings %p: up is %p', (pings, up) => {
  expect(after(pings)).toBe(up);
});

const engine = (name: string, load: Partial<EngineLoad>): EngineLoad & { name: string } => ({
  ...{ name, weight: 1, up: true, draining: false, lines: 0 },
  ...load,
});
const order = (...engines: (EngineLoad & { name: string })[]): string[] =>
  enginesByLoad(engines).map(({ name }) => name);

test('the least loaded for its weight is first; equals keep the order of the configuration', () => {
  expect(order(engine('a', { lines: 3 }), engine('b', { lines: 1 }))).toEqual(['b', 'a']);
  expect(order(engine('a', {}), engine('b', {}))).toEqual(['a', 'b']);
  expect(order(engine('a', { lines: 1 }), engine('b', { lines: 3, weight: 4 }))).toEqual([
    'b',
    'a',
  ]);
});

test('who is down or drained takes nothing', () => {
  expect(order(engine('a', { up: false }), engine('b', { draining: true }))).toEqual([]);
});
