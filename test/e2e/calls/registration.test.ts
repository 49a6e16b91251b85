import { createApiKey } from '../../../src/db/api-keys';
import {
  issueSipCredential,
  revokeSipCredentials,
  type IssuedSipCredential,
} from '../../../src/db/sip-credentials';
import { PeerDialog } from '../../support/sip-peer/peer-dialog';
import { CallFloor, eventually, REALM } from './support/call-floor';
import type { RawSoftphone } from './support/raw-softphone';

jest.setTimeout(30_000);

let floor: CallFloor;
let agent: { agentId: string; username: string; password: string };

beforeAll(async () => {
  floor = await CallFloor.open();
});
afterAll(() => floor.close());
beforeEach(async () => {
  agent = await floor.addAgent();
});

const binding = async (): Promise<Record<string, unknown> | undefined> => {
  const { rows } = await floor.db.query<Record<string, unknown>>(
    `select sip_instance_id, transport, contact_uri, expires_at > now() + interval '100 s' as fresh
     from registration where agent_id = $1`,
    [agent.agentId],
  );
  return rows[0];
};

test.each(['ws', 'udp', 'tcp'] as const)(
  '%s: a softphone proves itself and is bound',
  async (transport) => {
    const softphone = await floor.openSoftphone(agent, transport);
    expect(await softphone.register()).toBe(200);
    expect(await binding()).toMatchObject({
      sip_instance_id: floor.role.instanceId,
      transport,
      contact_uri: softphone.peer.contactUri(agent.username),
      fresh: true,
    });
  },
);

test('a wrong password and an unknown user get the same answer', async () => {
  const softphone = await floor.openSoftphone(agent);
  expect(await softphone.register(120, 'salah')).toBe(403);
  const stranger = await floor.openSoftphone({ username: 'tidak-ada', password: 'x' });
  expect(await stranger.register()).toBe(403);
  const refusals = [softphone, stranger].map(({ peer }) =>
    peer
      .matching((m) => m.status === 403)[0]!
      .message.headers.map(([name]) => name)
      .join(),
  );
  expect(refusals[0]).toBe(refusals[1]);
  expect(await binding()).toBeUndefined();
});

test('an overheard Authorization cannot be played again', async () => {
  const softphone = await floor.openSoftphone(agent);
  await softphone.register();
  const challenge = softphone.peer.matching((m) => m.status === 401)[0]!.message;
  const replayed = softphone.authorization(challenge.header('www-authenticate'), agent.password);
  const answer = await softphone.sendRegister(120, [replayed]);
  expect(answer.message.status).toBe(401);
  expect(answer.message.header('www-authenticate')).toContain('stale=true');
});

test('a nonce that we did not issue is challenged again, not judged', async () => {
  const softphone = await floor.openSoftphone(agent);
  const forged = 'Digest realm="santun", nonce="abc.0123456789abcdef0123456789abcdef"';
  const answer = await softphone.sendRegister(120, [
    softphone.authorization(forged, agent.password),
  ]);
  expect(answer.message.status).toBe(401);
});

test('too brief an expiry is refused with the least one', async () => {
  const softphone = await floor.openSoftphone(agent);
  expect(await softphone.register(5)).toBe(423);
  expect(softphone.peer.matching((m) => m.status === 423)[0]!.message.header('min-expires')).toBe(
    '30',
  );
});

test('over WebSocket a Contact that is not reached by WebSocket is refused', async () => {
  const softphone = await floor.openSoftphone(agent);
  softphone.contact = `sip:+6281299999999@127.0.0.1:5070`;
  expect(await softphone.register()).toBe(400);
  expect(await binding()).toBeUndefined();
});

test.each(['ws', 'udp', 'tcp'] as const)(
  '%s: a Contact at the address of a trunk is refused',
  async (transport) => {
    await floor.addTrunk({ port: 5_077 });
    const softphone = await floor.openSoftphone(agent, transport);
    softphone.contact = `sip:+6281299999999@127.0.0.1:5077;transport=${transport}`;
    expect(await softphone.register()).toBe(403);
    expect(await binding()).toBeUndefined();
  },
);

test('unregistering takes the waiting agent out of the pool', async () => {
  const softphone = await floor.openSoftphone(agent);
  await softphone.register();
  const sessionId = await floor.signIn(agent.agentId, 'per_call');
  await floor.untilSession(sessionId, 'ready');
  expect(await softphone.register(0)).toBe(200);
  expect(await floor.untilSession(sessionId, 'lost')).toMatchObject({ cause: 'unregistered' });
  expect(await binding()).toBeUndefined();
  // and a new registration brings the agent back
  await softphone.register();
  await floor.untilSession(sessionId, 'ready');
});

test('signing in first and registering then comes to the same', async () => {
  const sessionId = await floor.signIn(agent.agentId, 'nailed_up');
  expect((await floor.session(sessionId)).state).toBe('connecting');
  const softphone = await floor.openSoftphone(agent);
  await softphone.register();
  await floor.untilSession(sessionId, 'ready');
  const leg = await softphone.peer.request('INVITE');
  expect(leg.message.body).toContain('a=inactive');
  expect(leg.message.header('call-info')).toContain('answer-after=0');
});

test('a softphone that refuses the nailed-up leg leaves its agent lost', async () => {
  const softphone = await floor.openSoftphone(agent);
  softphone.answers = 486;
  await softphone.register();
  const sessionId = await floor.signIn(agent.agentId, 'nailed_up');
  expect(await floor.untilSession(sessionId, 'lost')).toMatchObject({
    cause: 'agent_leg_unanswered',
  });
});

test('signing out ends the nailed-up leg', async () => {
  const softphone = await floor.openSoftphone(agent);
  await softphone.register();
  const sessionId = await floor.signIn(agent.agentId, 'nailed_up');
  await floor.untilSession(sessionId, 'ready');
  await floor.role.handle({ name: 'release_agent', sessionId });
  await softphone.peer.request('BYE');
});

test('a closed WebSocket is noticed within seconds, and the agent is lost', async () => {
  const softphone = await floor.openSoftphone(agent);
  await softphone.register();
  const sessionId = await floor.signIn(agent.agentId, 'per_call');
  await floor.untilSession(sessionId, 'ready');
  await softphone.close();
  await floor.untilSession(sessionId, 'lost', 14_000);
  expect(await binding()).toBeUndefined();
});

test('tcp: what is sent to a softphone goes down the connection that its REGISTER came on', async () => {
  const softphone = await floor.openSoftphone(agent, 'tcp');
  // an address of a home network, that nobody could connect to
  softphone.contact = `sip:${agent.username}@192.0.2.7:5060;transport=tcp`;
  await softphone.register();
  const sessionId = await floor.signIn(agent.agentId, 'nailed_up');
  await floor.untilSession(sessionId, 'ready');
  await floor.role.handle({ name: 'release_agent', sessionId });
  await softphone.peer.request('BYE');
});

describe('short-lived credentials', () => {
  const issue = async (): Promise<IssuedSipCredential> => {
    const key = await floor.db.transaction((tx) =>
      createApiKey(tx, { role: 'agent', name: 'meja', agentId: agent.agentId }),
    );
    return floor.db.transaction((tx) =>
      issueSipCredential(tx, { agentId: agent.agentId, apiKeyId: key.id, realm: REALM }),
    );
  };

  test('revoked, they take the registration and its leg with them at once', async () => {
    const softphone = await floor.openSoftphone(await issue());
    expect(await softphone.register()).toBe(200);
    const sessionId = await floor.signIn(agent.agentId, 'nailed_up');
    await floor.untilSession(sessionId, 'ready');
    await floor.db.transaction((tx) => revokeSipCredentials(tx, agent.agentId));
    await softphone.peer.request('BYE', { limitMs: 2_000 });
    expect(await floor.untilSession(sessionId, 'lost')).toMatchObject({
      cause: 'credentials_ended',
    });
    expect(await binding()).toBeUndefined();
    expect(await softphone.register()).toBe(403);
    // and new ones bring the agent back
    const again = await floor.openSoftphone(await issue());
    expect(await again.register()).toBe(200);
    await floor.untilSession(sessionId, 'ready');
  });

  test('a password of its own goes on beside them', async () => {
    await floor.db.transaction((tx) => revokeSipCredentials(tx, agent.agentId));
    const softphone = await floor.openSoftphone(agent);
    expect(await softphone.register()).toBe(200);
  });
});

describe('strangers', () => {
  const ask = async (softphone: RawSoftphone, method: string, uri: string): Promise<number> => {
    const server = floor.endpoint('udp').split('/')[1]!;
    const dialog = PeerDialog.calling(softphone.peer, server, uri);
    if (method === 'INVITE') dialog.invite({ body: 'v=0\r\n' });
    else dialog.say(method);
    const answer = await softphone.peer.waitFor((m) => m.cseqMethod === method && m.status >= 200);
    if (method === 'INVITE') dialog.ack(answer.message);
    return answer.message.status;
  };
  test.each([
    ['INVITE', 480],
    ['OPTIONS', 200],
    ['SUBSCRIBE', 405],
    ['PUBLISH', 405],
    ['MESSAGE', 405],
  ])('%s is answered %d, whoever is named', async (method, status) => {
    const stranger = await floor.openSoftphone(agent, 'udp');
    expect(await ask(stranger, method, agent.username)).toBe(status);
    const other = await floor.openSoftphone(agent, 'udp');
    expect(await ask(other, method, 'tidak-ada')).toBe(status);
  });
});

test('somebody who keeps guessing is not heard any more', async () => {
  const guesser = await floor.openSoftphone(agent);
  const answers: number[] = [];
  for (let guess = 0; guess < 25; guess++)
    answers.push(await guesser.register(120, `tebak-${guess}`));
  expect(answers).toContain(403);
  expect(answers.at(-1)).toBe(503);
  // this source is quiet for a minute: the last test of this file
  await eventually(binding, (row) => row === undefined, 'no binding');
});
