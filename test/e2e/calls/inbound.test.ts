import { recordOutcome } from '../../../src/db/outcomes';
import { one } from '../../../src/db/database';
import { CallFloor, eventually, type SignedIn } from './support/call-floor';
import { InboundCaller } from './support/inbound-caller';
import { lastInboundCall } from './support/inbound-row';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(30_000);

const NUMBER = '+622150000001';

let floor: CallFloor;
let trunk: TrunkPeer;
let trunkId: string;
let signedIn: SignedIn[] = [];

beforeAll(async () => {
  floor = await CallFloor.open();
  trunk = await TrunkPeer.open('ring');
  trunkId = await floor.addTrunk({ port: trunk.port, maxChannels: 3 });
});
afterAll(async () => {
  await floor.close();
  await trunk.close();
});
// nobody of another test is left to take a call
afterEach(async () => {
  for (const { sessionId } of signedIn) await floor.signOff(sessionId);
  signedIn = [];
});

const agentReady = async (legMode: 'nailed_up' | 'per_call'): Promise<SignedIn> => {
  const agent = await floor.readyAgent(legMode);
  signedIn.push(agent);
  return agent;
};
const person = async (): Promise<{ debtorId: string; accountId: string; e164: string }> => {
  const { debtorId, accountIds } = await floor.floor.addDebtor();
  const phone = await floor.db.query<{ e164: string }>(
    'select e164 from phone where debtor_id = $1',
    [debtorId],
  );
  // not due: nobody dials them meanwhile
  await floor.db.query(
    `update account set next_attempt_at = now() + interval '1 day' where id = $1`,
    [accountIds[0]],
  );
  return { debtorId, accountId: accountIds[0]!, e164: one(phone, 'phone').e164 };
};
const server = (): string => floor.endpoint('udp').split('/')[1]!;
const call = (from: string, called = NUMBER, headers: string[] = []): InboundCaller =>
  new InboundCaller(trunk.peer, { server: server(), called, from, headers });

const lastCall = (state?: string) => lastInboundCall(floor, state);
const openCallbacks = async (): Promise<
  { debtorId: string | null; e164: string | null; calls: number }[]
> =>
  (
    await floor.db.query<{ debtorId: string | null; e164: string | null; calls: number }>(
      `select debtor_id as "debtorId", e164, calls from callback_request where state = 'open'
       order by id desc`,
    )
  ).rows;
const inboundAttempts = async (debtorId: string) =>
  (
    await floor.db.query<{ id: string; agentId: string; result: string | null; counted: boolean }>(
      `select id, agent_id as "agentId", result, counted from attempt
       where debtor_id = $1 and direction = 'in' order by id`,
      [debtorId],
    )
  ).rows;

test('a debtor who calls is joined to an agent, and the next time to the same one', async () => {
  const { debtorId, e164, accountId } = await person();
  const knows = await agentReady('per_call');
  const first = call(e164);
  await first.response(180);
  const answer = await first.final();
  expect(answer.status).toBe(200);
  // each side has the media of the other
  expect(answer.body).toContain('s=softphone');
  await knows.softphone.peer.waitFor(
    (m) => m.method === 'INVITE' && m.body.includes('s=penelepon'),
  );
  await floor.untilSession(knows.sessionId, 'in_call');
  const { attemptId, ...row } = await lastCall('answered');
  expect(row).toMatchObject({ caller: e164, matches: 1, debtorId });
  expect(await floor.attempt(attemptId!)).toMatchObject({ state: 'connected', trunkId });
  await first.hangUp();
  expect(await floor.untilAttempt(attemptId!, 'ended')).toMatchObject({
    result: 'connected',
    endedBy: 'debtor',
    counted: false,
  });
  expect((await floor.session(knows.sessionId)).state).toBe('wrap_up');
  expect(
    (await floor.legs(attemptId!)).map(({ kind, endedAt }) => [kind, endedAt !== null]),
  ).toEqual([
    ['customer', true],
    ['agent', true],
  ]);
  // somebody else waits for longer than who has spoken with them
  const waitsLonger = await agentReady('nailed_up');
  const recorded = await floor.db.transaction((tx) =>
    recordOutcome(tx, {
      attemptId: attemptId!,
      onlyAgentId: knows.agentId,
      actor: `agent:${knows.agentId}`,
      input: {
        ...{ code: 'RPC_PTP', rootCause: 'forgot', note: null, callbackAt: null },
        promise: {
          amountMinor: 5_000_000n,
          dueDate: new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10),
          method: 'qris',
        },
      },
    }),
  );
  expect(recorded).toMatchObject({ kind: 'recorded', outcome: { accountId, code: 'RPC_PTP' } });
  await floor.untilSession(knows.sessionId, 'ready');
  const second = call(e164.replace('+62', '0'));
  expect((await second.final()).status).toBe(200);
  await floor.untilSession(knows.sessionId, 'in_call');
  expect((await floor.session(waitsLonger.sessionId)).state).toBe('ready');
  const again = await lastCall('answered');
  await floor.role.handle({
    name: 'control_call',
    attemptId: again.attemptId!,
    command: 'hang_up',
  });
  await second.untilHungUp();
  expect(await floor.untilAttempt(again.attemptId!, 'ended')).toMatchObject({ endedBy: 'agent' });
});

test('nobody is there: 480, a callback request, a line in the history, and the account is due', async () => {
  const { debtorId, e164, accountId } = await person();
  const first = call(`${e164};phone-context=x`);
  expect((await first.final()).status).toBe(480);
  expect(await lastCall('missed')).toMatchObject({ cause: 'no_agent', debtorId });
  const again = call(e164);
  expect((await again.final()).status).toBe(480);
  await eventually(
    openCallbacks,
    ([request]) => request?.calls === 2 && request.debtorId === debtorId,
    'one request for two calls',
  );
  const { rows } = await floor.db.query<{ due: boolean; contacts: number }>(
    `select a.next_attempt_at <= now() as due, (select count(*)::int from contact
       where debtor_id = a.debtor_id and direction = 'in') as contacts
     from account a where a.id = $1`,
    [accountId],
  );
  expect(rows).toEqual([{ due: true, contacts: 2 }]);
  await floor.db.query(`update account set next_attempt_at = null where id = $1`, [accountId]);
});

test('an agent who does not pick up is paused, and the next one has the call', async () => {
  const { debtorId, e164 } = await person();
  const away = await agentReady('per_call');
  away.softphone.answers = 480;
  const next = await agentReady('nailed_up');
  const caller = call(e164);
  expect((await caller.final()).status).toBe(200);
  await floor.untilSession(next.sessionId, 'in_call');
  expect(await floor.session(away.sessionId)).toEqual({
    state: 'paused',
    cause: 'ring_no_answer',
  });
  await caller.hangUp();
  await floor.untilSession(next.sessionId, 'wrap_up');
  expect(await inboundAttempts(debtorId)).toMatchObject([
    { agentId: away.agentId, result: 'expired', counted: false },
    { agentId: next.agentId, result: 'connected', counted: false },
  ]);
});

test('a caller who gives up leaves the agent as before', async () => {
  const { e164 } = await person();
  const agent = await agentReady('per_call');
  agent.softphone.answers = 0;
  const caller = call(e164);
  await agent.softphone.peer.waitFor((m) => m.method === 'INVITE');
  await caller.response(180);
  caller.dialog.cancel();
  expect((await caller.final()).status).toBe(487);
  await floor.untilSession(agent.sessionId, 'ready');
  expect(await lastCall('missed')).toMatchObject({ cause: 'caller_hung_up' });
});

test('a caller who gives up while the agent is about to be rung rings nobody', async () => {
  const { e164 } = await person();
  const agent = await agentReady('per_call');
  const caller = call(e164);
  // the offer waits for the session: the caller is gone before the agent's INVITE is out
  await floor.db.transaction(async (tx) => {
    await tx.query('select from agent_session where id = $1 for update', [agent.sessionId]);
    await caller.response(180);
    await eventually(
      () => tx.query(`select from pg_locks where not granted`),
      ({ rowCount }) => rowCount !== 0,
      'the offer waits',
    );
    caller.dialog.cancel();
    expect((await caller.final()).status).toBe(487);
  });
  expect(await lastCall('missed')).toMatchObject({ cause: 'caller_hung_up' });
  await floor.untilSession(agent.sessionId, 'ready');
  expect(agent.softphone.peer.count((m) => m.method === 'INVITE')).toBe(0);
});

test('who is unknown, withholds the number or shares it talks to an agent who is told nobody', async () => {
  const shared = await person();
  const other = await person();
  await floor.db.query('update phone set e164 = $2 where debtor_id = $1', [
    other.debtorId,
    shared.e164,
  ]);
  const thirdParty = await person();
  await floor.db.query(`update phone set owner = 'spouse' where debtor_id = $1`, [
    thirdParty.debtorId,
  ]);
  const agent = await agentReady('nailed_up');
  for (const [from, matches, caller] of [
    ['+6281200099999', 0, '+6281200099999'],
    ['anonymous', 0, null],
    [thirdParty.e164, 0, thirdParty.e164],
    [shared.e164, 2, shared.e164],
  ] as const) {
    const talk = call(from);
    expect((await talk.final()).status).toBe(200);
    await floor.untilSession(agent.sessionId, 'in_call');
    const row = await lastCall('answered');
    expect(row).toMatchObject({ matches, caller, debtorId: null });
    const { rows } = await floor.db.query(
      'select account_id, debtor_id, phone_id from attempt where id = $1',
      [row.attemptId],
    );
    expect(rows).toEqual([{ account_id: null, debtor_id: null, phone_id: null }]);
    await talk.hangUp();
    await floor.untilSession(agent.sessionId, 'wrap_up');
    await floor.afterWrapUp(agent.sessionId);
  }
});

test('the carrier’s word counts more than the caller’s', async () => {
  const { e164, debtorId } = await person();
  const asserted = `P-Asserted-Identity: "sip:0@x" <sip:${e164}@carrier.example;user=phone>`;
  const caller = call('anonymous', NUMBER, [asserted, 'Privacy: id']);
  expect((await caller.final()).status).toBe(480);
  expect(await lastCall('missed')).toMatchObject({ caller: e164, debtorId });
});

test.each(['nailed_up', 'per_call'] as const)(
  '%s: who calls while we ring them is joined, and our ringing ends',
  async (legMode) => {
    const agent = await agentReady(legMode);
    const dialed = await floor.dial();
    await floor.untilAttempt(dialed, 'ringing');
    const phone = await floor.db.query<{ e164: string; debtorId: string }>(
      `select p.e164, p.debtor_id as "debtorId" from attempt t join phone p on p.id = t.phone_id
       where t.id = $1`,
      [dialed],
    );
    const { e164, debtorId } = one(phone, 'phone');
    const caller = call(e164);
    await trunk.peer.waitFor((m) => m.method === 'CANCEL' && trunk.invitedAtMs.has(m.callId));
    expect((await caller.final()).status).toBe(200);
    expect(await floor.attempt(dialed)).toMatchObject({
      state: 'ended',
      result: 'cancelled',
      sipReason: 'inbound',
    });
    await floor.untilSession(agent.sessionId, 'in_call');
    expect((await inboundAttempts(debtorId)).at(-1)).toMatchObject({ agentId: agent.agentId });
    // a second line of the same person is busy
    const second = call(e164);
    expect((await second.final()).status).toBe(486);
    await caller.hangUp();
    await floor.untilSession(agent.sessionId, 'wrap_up');
  },
);

test('numbers that are not the trunk’s, strangers and too many calls are refused', async () => {
  expect((await call('+6281200099998', '+622150009999').final()).status).toBe(404);
  const stranger = await TrunkPeer.open('silent');
  const refused = new InboundCaller(stranger.peer, {
    ...{ server: server(), called: NUMBER, from: '+6281200099998' },
  });
  expect((await refused.final()).status).toBe(480);
  await stranger.close();
  await floor.db.query('update trunk set max_channels = 1 where id = $1', [trunkId]);
  const { e164 } = await person();
  const agent = await agentReady('nailed_up');
  const talk = call(e164);
  expect((await talk.final()).status).toBe(200);
  await floor.untilSession(agent.sessionId, 'in_call');
  expect((await call('+6281200099998').final()).status).toBe(486);
  await talk.hangUp();
  await floor.untilSession(agent.sessionId, 'wrap_up');
  await floor.db.query('update trunk set max_channels = 3 where id = $1', [trunkId]);
});

test('a role that drains sends callers elsewhere', async () => {
  await floor.role.stopIntake();
  const refusal = await call('+6281200099998').final();
  expect([refusal.status, refusal.header('retry-after')]).toEqual([503, '10']);
});
