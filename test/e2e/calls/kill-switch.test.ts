import { one } from '../../../src/db/database';
import { cancelRinging, type RingingScope } from '../../../src/db/cancel-ringing';
import { pullKillSwitch, type KillTarget } from '../../../src/db/kill-switches';
import { Cleanups } from '../../support/cleanups';
import { CallFloor } from './support/call-floor';
import { TrunkPeer, type TrunkBehaviour } from './support/trunk-peer';

jest.setTimeout(60_000);

const cleanups = new Cleanups();
let floor: CallFloor;
beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open({ ringTimeoutMs: 30_000 }));
});
afterEach(() => cleanups.run());

const addTrunk = async (
  behaviour: TrunkBehaviour,
  priority = 1,
): Promise<{ trunk: TrunkPeer; trunkId: string }> => {
  const trunk = cleanups.add(await TrunkPeer.open(behaviour));
  return { trunk, trunkId: await floor.addTrunk({ port: trunk.port, priority }) };
};

type Scope = KillTarget['scope'];
const target = (scope: Scope, trunkId: string): KillTarget => {
  const { creditorId, campaignId } = floor.floor;
  const ids = { all: null, creditor: creditorId, campaign: campaignId, trunk: trunkId };
  return { scope, scopeId: ids[scope] };
};
/** @returns the instant right before the commit, of the monotonic clock. */
const pull = (what: KillTarget, cancelsRinging: boolean): Promise<number> =>
  floor.db.transaction(async (tx) => {
    const input = { ...what, reason: 'uji', cancelRinging: cancelsRinging, actor: 'key:1' };
    await pullKillSwitch(tx, input);
    return performance.now();
  });
const isInvite = (m: { method: string }): boolean => m.method === 'INVITE';
const isCancel = (m: { method: string }): boolean => m.method === 'CANCEL';

const rings = async (): Promise<string> => {
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'ringing');
  return attemptId;
};

test.each(['all', 'creditor', 'campaign', 'trunk'] as const)(
  'scope %s, asked to cancel: whoever rings is let go within a second, without any queue',
  async (scope) => {
    const { sessionId } = await floor.readyAgent('nailed_up');
    const { trunk, trunkId } = await addTrunk('ring');
    const attemptId = await rings();
    const pulledAtMs = await pull(target(scope, trunkId), true);
    const cancel = await trunk.peer.request('CANCEL');
    expect(cancel.atMs - pulledAtMs).toBeLessThan(1_000);
    expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
      result: 'cancelled',
      sipReason: 'kill_switch',
      sipStatus: 487,
      counted: true,
    });
    await floor.untilSession(sessionId, 'ready');
    expect(trunk.peer.count(isCancel)).toBe(1);
  },
);

test('not asked to cancel: it rings on, until the wish is added', async () => {
  await floor.readyAgent('nailed_up');
  const { trunk, trunkId } = await addTrunk('ring');
  const attemptId = await rings();
  await pull(target('campaign', trunkId), false);
  await trunk.peer.quietFor(isCancel, 1_000);
  expect(await floor.attempt(attemptId)).toMatchObject({ state: 'ringing' });
  await pull(target('campaign', trunkId), true);
  await trunk.peer.request('CANCEL');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'cancelled' });
});

test('a switch of another campaign, creditor or trunk cancels nothing here', async () => {
  await floor.readyAgent('nailed_up');
  const { trunk } = await addTrunk('ring');
  const other = await addTrunk('ring', 2);
  const elsewhere = await floor.db.query<{ creditorId: string; campaignId: string }>(
    `with k as (insert into creditor (code, name) values ('lain', 'Lain') returning id)
     insert into campaign (creditor_id, name, state, rule_packs)
       select id, 'Lain', 'running', '{DEMO.OPEN}' from k
       returning creditor_id as "creditorId", id as "campaignId"`,
  );
  const { creditorId, campaignId } = one(elsewhere, 'campaign');
  const attemptId = await rings();
  await pull({ scope: 'creditor', scopeId: creditorId }, true);
  await pull({ scope: 'campaign', scopeId: campaignId }, true);
  await pull(target('trunk', other.trunkId), true);
  await trunk.peer.quietFor(isCancel, 1_000);
  expect(await floor.attempt(attemptId)).toMatchObject({ state: 'ringing' });
});

test('a talk is never touched', async () => {
  const { sessionId } = await floor.readyAgent('nailed_up');
  const { trunk, trunkId } = await addTrunk('talk');
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  for (const scope of ['all', 'creditor', 'campaign', 'trunk'] as const) {
    await pull(target(scope, trunkId), true);
  }
  await trunk.peer.quietFor((m) => m.method === 'BYE' || m.method === 'CANCEL', 1_000);
  expect(await floor.attempt(attemptId)).toMatchObject({ state: 'connected' });
  await floor.role.handle({ name: 'control_call', attemptId, command: 'hang_up' });
  await trunk.peer.request('BYE');
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ result: 'connected' });
  await floor.untilSession(sessionId, 'wrap_up');
});

test('reserved before the switch, dialed after it: nothing leaves, the agent is free', async () => {
  const { sessionId } = await floor.readyAgent('nailed_up');
  const { trunk, trunkId } = await addTrunk('ring');
  const attemptId = await floor.reserve();
  await pull(target('creditor', trunkId), false);
  await floor.role.handle({ name: 'dial', attemptId });
  expect(await floor.attempt(attemptId)).toMatchObject({
    state: 'ended',
    result: 'blocked_by_rule',
    counted: false,
  });
  const denial = await floor.db.query<{ deniedBy: string }>(
    `select denied_by as "deniedBy" from decision where attempt_id = $1 and verdict = 'deny'`,
    [attemptId],
  );
  expect(denial.rows).toEqual([{ deniedBy: 'engine.kill_switch' }]);
  await floor.untilSession(sessionId, 'ready');
  expect(trunk.peer.count(isInvite)).toBe(0);
});

test('a trunk under a switch is passed over for the next one', async () => {
  await floor.readyAgent('nailed_up');
  const first = await addTrunk('ring', 1);
  const second = await addTrunk('ring', 2);
  const attemptId = await floor.reserve();
  await pull(target('trunk', first.trunkId), true);
  await floor.role.handle({ name: 'dial', attemptId });
  await floor.untilAttempt(attemptId, 'ringing');
  expect(await floor.attempt(attemptId)).toMatchObject({ trunkId: second.trunkId });
  expect(first.trunk.peer.count(isInvite)).toBe(0);
  await second.trunk.peer.quietFor(isCancel, 600);
});

test('pulled while the first trunk is silent: the second is not asked', async () => {
  await floor.readyAgent('nailed_up');
  const first = await addTrunk('silent', 1);
  const second = await addTrunk('ring', 2);
  const attemptId = await floor.dial();
  const invite = await first.trunk.peer.request('INVITE');
  await pull(target('campaign', first.trunkId), false);
  first.trunk.refuse(invite.message.callId, 503);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({
    result: 'network_failure',
    sipStatus: 503,
  });
  expect(second.trunk.peer.count(isInvite)).toBe(0);
});

test('the second trunk alone is under a switch: nobody is asked after the first', async () => {
  await floor.readyAgent('nailed_up');
  const first = await addTrunk('silent', 1);
  const second = await addTrunk('ring', 2);
  const attemptId = await floor.dial();
  const invite = await first.trunk.peer.request('INVITE');
  await pull(target('trunk', second.trunkId), false);
  first.trunk.refuse(invite.message.callId, 503);
  expect(await floor.untilAttempt(attemptId, 'ended')).toMatchObject({ sipStatus: 503 });
  expect(second.trunk.peer.count(isInvite)).toBe(0);
});

const phoneOf = async (attemptId: string): Promise<{ debtorId: string; e164: string }> => {
  const found = await floor.db.query<{ debtorId: string; e164: string }>(
    `select a.debtor_id as "debtorId", p.e164 from attempt a join phone p on p.id = a.phone_id
     where a.id = $1`,
    [attemptId],
  );
  return one(found, 'attempt');
};

test.each(['debtorId', 'e164'] as const)(
  'a hold by %s: that person stops ringing within a second, the others ring on',
  async (by) => {
    const { sessionId } = await floor.readyAgent('nailed_up');
    await floor.readyAgent('nailed_up');
    const { trunk } = await addTrunk('ring');
    const held = await rings();
    const other = await rings();
    const person = await phoneOf(held);
    const who = by === 'e164' ? { e164: person.e164 } : { debtorId: person.debtorId };
    const ask = (scope: RingingScope): Promise<number> =>
      floor.db.transaction((tx) => cancelRinging(tx, scope));
    expect(await ask({ who, creditorId: floor.floor.poolId })).toBe(0);
    expect(await ask({ who, creditorId: floor.floor.creditorId })).toBe(1);
    const askedAtMs = performance.now();
    const cancel = await trunk.peer.request('CANCEL');
    expect(cancel.atMs - askedAtMs).toBeLessThan(1_000);
    expect(await floor.untilAttempt(held, 'ended')).toMatchObject({
      result: 'cancelled',
      sipReason: 'hold',
    });
    await floor.untilSession(sessionId, 'ready');
    await trunk.peer.quietFor(isCancel, 600);
    expect(await floor.attempt(other)).toMatchObject({ state: 'ringing' });
  },
);
