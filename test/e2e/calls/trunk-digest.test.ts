import { createHash } from 'node:crypto';
import type { RawSipMessage } from '../../support/sip-peer/raw-sip-message';
import { Cleanups } from '../../support/cleanups';
import { CallFloor } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(40_000);

const cleanups = new Cleanups();
let floor: CallFloor;
let trunk: TrunkPeer;
let agent: { readonly sessionId: string };
beforeAll(async () => {
  floor = cleanups.add(await CallFloor.open());
  trunk = cleanups.add(await TrunkPeer.open('busy'));
  await floor.addTrunk({ port: trunk.port, password: 'rahasia "1"' });
  agent = await floor.readyAgent('nailed_up');
});
afterAll(() => cleanups.run());

/** What a carrier asks for, once for each nonce. */
interface Demand {
  readonly algorithm: 'MD5' | 'SHA-256';
  readonly qop: boolean;
}

const field = (header: string, name: string): string =>
  new RegExp(`[ ,]${name}="?([^",]*)"?`).exec(header)?.[1] ?? '';

/** As strict as carriers are: every parameter as RFC 7616, 3.4 has it, the hash over the real request. */
function proves(request: RawSipMessage, nonce: string, { algorithm, qop }: Demand): boolean {
  const given = request.header('proxy-authorization');
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const expected = { username: 'santun', realm: 'carrier.invalid', nonce, uri: request.requestUri };
  for (const [name, value] of Object.entries(expected))
    if (!given.includes(`${name}="${value}"`)) return false;
  const ha1 = hash('santun:carrier.invalid:rahasia "1"');
  const ha2 = hash(`${request.method}:${request.requestUri}`);
  const counted = [field(given, 'nc'), field(given, 'cnonce'), field(given, 'qop')];
  if (qop ? counted[0] !== '00000001' || counted[2] !== 'auth' : /qop|cnonce|nc=/.test(given))
    return false;
  if (!given.includes(`algorithm=${algorithm}`)) return false;
  return (
    field(given, 'response') === hash([ha1, nonce, ...(qop ? counted : []), ha2].join(':')) &&
    field(given, 'opaque') === 'tetap'
  );
}

const BASE = 'Proxy-Authenticate: Digest realm="carrier.invalid", opaque="tetap"';

test.each<[string, Demand, (nonce: string, stale: boolean) => string[]]>([
  [
    'SHA-256 beside what nobody knows, and qop in a list',
    { algorithm: 'SHA-256', qop: true },
    (nonce, stale) => [
      `${BASE}, nonce="${nonce}", algorithm=SHA-512-256, qop="auth"`,
      `${BASE}, nonce="${nonce}", algorithm=SHA-256, qop="auth,auth-int", stale=${String(stale)}`,
      `${BASE}, nonce="${nonce}", algorithm=MD5, qop="auth"`,
    ],
  ],
  [
    'MD5 without qop or algorithm',
    { algorithm: 'MD5', qop: false },
    (nonce, stale) => [`${BASE}, nonce="${nonce}", stale=${String(stale)}`],
  ],
])(
  'a carrier that asks for %s, with a nonce that runs out, gets its digest',
  async (_, demand, ask) => {
    await floor.untilSession(agent.sessionId, 'ready');
    const invites: RawSipMessage[] = [];
    trunk.demand = (invite) => {
      if (invites.at(-1)?.cseqNumber !== invite.cseqNumber) invites.push(invite);
      if (invites.length === 1) return ask('first', false);
      if (invites.length === 2 && proves(invite, 'first', demand)) return ask('second', true);
      return proves(invite, 'second', demand) ? null : ['Warning: 399 carrier "wrong digest"'];
    };
    const attemptId = await floor.dial();
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'busy' });
    const [first] = invites;
    expect(invites.map(({ cseqNumber }) => cseqNumber - first!.cseqNumber)).toEqual([0, 1, 2]);
    for (const invite of invites) {
      expect(invite.callId).toBe(first!.callId);
      expect(invite.tag('from')).toBe(first!.tag('from'));
      expect(invite.tag('to')).toBe('');
    }
    expect(await floor.legs(attemptId)).toHaveLength(2);
  },
);

describe('a carrier that asks within the call too', () => {
  const SHA_256: Demand = { algorithm: 'SHA-256', qop: true };
  const asks = (nonce: string): string[] => [
    `${BASE}, nonce="${nonce}", algorithm=SHA-256, qop="auth"`,
  ];
  let requests: RawSipMessage[];
  beforeEach(async () => {
    await floor.untilSession(agent.sessionId, 'ready');
    trunk.demand = () => null;
    trunk.behaviour = 'talk';
    requests = [];
  });
  afterEach(async () => {
    await floor.untilSession(agent.sessionId, 'wrap_up');
    await floor.afterWrapUp(agent.sessionId);
  });
  const sent = (method: string): RawSipMessage[] => {
    const of = requests.filter((request) => request.method === method);
    return of.filter(({ cseqNumber }, at) => of[at - 1]?.cseqNumber !== cseqNumber);
  };
  const control = (attemptId: string, command: 'hold' | 'hang_up'): Promise<void> =>
    floor.role.handle({ name: 'control_call', attemptId, command });

  test('gets the digest for re-INVITE and BYE, in SHA-256, over a nonce that ran out', async () => {
    trunk.demandInDialog = (request) => {
      requests.push(request);
      const nonce = sent(request.method).length === 2 ? `first-${request.method}` : 'second';
      if (sent(request.method).length === 1) return asks(`first-${request.method}`);
      if (!proves(request, nonce, SHA_256)) return asks('refused');
      return nonce === 'second' ? null : [`${asks('second')[0]!}, stale=true`];
    };
    const attemptId = await floor.dial();
    await floor.untilSession(agent.sessionId, 'in_call');
    await control(attemptId, 'hold');
    await floor.untilSession(agent.sessionId, 'hold');
    expect(sent('INVITE')).toHaveLength(3);
    await control(attemptId, 'hang_up');
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
    expect(sent('BYE')).toHaveLength(3);
    expect(proves(sent('BYE')[2]!, 'second', SHA_256)).toBe(true);
  });

  test('and refuses the password is not asked again', async () => {
    trunk.demandInDialog = (request) => {
      requests.push(request);
      return asks(`nonce-${sent(request.method).length}`);
    };
    const attemptId = await floor.dial();
    await floor.untilSession(agent.sessionId, 'in_call');
    await control(attemptId, 'hang_up');
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
    expect(sent('BYE')).toHaveLength(2);
  });
});
