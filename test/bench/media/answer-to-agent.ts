/**
 * From the debtor's 200 OK to the debtor's voice at the agent, through an rtpengine: on a leg that is
 * nailed up, and on one that was rung for the call. Of each mode as many calls, in turn A B A B; the
 * debtor talks from the answer on, and what is heard is checked to be the debtor's tone.
 *
 *     npm run bench:answer                100 calls of each mode
 *     BENCH_CALLS=20 npm run bench:answer
 */
import { loadavg } from 'node:os';
import type { LegMode } from '../../../src/db/agent-sessions';
import { CallFloor } from '../../e2e/calls/support/call-floor';
import { TrunkPeer } from '../../e2e/calls/support/trunk-peer';
import { RtpPeer } from '../../e2e/media/support/rtp-peer';
import { Rtpengine } from '../../e2e/media/support/rtpengine';
import { Cleanups } from '../../support/cleanups';
import { eventually } from '../../support/eventually';
import { startTestPostgres } from './start-test-postgres';

const CALLS = Number(process.env.BENCH_CALLS ?? 100);
/** The debtor is heard on a nailed-up leg within it, p99. */
const LIMIT_MS = 300;
const MODES: readonly LegMode[] = ['nailed_up', 'per_call'];

async function main(): Promise<void> {
  const cleanups = new Cleanups();
  try {
    cleanups.add(await startTestPostgres());
    const engine = await Rtpengine.start();
    cleanups.add(engine);
    const floor = cleanups.add(
      await CallFloor.open({}, undefined, { engines: [engine.address], silenceLimitMs: 0 }),
    );
    const trunk = cleanups.add(await TrunkPeer.open('talk'));
    await floor.addTrunk({ port: trunk.port });
    const heardMs: Record<LegMode, number[]> = { nailed_up: [], per_call: [] };
    for (let call = 0; call < CALLS; call += 1)
      for (const mode of MODES) heardMs[mode].push(await measure(floor, trunk, mode));
    const [nailedUp, rung] = MODES.map((mode) => summary(heardMs[mode]));
    const result = {
      ...{ calls: CALLS, nailedUp, rung },
      ratioOfMedians: Number(((rung?.p50 ?? NaN) / (nailedUp?.p50 ?? NaN)).toFixed(2)),
      loadAverage: loadavg().map((load) => Number(load.toFixed(1))),
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
    if ((nailedUp?.p99 ?? Infinity) >= LIMIT_MS) process.exitCode = 1;
  } finally {
    await cleanups.run();
  }
}

/** One call of one agent, from sign-in to the end. @returns ms from the 200 OK to the first packet heard */
async function measure(floor: CallFloor, trunk: TrunkPeer, mode: LegMode): Promise<number> {
  const cleanups = new Cleanups();
  try {
    const agentEar = cleanups.add(await RtpPeer.open(440));
    const debtorEar = cleanups.add(await RtpPeer.open(1_000));
    const account = await floor.addAgent();
    const softphone = await floor.openSoftphone(account, 'udp');
    softphone.describe = (offer) => {
      agentEar.talkTo(offer);
      return Promise.resolve(agentEar.sdp());
    };
    if ((await softphone.register()) !== 200) throw new Error('not registered');
    const sessionId = await floor.signIn(account.agentId, mode);
    await floor.untilSession(sessionId, 'ready');
    let answeredMs = 0;
    trunk.describe = () => {
      answeredMs = performance.now();
      debtorEar.talkTo(trunk.offers.at(-1) ?? '');
      return debtorEar.sdp();
    };
    const attemptId = await floor.dial();
    await eventually('audio at the agent', 10_000, () => agentEar.firstHeardMs, 2);
    const ms = (agentEar.firstHeardMs ?? NaN) - answeredMs;
    await agentEar.hears(debtorEar);
    await floor.untilAttempt(attemptId, 'connected');
    trunk.hangUp();
    await floor.untilAttempt(attemptId, 'ended');
    await floor.signOff(sessionId);
    await floor.role.handle({ name: 'release_agent', sessionId });
    return ms;
  } finally {
    await cleanups.run();
  }
}

function summary(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = Math.min(Math.ceil(share * sorted.length), sorted.length) - 1;
    return Number((sorted[place] ?? NaN).toFixed(1));
  };
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    process.exit(1);
  },
);
