import { startEmbeddedSignalling } from '../../../sip/embedded/start-embedded-signalling';
import { CallFloor } from '../../e2e/calls/support/call-floor';
import { startSippCarrier } from '../../e2e/calls/support/sipp-carrier';
import { freePorts } from '../../e2e/conformance/support/free-ports';
import { Cleanups } from '../../support/cleanups';

jest.setTimeout(30_000);

const cleanups = new Cleanups();
afterEach(() => cleanups.run());

test('an agent who could not be rung because signalling was away is not paused for it', async () => {
  const [adminPort = 0, wsPort = 0] = await freePorts(2);
  const host = '127.0.0.1';
  const admin = { host, port: adminPort, secret: 'rahasia' };
  const listeners = [{ transport: 'ws', host, port: wsPort }] as const;
  const server = await startEmbeddedSignalling({ admin, listeners });
  const close = (): Promise<void> => Promise.resolve();
  const floor = cleanups.add(
    await CallFloor.open({}, () => Promise.resolve({ embedded: true, admin, close })),
  );
  const agent = await floor.readyAgent('per_call');
  await floor.addTrunk({ port: 9 });
  await server.close();
  await floor.dial();
  expect(await floor.untilSession(agent.sessionId, 'connecting')).toEqual({
    state: 'connecting',
    cause: 'signalling_lost',
  });
});

test('the signalling server dies in mid-call and comes back', async () => {
  const [adminPort = 0, wsPort = 0, udpPort = 0] = await freePorts(3);
  const host = '127.0.0.1';
  const admin = { host, port: adminPort, secret: 'rahasia' };
  const startServer = () =>
    startEmbeddedSignalling({
      admin,
      listeners: [
        { transport: 'ws', host, port: wsPort },
        { transport: 'udp', host, port: udpPort },
      ],
    });
  let server = await startServer();
  const floor = cleanups.add(
    await CallFloor.open({}, () =>
      Promise.resolve({ embedded: true, admin, close: () => server.close() }),
    ),
  );
  const talking = await floor.readyAgent('nailed_up');
  const carrier = cleanups.add(await startSippCarrier('answers-and-waits'));
  await floor.addTrunk({ port: carrier.port });
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  const waiting = await floor.readyAgent('nailed_up');

  await server.close();
  // the talk happened: an outcome is asked for; nobody is left in a state that nobody owns
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'system',
  });
  await floor.untilSession(talking.sessionId, 'lost');
  await floor.untilSession(waiting.sessionId, 'connecting');
  expect(floor.role.liveAttemptIds()).toEqual([]);

  server = await startServer();
  const { rows } = await floor.db.query<{ username: string }>(
    'select sip_username as username from agent where id = $1',
    [waiting.agentId],
  );
  const again = await floor.openSoftphone({
    username: rows[0]!.username,
    password: waiting.softphone.password,
  });
  const until = Date.now() + 8_000;
  while ((await again.register()) !== 200 && Date.now() < until);
  await floor.untilSession(waiting.sessionId, 'ready');
});
