import { createHash } from 'node:crypto';
import { TrunkDigest } from '../../../../../src/main/demo/trunk-digest';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const URI = 'sip:+6281200001234@carrier.example';

function nonceOf(challenge: string): string {
  return /nonce="([^"]+)"/.exec(challenge)?.[1] ?? '';
}

function authorization(nonce: string, password: string, qop: boolean): string {
  const ha1 = md5(`santun:carrier.example:${password}`);
  const ha2 = md5(`INVITE:${URI}`);
  const response = md5(qop ? `${ha1}:${nonce}:00000001:abc:auth:${ha2}` : `${ha1}:${nonce}:${ha2}`);
  const counted = qop ? ', qop=auth, nc=00000001, cnonce="abc"' : '';
  return `Digest username="santun", realm="carrier.example", nonce="${nonce}", uri="${URI}", response="${response}", algorithm=MD5${counted}`;
}

describe('TrunkDigest', () => {
  const credentials = { username: 'santun', password: 'a long secret' };

  it.each([true, false])('accepts the right password (qop: %s), once a nonce', (qop) => {
    const digest = new TrunkDigest('carrier.example', credentials);
    const answer = authorization(nonceOf(digest.challenge()), credentials.password, qop);
    expect(digest.accepts('INVITE', answer)).toBe(true);
    expect(digest.accepts('INVITE', answer)).toBe(false);
  });

  it('refuses a wrong password, a foreign nonce, another method and silence', () => {
    const digest = new TrunkDigest('carrier.example', credentials);
    const nonce = nonceOf(digest.challenge());
    expect(digest.accepts('INVITE', authorization(nonce, 'guess', true))).toBe(false);
    expect(digest.accepts('INVITE', authorization('made-up', credentials.password, true))).toBe(
      false,
    );
    expect(digest.accepts('BYE', authorization(nonce, credentials.password, true))).toBe(false);
    expect(digest.accepts('INVITE', undefined)).toBe(false);
    expect(digest.accepts('INVITE', 'Basic c2FudHVu')).toBe(false);
    expect(digest.accepts('INVITE', authorization(nonce, credentials.password, true))).toBe(true);
  });
});
