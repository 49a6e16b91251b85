import { servicePort } from '../../support/service-port';
import { startProgram, startSipp } from './child';
import { cpuSeconds } from './cpu-time';
import type { DebtorPeer } from './debtor-peer';
import { measureSlice, type Slice } from './slice';
import type { Signalling } from './signalling';

/**
 * sipp calls in, createB2BUA calls the debtor: as many calls at once as the product has agents, each
 * followed by the next one at once.
 */
export async function measureBare(options: {
  readonly signalling: Signalling;
  readonly debtor: DebtorPeer;
  readonly callsAtOnce: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}): Promise<Slice> {
  const { signalling, debtor } = options;
  const { host, port, secret } = signalling.admin;
  const app = await startProgram('run-bare-b2bua.ts', [host, port, secret, debtor.port]);
  const caller = startSipp('caller.sipp.xml', [
    signalling.sipHostPort,
    ...['-p', await servicePort(), '-l', options.callsAtOnce],
    // limited by -l alone; ramped up so that the first second is not a flood
    ...['-r', options.callsAtOnce, '-rate_increase', options.callsAtOnce, '-rate_interval', 1],
    ...['-m', 1_000_000],
  ]);
  try {
    return await measureSlice({
      ...options,
      side: 'bare',
      cpu: () => ({
        signalling: signalling.cpuSeconds(),
        app: cpuSeconds(app.pid),
        peers: cpuSeconds(debtor.process.pid) + cpuSeconds(caller.pid),
      }),
    });
  } finally {
    await caller.stop();
    await app.stop();
  }
}
