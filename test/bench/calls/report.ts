import { cpus } from 'node:os';
import type { Slice } from './slice';

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** CPU milliseconds a call, by process, mean over slices. */
function meanCpu(slices: readonly Slice[]): Record<string, number> {
  const names = [...new Set(slices.flatMap((slice) => Object.keys(slice.cpuPerCall)))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      round(1_000 * mean(slices.map((slice) => slice.cpuPerCall[name] ?? 0)), 2),
    ]),
  );
}

/** What carries calls; the peers are ours. */
const ofServers = (cpuMs: Readonly<Record<string, number>>): number =>
  Object.entries(cpuMs).reduce((sum, [name, value]) => (name === 'peers' ? sum : sum + value), 0);

/** One table for people on stderr, one JSON line on stdout. */
export function printReport(run: {
  readonly slices: readonly Slice[];
  readonly signalling: string;
  readonly callsAtOnce: number;
  readonly talkMs: number;
}): void {
  const of = (side: Slice['side']): Slice[] => run.slices.filter((slice) => slice.side === side);
  const rate = (side: Slice['side']): number => mean(of(side).map((s) => s.callsPerSecond));
  const cpuMs = {
    bare: meanCpu(of('bare')),
    product: meanCpu(of('product')),
    engine: meanCpu(of('engine')),
  };
  const ratio = rate('product') / rate('bare');
  const cpuRatio = ofServers(cpuMs.bare) / ofServers(cpuMs.product);
  const engineRatio = rate('engine') / rate('product');
  const appRatio = (cpuMs.bare.app ?? 0) / (cpuMs.product.app ?? 0);
  const lines = [
    `signalling: ${run.signalling}; ${run.callsAtOnce} calls at once, ${run.talkMs} ms of talk, ${cpus().length} cores`,
    'side      calls/s   failed  retransmitted  CPU ms a call',
    ...run.slices.map((slice) =>
      [
        slice.side.padEnd(9),
        slice.callsPerSecond.toFixed(1).padStart(7),
        String(slice.failed).padStart(8),
        String(slice.retransmissions).padStart(14),
        ` ${describeCpu(meanCpu([slice]))}`,
      ].join(' '),
    ),
    `ratio of sustained calls a second, product to bare: ${ratio.toFixed(2)}`,
    `the same with rtpengine, to the product without: ${engineRatio.toFixed(2)}; by CPU time of all servers ${(ofServers(cpuMs.product) / ofServers(cpuMs.engine)).toFixed(2)}`,
    `ratio by CPU time, bare to product: all servers ${cpuRatio.toFixed(2)}, the sip role against the script ${appRatio.toFixed(2)}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
  const result = {
    signalling: run.signalling,
    callsAtOnce: run.callsAtOnce,
    talkMs: run.talkMs,
    cores: cpus().length,
    bareCallsPerSecond: round(rate('bare'), 1),
    productCallsPerSecond: round(rate('product'), 1),
    engineCallsPerSecond: round(rate('engine'), 1),
    ratio: round(ratio, 3),
    engineRatio: round(engineRatio, 3),
    cpuRatio: round(cpuRatio, 3),
    appCpuRatio: round(appRatio, 3),
    cpuMsPerCall: cpuMs,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function describeCpu(cpuMs: Readonly<Record<string, number>>): string {
  return Object.entries(cpuMs)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(', ');
}
