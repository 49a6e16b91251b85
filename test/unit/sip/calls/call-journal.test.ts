import pino from 'pino';
import { CallJournal, isPassingFailure } from '../../../../sip/calls/call-journal';
import { TransitionError } from '../../../../src/domain/transition-error';

const silent = pino({ level: 'silent' });
const failure = (code: string): Error => Object.assign(new Error(code), { code });

test('writes happen in order, also when an early one has to be tried again', async () => {
  const journal = new CallJournal(silent, () => undefined);
  const written: string[] = [];
  let tries = 0;
  const first = journal.write('first', () => {
    if (++tries < 3) return Promise.reject(failure('57P01'));
    written.push('first');
    return Promise.resolve('written');
  });
  void journal.write('second', () => {
    written.push('second');
    return Promise.resolve('written');
  });
  expect(await first).toBe('written');
  await journal.settled();
  expect(written).toEqual(['first', 'second']);
  expect(tries).toBe(3);
});

test('a conflict is told, and later writes still happen', async () => {
  let conflicts = 0;
  const journal = new CallJournal(silent, () => (conflicts += 1));
  expect(await journal.write('late', () => Promise.resolve('conflict'))).toBe('conflict');
  expect(await journal.write('end', () => Promise.resolve('written'))).toBe('written');
  expect(conflicts).toBe(1);
});

test('what the state machine refuses is not tried again', () => {
  expect(isPassingFailure(new TransitionError('attempt', 'ended', 'ringing', []))).toBe(false);
});

test('a verdict of the database is not argued with', async () => {
  const journal = new CallJournal(silent, () => undefined);
  let tries = 0;
  const write = journal.write('bad', () => {
    tries += 1;
    return Promise.reject(failure('23514'));
  });
  expect(await write).toBe('failed');
  expect(tries).toBe(1);
});

test.each([
  ['57P01', true],
  ['08006', true],
  ['53300', true],
  ['40001', true],
  ['40P01', true],
  ['ECONNREFUSED', true],
  ['EPIPE', true],
  ['23505', false],
  ['42703', false],
])('%s passes: %s', (code, passing) => {
  expect(isPassingFailure(failure(code))).toBe(passing);
});

test('a connection that broke without a code passes', () => {
  expect(isPassingFailure(new Error('Connection terminated unexpectedly'))).toBe(true);
});
