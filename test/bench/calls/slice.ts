import { setTimeout as delay } from 'node:timers/promises';
import type { DebtorPeer } from './debtor-peer';

/** One measured stretch of one side. */
export interface Slice {
  /** `engine`: the product with its audio through an rtpengine. */
  readonly side: 'bare' | 'product' | 'engine';
  readonly seconds: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly failed: number;
  readonly retransmissions: number;
  /** CPU seconds a call, by process. */
  readonly cpuPerCall: Readonly<Record<string, number>>;
}

export interface SliceOptions {
  readonly side: Slice['side'];
  readonly debtor: DebtorPeer;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** CPU seconds used so far, by process. */
  readonly cpu: () => Readonly<Record<string, number>>;
}

/** Measures what runs already: after the warm-up, for the given time, by the debtors' counters. */
export async function measureSlice(options: SliceOptions): Promise<Slice> {
  const { debtor, cpu, side } = options;
  await delay(options.warmUpMs);
  const from = await debtor.nextCounts();
  const cpuFrom = cpu();
  await delay(options.measureMs);
  const to = await debtor.nextCounts();
  const cpuTo = cpu();
  const calls = to.completed - from.completed;
  const seconds = to.atSeconds - from.atSeconds;
  if (calls === 0) throw new Error(`not one call of the ${side} side was completed`);
  return {
    side,
    seconds,
    calls,
    callsPerSecond: calls / seconds,
    failed: to.failed - from.failed,
    retransmissions: to.retransmissions - from.retransmissions,
    cpuPerCall: Object.fromEntries(
      Object.entries(cpuTo).map(([name, value]) => [name, (value - (cpuFrom[name] ?? 0)) / calls]),
    ),
  };
}
