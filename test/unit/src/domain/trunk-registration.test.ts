import {
  ASKED_SECONDS,
  nextRegistrationStep,
  type RegisterAnswer,
} from '../../../../src/domain/trunk-registration';

const answer = (status: number, more: Partial<RegisterAnswer> = {}): RegisterAnswer => ({
  ...{ status, grantedSeconds: null, minExpiresSeconds: null, retryAfterSeconds: null },
  failure: null,
  ...more,
});
const step = (given: RegisterAnswer, failures = 0, draw = 0) =>
  nextRegistrationStep(given, { failures, askedSeconds: ASKED_SECONDS }, draw);

test.each([
  [3_600, 0, 2_880_000],
  [3_600, 1, 2_700_000],
  [60, 0, 48_000],
  [1, 0, 1_000],
])(
  'granted for %d s it is asked for again at about four fifths',
  (grantedSeconds, draw, nextInMs) => {
    expect(step(answer(200, { grantedSeconds }), 3, draw)).toEqual({
      ...{ keptForMs: grantedSeconds * 1_000, reason: null, nextInMs, askSeconds: ASKED_SECONDS },
    });
  },
);

test('a 200 that says nothing of the time grants what was asked; one without our contact nothing', () => {
  expect(step(answer(200)).keptForMs).toBe(600_000);
  expect(step(answer(200, { grantedSeconds: 0 }))).toMatchObject({
    keptForMs: null,
    reason: 'the carrier answers 200 and does not keep our contact',
  });
});

test('a 423 is asked again at once for as long as it wants, within a day', () => {
  expect(step(answer(423, { minExpiresSeconds: 1_800 }))).toEqual({
    ...{ keptForMs: 'as_before', reason: null, nextInMs: 0, askSeconds: 1_800 },
  });
  for (const minExpiresSeconds of [null, 60, 999_999_999])
    expect(step(answer(423, { minExpiresSeconds })).reason).toBe(
      'the carrier refuses REGISTER (answered 423)',
    );
});

test('silence and faults leave the binding as it was granted, and are tried later each time', () => {
  const waits = [0, 1, 2, 3, 9].map((failures) => step(answer(0), failures, 1).nextInMs);
  expect(waits).toEqual([4_000, 8_000, 16_000, 32_000, 300_000]);
  expect(step(answer(0), 0, 0).nextInMs).toBe(2_000);
  for (const status of [0, 408, 480, 500, 503])
    expect(step(answer(status)).keptForMs).toBe('as_before');
  expect(step(answer(503, { failure: 'the certificate does not fit' })).reason).toBe(
    'the certificate does not fit',
  );
});

test('who refuses us is asked seldom, and the reason says what to look at', () => {
  expect(step(answer(403), 0, 1)).toMatchObject({
    keptForMs: null,
    reason: 'the carrier refuses the user name or the password (answered 403)',
    nextInMs: 60_000,
  });
  expect(step(answer(404)).reason).toContain('does not know this user name');
  expect(step(answer(401), 9, 1).nextInMs).toBe(1_800_000);
});

test('Retry-After is the least wait, up to half an hour', () => {
  expect(step(answer(503, { retryAfterSeconds: 120 })).nextInMs).toBe(120_000);
  expect(step(answer(503, { retryAfterSeconds: 1 }), 5, 1).nextInMs).toBe(128_000);
  expect(step(answer(503, { retryAfterSeconds: 999_999 })).nextInMs).toBe(1_800_000);
});
