import fc from 'fast-check';
import { ApiError } from '../../../../src/web/softphone/api-error';
import { backOffMs } from '../../../../src/web/softphone/back-off';
import {
  isPoorForLong,
  meanOpinionScore,
  poorSince,
  qualityBetween,
} from '../../../../src/web/softphone/call-quality';
import { figuresOf, isGoodEnough, summarise } from '../../../../src/web/softphone/connection-check';
import { EventStreamReader } from '../../../../src/web/softphone/event-stream';
import {
  checkDraft,
  EMPTY_DRAFT,
  outcomeBody,
  possibleCodes,
} from '../../../../src/web/softphone/outcome-draft';
import { moneyText } from '../../../../src/web/softphone/format';
import { isoDay } from '../../../../src/web/softphone/debtor-time';
import { amountText, parseAmount } from '../../../../src/web/softphone/promise-amount';
import { reminderIn, secondsOnHold } from '../../../../src/web/softphone/seconds-on-hold';
import { WORDS } from '../../../../src/web/softphone/dictionaries';
import { troubleText } from '../../../../src/web/softphone/trouble-text';

test('tries again after half a second, then later and later, at most eight seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backOffMs(failures, 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
  ]);
  expect(backOffMs(1, 0)).toBe(250);
});

test.each([
  ['a quiet line', { loss: 0, jitterMs: 2, roundTripMs: 30 }, 4.3, 4.5],
  ['an honest mobile line', { loss: 0.01, jitterMs: 25, roundTripMs: 120 }, 4, 4.4],
  ['a line that hurts', { loss: 0.15, jitterMs: 60, roundTripMs: 400 }, 1, 3.2],
])('scores %s', (_what, sample, least, most) => {
  expect(meanOpinionScore(sample)).toBeGreaterThan(least);
  expect(meanOpinionScore(sample)).toBeLessThan(most);
});

test('more loss, jitter or delay never sounds better', () => {
  const part = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(part, part, part, part, (loss, jitter, delay, more) => {
      const sample = { loss, jitterMs: jitter * 300, roundTripMs: delay * 2_000 };
      const score = meanOpinionScore(sample);
      expect(meanOpinionScore({ ...sample, loss: loss + more })).toBeLessThanOrEqual(score + 1e-9);
      const later = { ...sample, roundTripMs: sample.roundTripMs + more * 500 };
      expect(meanOpinionScore(later)).toBeLessThanOrEqual(score + 1e-9);
    }),
  );
});

test('quality is that between two readings, and none when nothing came in', () => {
  const before = { received: 100, lost: 2, jitterMs: 3, roundTripMs: 20 };
  expect(qualityBetween(before, before)).toBeNull();
  expect(qualityBetween(before, { ...before, received: 190, lost: 12 })).toMatchObject({
    loss: 0.1,
  });
});

test('a poor line is told of after fifteen seconds of it', () => {
  const since = poorSince(poorSince(null, 3, 1_000), 2.9, 9_000);
  expect([since, isPoorForLong(since, 15_999), isPoorForLong(since, 16_000)]).toEqual([
    1_000,
    false,
    true,
  ]);
  expect(poorSince(since, 3.3, 17_000)).toBeNull();
});

test('the connection is judged by its median, its changes and its losses', () => {
  expect(summarise([10, 20, 10, 300], 5)).toEqual({
    roundTripMs: 20,
    jitterMs: (10 + 10 + 290) / 3,
    loss: 1 - 4 / 5,
  });
  expect(isGoodEnough(summarise([20, 22, 21], 3))).toBe(true);
  expect(isGoodEnough(summarise([20, 22], 3))).toBe(false);
  expect(isGoodEnough(summarise([], 3))).toBe(false);
  expect(figuresOf(summarise([20, 22], 2), true, false)).toEqual({
    ...{ isMicrophoneHeard: true, isEchoHeard: false, roundTripMs: 22, jitterMs: 2, loss: 0 },
  });
  // JSON has no infinity
  expect(figuresOf(summarise([], 2), true, true)).toMatchObject({ roundTripMs: null, loss: 1 });
});

test('a shift that the connection forbids is told with its cause and the way out', () => {
  const refused = (because: string | null) =>
    new ApiError('connection_check_needed', 409, 'In English.', [], because);
  for (const words of [WORDS.id, WORDS.en]) {
    const { causes, todo } = words.connectionNeeded;
    expect(troubleText(refused('connection_poor'), words)).toBe(
      `${causes.connection_poor} ${todo}`,
    );
    expect(troubleText(refused('one of tomorrow'), words)).toBe(todo);
  }
  expect(troubleText(new ApiError('no_call', 409, 'No.', []), WORDS.en)).toContain('No.');
  // it may not have come through: the agent is told to do it again
  expect(troubleText(new ApiError('offline', 0, '', []), WORDS.id)).toBe(WORDS.id.notSent);
});

test('reads an event stream however it is cut', () => {
  const text = 'retry: 1000\n\n:\n\nid: 7-1\nevent: agent.state_changed\ndata: {"at":"x"}\n\n';
  fc.assert(
    fc.property(fc.integer({ min: 0, max: text.length }), (cut) => {
      const reader = new EventStreamReader();
      const events = [...reader.push(text.slice(0, cut)), ...reader.push(text.slice(cut))];
      expect(events).toEqual([{ id: '7-1', name: 'agent.state_changed', data: '{"at":"x"}' }]);
    }),
  );
});

test.each([
  ['150.000', 15_000_000n],
  ['150,000', 15_000_000n],
  ['150000', 15_000_000n],
  ['Rp 1.500.000,50', 150_000_050n],
  ['1,500,000.5', 150_000_050n],
  ['0', null],
  ['', null],
  ['-5', null],
  ['15.00.000', null],
  ['seratus', null],
  ['150 ribu', 15_000_000n],
  ['Rp 1,5 juta', 150_000_000n],
  ['500rb', 50_000_000n],
  ['1.500 ribu', null],
  ['2 jt lebih', null],
])('reads the amount %s', (text, minor) => {
  expect(parseAmount(text, 'IDR')).toBe(minor);
});

test('money is written as everywhere else, exact for any size', () => {
  expect(moneyText('15000000', 'IDR', 'id')).toBe('Rp150.000');
  expect(moneyText('15000050', 'IDR', 'en')).toBe('Rp150,000.50');
  expect(moneyText('900719925474099399', 'IDR', 'id')).toBe('Rp9.007.199.254.740.993,99');
});

test('an amount is read back as it was written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 15n }), (minor) => {
      expect(parseAmount(amountText(minor, 'IDR'), 'IDR')).toBe(minor);
      expect(parseAmount(amountText(minor, 'JPY'), 'JPY')).toBe(minor);
    }),
  );
});

describe('an outcome', () => {
  const now = new Date('2026-11-22T05:00:00Z');
  const zones = ['Asia/Jakarta'];
  const day = (later: number): string => isoDay(now, later, 'Asia/Jakarta');
  const facts = { now, zones, currency: 'IDR', amountDueMinor: '15000000', promiseHorizonDays: 14 };
  const promise = {
    ...EMPTY_DRAFT,
    code: 'RPC_PTP',
    rootCause: 'salary_late',
    amount: '100.000',
    dueDate: day(3),
    method: 'qris',
  } as const;

  test('needs a code, and its own fields', () => {
    expect(checkDraft(EMPTY_DRAFT, facts)).toEqual({ code: 'needed' });
    expect(checkDraft({ ...EMPTY_DRAFT, code: 'RPC_PTP' }, facts)).toEqual({
      ...{ rootCause: 'needed', amount: 'amount', dueDate: 'date', method: 'needed' },
    });
    expect(checkDraft({ ...EMPTY_DRAFT, code: 'RPC_CALLBACK' }, facts)).toEqual({
      callbackAt: 'future',
    });
    expect(checkDraft(promise, facts)).toEqual({});
  });

  test('a promise is at most what is due, and within the policy’s days', () => {
    expect(checkDraft({ ...promise, amount: '150.000,01' }, facts)).toEqual({ amount: 'amount' });
    for (const days of [-1, 15])
      expect(checkDraft({ ...promise, dueDate: day(days) }, facts)).toEqual({
        dueDate: 'date',
      });
  });

  test('is sent with what belongs to its code and nothing else', () => {
    expect(outcomeBody({ ...promise, note: '  ', callbackAt: 'x' }, facts)).toEqual({
      code: 'RPC_PTP',
      rootCause: 'salary_late',
      promise: { amountMinor: '10000000', dueDate: day(3), method: 'qris' },
    });
    expect(outcomeBody({ ...promise, code: 'VOICEMAIL' }, facts)).toEqual({ code: 'VOICEMAIL' });
  });

  test('of a third person says nothing of the debt', () => {
    expect(possibleCodes('locate').some((code) => code.startsWith('RPC_'))).toBe(false);
  });
});

test('a long hold is told of from its reminder to its end, and the next one not before its own', () => {
  const since = '2026-11-22T05:00:00Z';
  const nowMs = Date.parse(since) + 46_200;
  const session = { state: 'hold' as const, stateSince: since };
  const shown = { session, remindedHold: null, nowMs };
  expect(secondsOnHold({ ...shown, ...reminderIn('agent.state_changed', shown) })).toBeNull();
  const reminded = { ...shown, ...reminderIn('call.hold_reminded', shown) };
  expect(secondsOnHold(reminded)).toBe(46);
  expect(
    secondsOnHold({ ...reminded, session: { ...session, state: 'in_call' as const } }),
  ).toBeNull();
  const next = { ...session, stateSince: '2026-11-22T05:00:46Z' };
  expect(secondsOnHold({ ...reminded, session: next })).toBeNull();
});

test('no text of a language is empty', () => {
  const texts = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [value];
  for (const words of Object.values(WORDS))
    expect(texts(words).filter((text) => text === '')).toEqual([]);
});
