/**
 * Calls of the product with audio both ways through one rtpengine, all at once: how many packets of
 * those that were sent did not come out at the other end? None may be missing.
 *
 *     npm run bench:media                 100 calls, 20 seconds
 *     BENCH_CALLS=10 BENCH_SECONDS=3 npm run bench:media
 */
import { loadavg } from 'node:os';
import { CallFloor } from '../../e2e/calls/support/call-floor';
import { TrunkPeer } from '../../e2e/calls/support/trunk-peer';
import { Rtpengine } from '../../e2e/media/support/rtpengine';
import { Cleanups } from '../../support/cleanups';
import { cpuSeconds } from '../calls/cpu-time';
import { RtpFarm } from './rtp-farm';
import { startTestPostgres } from './start-test-postgres';

const CALLS = Number(process.env.BENCH_CALLS ?? 100);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 20);
const PACKETS_A_SECOND = 50;

async function main(): Promise<void> {
  const cleanups = new Cleanups();
  try {
    cleanups.add(await startTestPostgres());
    const engine = await Rtpengine.start(null, '127.0.0.1', 400 + 10 * CALLS);
    cleanups.add(engine);
    const floor = cleanups.add(
      await CallFloor.open({}, undefined, { engines: [engine.address], silenceLimitMs: 0 }),
    );
    const trunk = cleanups.add(await TrunkPeer.open('talk'));
    await floor.addTrunk({ port: trunk.port, maxChannels: CALLS });
    // even: agents, odd: debtors
    const farm = await RtpFarm.start(2 * CALLS);
    cleanups.add({ close: () => farm.stop() });
    const attemptIds: string[] = [];
    for (let call = 0; call < CALLS; call += 1)
      attemptIds.push(await connect(floor, trunk, farm, call));
    const cpuBefore = cpuSeconds(engine.pid);
    const { ends, packetsPerSecond } = await farm.measure(SECONDS * PACKETS_A_SECOND);
    const cpu = cpuSeconds(engine.pid) - cpuBefore;
    // a talk that was ended has no packets to lose; it is told apart
    const ended = await endings(floor, attemptIds);
    const stands = (end: number): boolean => !ended.has(attemptIds[end >> 1] ?? '');
    const from = (parity: number) => ends.filter((_, i) => i % 2 === parity && stands(i));
    const sum = (some: typeof ends, what: 'sent' | 'received') =>
      some.reduce((total, end) => total + end[what], 0);
    const [agents, debtors] = [from(0), from(1)];
    const direction = (senders: typeof ends, receivers: typeof ends) => {
      const [sent, received] = [sum(senders, 'sent'), sum(receivers, 'received')];
      return { sent, received, lost: sent - received };
    };
    const result = {
      ...{ calls: CALLS, seconds: SECONDS, endedMeanwhile: [...ended.values()] },
      agentToDebtor: direction(agents, debtors),
      debtorToAgent: direction(debtors, agents),
      packetsPerSecond: Math.round(packetsPerSecond),
      engineCpuMsASecondOfTalk: Number(((1_000 * cpu) / (CALLS * SECONDS)).toFixed(2)),
      loadAverage: loadavg().map((load) => Number(load.toFixed(1))),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    const lost = result.agentToDebtor.lost + result.debtorToAgent.lost;
    if (lost !== 0 || ended.size > 0) process.exitCode = 1;
  } finally {
    await cleanups.run();
  }
}

/** One more agent in a talk with one more debtor. */
async function connect(
  floor: CallFloor,
  trunk: TrunkPeer,
  farm: RtpFarm,
  call: number,
): Promise<string> {
  const account = await floor.addAgent();
  const softphone = await floor.openSoftphone(account, 'udp');
  softphone.describe = (offer) => {
    farm.talkTo(2 * call, offer);
    return Promise.resolve(farm.sdp(2 * call));
  };
  if ((await softphone.register()) !== 200) throw new Error('not registered');
  const sessionId = await floor.signIn(account.agentId, 'nailed_up');
  await floor.untilSession(sessionId, 'ready');
  trunk.describe = () => {
    farm.talkTo(2 * call + 1, trunk.offers.at(-1) ?? '');
    return farm.sdp(2 * call + 1);
  };
  const attemptId = await floor.dial();
  await floor.untilAttempt(attemptId, 'connected');
  return attemptId;
}

/** Talks that are over, by attempt, with the cause. */
async function endings(
  floor: CallFloor,
  attemptIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await floor.db.query<{ id: string; cause: string }>(
    `select attempt_id as id, cause from attempt_event
     where attempt_id = any($1) and to_state = 'ended'`,
    [attemptIds],
  );
  return new Map(rows.map(({ id, cause }) => [id, cause]));
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(1);
  },
);
