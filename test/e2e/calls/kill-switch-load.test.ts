import { runCampaignTurn } from '../../../dialer/campaign-loop';
import { createGate, type Gate } from '../../../dialer/create-gate';
import type { SipRole } from '../../../sip/start-sip-role';
import { openDatabase } from '../../../src/db/database';
import { pullKillSwitch, releaseKillSwitch, type KillTarget } from '../../../src/db/kill-switches';
import type { SipQueue } from '../../../src/queue/sip-queue';
import { repeat } from '../../../src/main/repeat';
import { addDebtors } from '../../support/add-debtors';
import { Cleanups } from '../../support/cleanups';
import { makeGate, TEST_SIGNER } from '../../support/gate';
import { openTarget } from '../conformance/support/conformance-target';
import { CallFloor, eventually } from './support/call-floor';
import { TrunkPeer } from './support/trunk-peer';

jest.setTimeout(120_000);

const AGENTS_A_ROLE = 4;
const DEBTORS = 1_500;
const TURN_EVERY_MS = 100;

const cleanups = new Cleanups();
let floor: CallFloor;
let trunks: { readonly id: string; readonly peer: TrunkPeer }[];

/** Rings straight at the role that holds the agent; the real queues have tests of their own. */
const doorbell = (roles: readonly SipRole[]): SipQueue => ({
  send: (instanceId, job) => {
    const role = roles.find((one) => one.instanceId === instanceId);
    role?.handle(job).catch(() => undefined);
    return Promise.resolve();
  },
  discard: () => Promise.resolve(),
  close: () => Promise.resolve(),
});

/** Two schedulers and two sip roles, each pair with connections of its own. */
beforeEach(async () => {
  floor = cleanups.add(await CallFloor.open({ ringTimeoutMs: 5_000 }));
  trunks = [];
  for (const priority of [1, 2]) {
    const peer = cleanups.add(await TrunkPeer.open('busy'));
    // the first takes half of the calls and leaves the rest to the second
    const trunk = { port: peer.port, priority, maxChannels: priority === 1 ? 4 : 30 };
    trunks.push({ id: await floor.addTrunk(trunk), peer });
  }
  const url = floor.database.url;
  const otherDb = openDatabase({ url, maxConnections: 10, onIdleError: () => undefined });
  const otherGate = createGate({ db: otherDb, signer: TEST_SIGNER, engine: 'test' });
  const signalling = await openTarget();
  const otherRole = await floor.addRole(otherGate, signalling);
  const roles = [floor.role, otherRole];
  for (const role of roles) {
    await Promise.all(
      Array.from({ length: AGENTS_A_ROLE }, () => floor.readyAgent('nailed_up', 'udp', role)),
    );
  }
  await addDebtors(floor.db, floor.floor.creditorId, DEBTORS);
  const queue = doorbell(roles);
  for (const gate of [makeGate(floor.db), otherGate]) cleanups.add(schedule(gate, queue));
  // the other role ends before its connections do
  closeAfter = async () => {
    await signalling.close();
    await otherDb.close();
  };
});
let closeAfter: () => Promise<void>;
afterEach(async () => {
  await cleanups.run();
  await closeAfter();
});

const schedule = (gate: Gate, queue: SipQueue): { stop(): Promise<void> } => {
  const failures: unknown[] = [];
  const onError = (error: unknown): void => void failures.push(error);
  const turns = repeat(
    TURN_EVERY_MS,
    () => runCampaignTurn({ gate, queue, onError }),
    (error) => failures.push(error),
  );
  return {
    stop: async () => {
      await turns.stop();
      expect(failures).toEqual([]);
    },
  };
};

/** @returns its id, and the instant right before the commit. */
const pull = (what: KillTarget): Promise<{ id: string; atMs: number }> =>
  floor.db.transaction(async (tx) => {
    const input = { ...what, reason: 'uji', cancelRinging: false, actor: 'key:1' };
    const pulled = await pullKillSwitch(tx, input);
    if (pulled === null) throw new Error('no such target');
    return { id: pulled.killSwitch.id, atMs: performance.now() };
  });

const invitedAfter = (atMs: number): number[] =>
  trunks.flatMap(({ peer }) => peer.invitedAfter(atMs));
const decisions = async (): Promise<number> => {
  const { rows } = await floor.db.query<{ n: number }>('select count(*)::int as n from decision');
  return rows[0]!.n;
};
/** Every scheduler has had ten turns. */
const laterThan = (ms: number): Promise<number> =>
  eventually(
    () => Promise.resolve(performance.now()),
    (now) => now > ms,
    `${ms} ms`,
  );

test('every scope stops two busy schedulers and two sip roles within a second, and lets go', async () => {
  const { creditorId, campaignId } = floor.floor;
  const scopes: KillTarget[] = [
    { scope: 'all', scopeId: null },
    { scope: 'creditor', scopeId: creditorId },
    { scope: 'campaign', scopeId: campaignId },
  ];
  const lastInviteMs: Record<string, number> = {};
  for (const what of scopes) {
    const startedAtMs = performance.now();
    const calling = (least: number) => (all: number[]) => all.length >= least;
    const invites = (): Promise<number[]> => Promise.resolve(invitedAfter(startedAtMs));
    await eventually(invites, calling(25), `${what.scope}: calls under way`, 30_000);
    const { id, atMs } = await pull(what);
    await laterThan(atMs + 1_000);
    const decided = await decisions();
    await laterThan(atMs + 2_500);
    lastInviteMs[what.scope] = Math.max(0, ...invitedAfter(atMs));
    // nothing spins: no decision is written, and every agent stays ready
    expect(await decisions()).toBe(decided);
    const { rows } = await floor.db.query(
      `select state, count(*)::int as n from agent_session group by state`,
    );
    expect(rows).toEqual([{ state: 'ready', n: 2 * AGENTS_A_ROLE }]);
    await floor.db.transaction((tx) =>
      releaseKillSwitch(tx, { id, reason: 'beres', actor: 'key:1' }),
    );
  }
  expect(Object.values(lastInviteMs).filter((ms) => ms >= 1_000)).toEqual([]);
});

test('one trunk stops within a second, the other goes on', async () => {
  const [first, second] = trunks;
  if (first === undefined || second === undefined) throw new Error('two trunks');
  const until = (peer: TrunkPeer, afterMs: number, least: number): Promise<number[]> =>
    eventually(
      () => Promise.resolve(peer.invitedAfter(afterMs)),
      (all) => all.length >= least,
      'calls on a trunk',
      30_000,
    );
  await until(first.peer, 0, 15);
  const { id, atMs } = await pull({ scope: 'trunk', scopeId: first.id });
  await until(second.peer, atMs + 1_000, 15);
  await laterThan(atMs + 2_500);
  expect(Math.max(0, ...first.peer.invitedAfter(atMs))).toBeLessThan(1_000);
  await floor.db.transaction((tx) =>
    releaseKillSwitch(tx, { id, reason: 'beres', actor: 'key:1' }),
  );
  await until(first.peer, performance.now(), 5);
});
