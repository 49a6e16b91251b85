import {
  afterTooSmall,
  answerSession,
  expiredAfterMs,
  refreshAfterMs,
  sessionOffer,
  termsOfAnswer,
} from '../../../../sip/gateway/session-terms';

const policy = { expiresS: 1_800, leastS: 90 };
const asked = (sessionExpires: string, more: { minSe?: string; supported?: string } = {}) => ({
  minSe: '',
  supported: 'timer',
  ...more,
  sessionExpires,
});
const SE = 'Session-Expires';

test('the first INVITE leaves open who refreshes; a later one says who does', () => {
  expect(sessionOffer(policy)).toEqual({ Supported: 'timer', [SE]: '1800' });
  expect(sessionOffer(policy, true)[SE]).toBe('1800;refresher=uac');
  expect(sessionOffer(policy, false)[SE]).toBe('1800;refresher=uas');
  expect(sessionOffer({ expiresS: 600, leastS: 120 })).toMatchObject({ 'Min-SE': '120' });
});

test.each([
  ['1800;refresher=uas', { expiresS: 1_800, isOursToRefresh: false }],
  ['600 ; refresher = UAC', { expiresS: 600, isOursToRefresh: true }],
  ['600', { expiresS: 600, isOursToRefresh: true }],
  ['', null],
  ['0', null],
  ['soon', null],
])('a 2xx with Session-Expires "%s"', (header, terms) => {
  expect(termsOfAnswer(header)).toEqual(terms);
});

test('a 422 is followed as far as it asks for more', () => {
  expect(afterTooSmall(policy, '3600')).toEqual({ expiresS: 3_600, leastS: 3_600 });
  expect(afterTooSmall(policy, '1800')).toBeNull();
  expect(afterTooSmall(policy, '')).toBeNull();
});

test.each([
  // who asks to refresh does; who does not say is left to it
  [asked('600;refresher=uac'), '600;refresher=uac', false],
  [asked('600;refresher=uas'), '600;refresher=uas', true],
  [asked('600'), '600;refresher=uac', false],
  // longer than ours: ours; but not below the Min-SE that a proxy has set
  [asked('7200;refresher=uac'), '1800;refresher=uac', false],
  [asked('7200;refresher=uac', { minSe: '3600' }), '3600;refresher=uac', false],
  // without session timers of their own we refresh
  [asked('', { supported: '' }), '1800;refresher=uas', true],
  [asked('', { supported: '100rel, timer' }), '1800;refresher=uas', true],
  [asked('600', { supported: '100rel' }), '600;refresher=uas', true],
  // a proxy put it there: who cannot read a 422 gets none
  [asked('60', { supported: '' }), '60;refresher=uas', true],
])('%j is answered with %s', (headers, sessionExpires, isOursToRefresh) => {
  const answer = answerSession(headers, policy);
  const expiresS = Number.parseInt(sessionExpires, 10);
  expect(answer).toMatchObject({ kind: 'agreed', terms: { expiresS, isOursToRefresh } });
  expect(answer.headers[SE]).toBe(sessionExpires);
  expect(answer.headers.Require).toBe(isOursToRefresh ? undefined : 'timer');
});

test('a session that is too short is refused with what would do', () => {
  const answer = answerSession(asked('89'), policy);
  expect(answer).toEqual({ kind: 'too_small', headers: { 'Min-SE': '90' } });
});

test('without a policy nothing is said of session timers', () => {
  const answer = answerSession(asked('600;refresher=uac'), null);
  expect(answer).toEqual({ kind: 'agreed', terms: null, headers: {} });
});

test('refreshed at a third; over 32 seconds, or a third, before the end', () => {
  const terms = { isOursToRefresh: true, expiresS: 90 };
  // drachtio-server 0.9.10 refreshes 40 s after the last 200 at the earliest
  expect(refreshAfterMs(terms)).toBe(30_000);
  expect(expiredAfterMs(terms)).toBe(60_000);
  expect(expiredAfterMs({ ...terms, expiresS: 1_800 })).toBe(1_768_000);
});
