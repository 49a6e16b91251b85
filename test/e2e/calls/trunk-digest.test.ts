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

/** As strict as carriers are: every parameter as RFC 7616, 3.4 has it, the hash over the real INVITE. */
function proves(invite: RawSipMessage, nonce: string, { algorithm, qop }: Demand): boolean {
  const given = invite.header('proxy-authorization');
  const hash = (text: string): string =>
    createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const expected = { username: 'santun', realm: 'carrier.invalid', nonce, uri: invite.requestUri };
  for (const [name, value] of Object.entries(expected))
    if (!given.includes(`${name}="${value}"`)) return false;
  const ha1 = hash('santun:carrier.invalid:rahasia "1"');
  const ha2 = hash(`INVITE:${invite.requestUri}`);
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
