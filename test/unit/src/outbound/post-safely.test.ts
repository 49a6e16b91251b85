import { createPost, type Posted } from '../../../../src/outbound/post-safely';
import {
  isSignedBy,
  newWebhookSecret,
  signatureHeaders,
} from '../../../../src/outbound/sign-delivery';
import { startReceiver, type HttpReceiver } from '../../../support/http-receiver';

const LOOPBACK = ['127.0.0.0/8'];
const REFUSED = (reason: string): Posted => ({ kind: 'failed', reason, mayHaveArrived: false });

describe('A13: requests to addresses that others chose', () => {
  let receiver: HttpReceiver;
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(() => receiver.close());

  const post = (
    url: string,
    options: Partial<Parameters<typeof createPost>[0]> = {},
  ): Promise<Posted> =>
    createPost({ allowed: LOOPBACK, ...options })({ url, headers: { 'x-of': 'us' }, body: 'told' });

  it('A13: carry body and headers, and bring the answer', async () => {
    receiver.answer = () => ({ status: 202, body: 'taken' });
    expect(await post(`${receiver.url}/in`)).toMatchObject({
      ...{ kind: 'answered', status: 202, body: 'taken' },
    });
    expect(receiver.received).toMatchObject([
      { path: '/in', body: 'told', headers: { 'x-of': 'us' } },
    ]);
  });

  it.each([
    ['a private address', ['10.0.0.7']],
    ['loopback', ['127.0.0.1']],
    ['loopback, mapped', ['::ffff:127.0.0.1']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['CGNAT', ['100.64.3.3']],
    ['a public address and a private one', ['8.8.8.8', '192.168.0.9']],
  ])('A13: do not leave for a host that is %s', async (_what, addresses) => {
    const { port } = new URL(receiver.url);
    const answer = await post(`https://gateway.example:${port}/`, {
      allowed: [],
      addressesOf: () => Promise.resolve(addresses),
    });
    expect(answer).toEqual(REFUSED('the host is not a public one'));
    expect(receiver.received).toEqual([]);
  });

  it.each(['http://127.0.0.1', 'http://[::1]', 'http://0x7f.1', 'http://2130706433'])(
    'A13: do not leave for %s when nothing is opened',
    async (host) => {
      const { port } = new URL(receiver.url);
      const answer = await post(`${host}:${port}/`, { allowed: [] });
      expect(answer).toEqual(REFUSED('the host is not a public one'));
      expect(receiver.received).toEqual([]);
    },
  );

  it('A13: go to the address that was checked, whatever the name says next', async () => {
    const { port } = new URL(receiver.url);
    let asked = 0;
    const addressesOf = (): Promise<string[]> =>
      Promise.resolve(asked++ === 0 ? ['127.0.0.1'] : ['10.0.0.7']);
    const answer = await post(`http://gateway.example:${port}/`, { addressesOf });
    expect(answer).toMatchObject({ kind: 'answered', status: 204 });
    expect(asked).toBe(1);
    expect(receiver.received[0]?.headers.host).toBe(`gateway.example:${port}`);
  });

  it('A13: are not sent without TLS to a public address', async () => {
    const addressesOf = (): Promise<string[]> => Promise.resolve(['8.8.8.8']);
    const answer = await post('http://gateway.example/', { addressesOf });
    expect(answer).toEqual(REFUSED('the address is not https'));
  });

  it('A13: follow no redirect', async () => {
    receiver.answer = () => 302;
    expect(await post(receiver.url)).toMatchObject({ kind: 'answered', status: 302 });
    expect(receiver.received).toHaveLength(1);
  });

  it('A13: end when nobody answers, and tell that they may have arrived', async () => {
    let let_go = (): void => undefined;
    receiver.answer = () =>
      new Promise((done) => {
        let_go = () => {
          done(204);
        };
      });
    const answer = await post(receiver.url, { limitMs: 150 });
    expect(answer).toEqual({ kind: 'failed', reason: 'no answer in time', mayHaveArrived: true });
    let_go();
    const url = receiver.url;
    await receiver.close();
    const nobody = await post(url);
    expect(nobody).toEqual(REFUSED('no connection (ECONNREFUSED)'));
    receiver = await startReceiver();
  });

  it('A13: end when a name is not resolved in time', async () => {
    const addressesOf = (): Promise<string[]> => new Promise(() => undefined);
    const answer = await post(receiver.url, { addressesOf, limitMs: 50 });
    expect(answer).toEqual(REFUSED('no answer in time'));
  });

  it('A13: read no more of an answer than they need', async () => {
    receiver.answer = () => ({ status: 200, body: 'x'.repeat(5_000_000) });
    const answer = await post(receiver.url);
    expect(answer).toMatchObject({ kind: 'answered', status: 200, body: 'x'.repeat(16_384) });
  });
});

describe('A13: signatures', () => {
  const secret = newWebhookSecret();
  const now = new Date('2026-11-23T03:00:00Z');
  const timestamp = now.getTime() / 1_000;
  const body = '{"state":"delivered"}';
  const headers = signatureHeaders({ id: 'm-1', timestamp, body }, [secret]);

  it('A13: are those of Standard Webhooks', () => {
    // the example of the reference implementations
    const known = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const request = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1614265330,
      body: '{"test": 2432232314}',
    };
    expect(signatureHeaders(request, [known])['webhook-signature']).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('A13: hold for this body, this secret and this time alone', () => {
    expect(isSignedBy(secret, headers, body, now)).toBe(true);
    expect(isSignedBy(newWebhookSecret(), headers, body, now)).toBe(false);
    expect(isSignedBy(secret, headers, `${body} `, now)).toBe(false);
    expect(isSignedBy(secret, { ...headers, 'webhook-id': 'm-2' }, body, now)).toBe(false);
    expect(isSignedBy(secret, headers, body, new Date(now.getTime() + 301_000))).toBe(false);
    expect(isSignedBy(secret, headers, body, new Date(now.getTime() - 301_000))).toBe(false);
    expect(isSignedBy(secret, {}, body, now)).toBe(false);
    const other = signatureHeaders({ id: 'm-1', timestamp, body }, [newWebhookSecret(), secret]);
    expect(isSignedBy(secret, other, body, now)).toBe(true);
  });
});
