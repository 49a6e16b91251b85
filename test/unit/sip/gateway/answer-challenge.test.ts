import { answerChallenge, readChallenge } from '../../../../sip/gateway/answer-challenge';
import {
  digestHa1,
  digestMatches,
  parseDigestCredentials,
  type DigestAlgorithm,
} from '../../../../sip/agents/digest';

const NONCE = '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v';

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
])('the example of RFC 7616, 3.9.1, %s', (algorithm, response) => {
  const header =
    `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
    `nonce="${NONCE}", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
  const question = readChallenge(header)!;
  const account = { username: 'Mufasa', password: 'Circle of Life' };
  const request = { method: 'GET', uri: '/dir/index.html' };
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const answer = answerChallenge(question, account, request, cnonce);
  expect(answer).toContain(`response="${response}"`);
  expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
  expect(answer).toContain('qop=auth, nc=00000001');
});

test('the example of RFC 2069, which has no qop', () => {
  // with the erratum's response: RFC Errata 749
  const question = readChallenge(
    'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"',
  );
  const account = { username: 'Mufasa', password: 'CircleOfLife' };
  const answer = answerChallenge(question!, account, { method: 'GET', uri: '/dir/index.html' });
  expect(answer).toContain('response="1949323746fe6a43ef61f9606e7febea"');
  expect(answer).not.toMatch(/qop|cnonce|nc=/);
});

test.each(['MD5', 'SHA-256'] as DigestAlgorithm[])(
  'our own registrar would take it: %s',
  (algorithm) => {
    const question = readChallenge(
      `Digest realm="carrier", nonce="n", qop="auth", algorithm=${algorithm}`,
    )!;
    const account = { username: 'santun "1"', password: 'rahasia' };
    const answer = answerChallenge(question, account, {
      method: 'INVITE',
      uri: 'sip:+62@c.example',
    });
    const given = parseDigestCredentials(answer)!;
    expect(given).toMatchObject({
      username: account.username,
      uri: 'sip:+62@c.example',
      algorithm,
    });
    const ha1 = digestHa1(algorithm, account.username, 'carrier', account.password);
    expect(digestMatches(ha1, 'INVITE', given)).toBe(true);
    expect(digestMatches(ha1, 'REGISTER', given)).toBe(false);
  },
);

test.each([
  [
    'Digest realm="a", nonce="1", algorithm=SHA-256, Digest realm="a", nonce="2", algorithm=MD5',
    '1',
  ],
  ['Digest realm="a", nonce="1", algorithm=SHA-512-256, Digest realm="a", nonce="2"', '2'],
  ['Basic realm="a", Digest realm="a, Digest b", nonce="2"', '2'],
  ['Digest realm="a", nonce="1", qop="auth-int", Digest realm="a", nonce="2", qop=auth', '2'],
  ['Digest realm="a", nonce="1", algorithm=MD5-sess', undefined],
  ['Digest realm="a"', undefined],
  ['Basic realm="a"', undefined],
  ['', undefined],
])('of %s the nonce %s is answered', (header, nonce) => {
  expect(readChallenge(header)?.nonce).toBe(nonce);
});
