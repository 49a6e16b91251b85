import {
  digestChallenge,
  digestHa1,
  digestMatches,
  digestResponse,
  issueNonce,
  NONCE_LIFETIME_MS,
  nonceState,
  parseDigestCredentials,
} from '../../../../sip/agents/digest';
import { FailureLimiter } from '../../../../sip/agents/failure-limiter';
import { NonceLedger } from '../../../../sip/agents/nonce-ledger';

// RFC 7616, 3.9.1: the example that it works out for both algorithms
const rfc = (algorithm: string, response: string): string =>
  'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", ' +
  `algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, ` +
  'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, ' +
  `response="${response}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)('%s: the example of RFC 7616', (algorithm, response) => {
  const credentials = parseDigestCredentials(rfc(algorithm, response))!;
  const ha1 = digestHa1(algorithm, 'Mufasa', 'http-auth@example.org', 'Circle of Life');
  expect(digestResponse(ha1, 'GET', credentials)).toBe(response);
  expect(digestMatches(ha1, 'GET', credentials)).toBe(true);
  expect(digestMatches(ha1, 'REGISTER', credentials)).toBe(false);
  const other = digestHa1(algorithm, 'Mufasa', 'http-auth@example.org', 'circle of life');
  expect(digestMatches(other, 'GET', credentials)).toBe(false);
});

test.each([
  ['another scheme', 'Basic dXNlcjpwYXNz'],
  ['no qop', rfc('MD5', 'x').replace('qop=auth, ', '')],
  ['another qop', rfc('MD5', 'x').replace('qop=auth', 'qop=auth-int')],
  ['another algorithm', rfc('MD5-sess', 'x')],
  ['no cnonce', rfc('MD5', 'x').replace(/cnonce="[^"]*"/, 'cnonce=""')],
  ['a count that is none', rfc('MD5', 'x').replace('nc=00000001', 'nc=1')],
  ['far too long', rfc('MD5', 'x'.repeat(3_000))],
  ['nothing', ''],
])('%s is no credential', (_what, header) => {
  expect(parseDigestCredentials(header)).toBeNull();
});

test('quoted text may hold commas and quotes', () => {
  const odd = rfc('MD5', 'x').replace('"Mufasa"', '"Mu, \\"f\\"asa"');
  expect(parseDigestCredentials(odd)!.username).toBe('Mu, "f"asa');
});

test('a nonce proves where, when and for whom it was made', () => {
  const key = Buffer.alloc(32, 1);
  const nonce = issueNonce(key, 1_000_000, '192.0.2.1');
  expect(nonceState(key, nonce, 1_000_000 + NONCE_LIFETIME_MS, '192.0.2.1')).toBe('fresh');
  expect(nonceState(key, nonce, 1_000_001 + NONCE_LIFETIME_MS, '192.0.2.1')).toBe('stale');
  expect(nonceState(key, nonce, 1_000_000, '192.0.2.2')).toBe('foreign');
  expect(nonceState(Buffer.alloc(32, 2), nonce, 1_000_000, '192.0.2.1')).toBe('foreign');
  expect(nonceState(key, `z${nonce}`, 1_000_000, '192.0.2.1')).toBe('foreign');
  expect(nonceState(key, '', 1_000_000, '192.0.2.1')).toBe('foreign');
});

test('no two nonces are equal, not even of one millisecond and address', () => {
  const key = Buffer.alloc(32, 1);
  const nonces = Array.from({ length: 50 }, () => issueNonce(key, 1_000_000, '192.0.2.1'));
  expect(new Set(nonces).size).toBe(50);
});

test('the challenge says what is wanted', () => {
  const value = digestChallenge({ realm: 'santun', nonce: 'n', algorithm: 'SHA-256', stale: true });
  expect(value).toBe('Digest realm="santun", nonce="n", qop="auth", algorithm=SHA-256, stale=true');
});

test('a count is good once, a higher one again, and old nonces are forgotten', () => {
  const ledger = new NonceLedger();
  expect(ledger.accept('a', 1, 0)).toBe(true);
  expect(ledger.accept('a', 1, 1)).toBe(false);
  expect(ledger.accept('a', 2, 2)).toBe(true);
  expect(ledger.accept('b', 1, NONCE_LIFETIME_MS + 1)).toBe(true);
});

test('a guesser is not heard for a minute, others are', () => {
  const limiter = new FailureLimiter(3);
  for (let guess = 0; guess < 3; guess++) limiter.recordFailure('192.0.2.1', guess);
  expect(limiter.isBlocked('192.0.2.1', 10)).toBe(true);
  expect(limiter.isBlocked('192.0.2.2', 10)).toBe(false);
  expect(limiter.isBlocked('192.0.2.1', 60_001)).toBe(false);
});
