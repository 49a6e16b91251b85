/**
 * Sustained calls a second: the product against a bare `createB2BUA` script, on the same signalling
 * server, with the same debtors (one sipp), the same number of calls at once, in turn A B C A B C: C is
 * the product with its audio through an rtpengine.
 *
 * A call of the bare side: the caller's leg and the debtor's leg. A call of the product: permit,
 * the debtor's leg, two re-INVITEs on the agent's nailed-up leg, the outcome, and every row of it
 * in Postgres. Both wait for the same talk; what differs is what it costs to get there and away.
 *
 * Postgres does not wait for the disk here (fsync off): disks are not what is compared. The CPU time
 * of everything is given a call, for it says what a machine of one's own would carry; the ratio of
 * it is steadier than that of calls a second on a machine that does other work as well.
 *
 *     npm run bench:calls                 embedded signalling, in a process of its own
 *     DRACHTIO_URL=… DRACHTIO_SIP=host:port [DRACHTIO_PID=…] npm run bench:calls
 *     BENCH_PROFILE=folder                CPU profiles of the Node processes
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/main/embedded-postgres';
import { Rtpengine } from '../e2e/media/support/rtpengine';
import { startRedis } from '../support/redis';
import { servicePort } from '../support/service-port';
import { measureBare } from './calls/bare-side';
import { makeBenchFloor } from './calls/bench-floor';
import { DebtorPeer } from './calls/debtor-peer';
import { measureProduct } from './calls/product-side';
import { printReport } from './calls/report';
import { openSignalling } from './calls/signalling';
import type { Slice } from './calls/slice';

const CALLS_AT_ONCE = Number(process.env.BENCH_CALLS_AT_ONCE ?? 200);
const TALK_MS = 500;
const DEBTORS = 12_000;
const TIMES = { warmUpMs: 6_000, measureMs: Number(process.env.BENCH_MEASURE_MS ?? 12_000) };

async function main(): Promise<void> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const signalling = await openSignalling();
    closers.push(() => signalling.stop());
    const dataDir = await mkdtemp(join(tmpdir(), 'santun-bench-'));
    closers.push(() => rm(dataDir, { recursive: true, force: true }));
    const postgres = await startEmbeddedPostgres({ dataDir, settings: { fsync: 'off' } });
    closers.push(() => postgres.stop());
    const redis = await startRedis();
    closers.push(() => redis.stop());
    const debtor = await DebtorPeer.start(await servicePort(), TALK_MS);
    closers.push(() => debtor.stop());
    const floor = await makeBenchFloor({
      databaseUrl: postgres.url,
      agents: CALLS_AT_ONCE,
      debtors: DEBTORS,
      debtorPort: debtor.port,
    });
    closers.push(() => floor.close());
    const rtpengine = await Rtpengine.start(null, '127.0.0.1', 400 + 10 * CALLS_AT_ONCE);
    closers.push(() => rtpengine.stop());
    const shared = { signalling, debtor, ...TIMES };
    const clusterDir = join(dataDir, 'postgres');
    const slices: Slice[] = [];
    for (let round = 0; round < 2; round += 1) {
      slices.push(await measureBare({ ...shared, callsAtOnce: CALLS_AT_ONCE }));
      for (const engine of [null, rtpengine])
        slices.push(
          await measureProduct({ ...shared, floor, postgres, clusterDir, redis, engine }),
        );
    }
    printReport({
      slices,
      signalling: signalling.kind,
      callsAtOnce: CALLS_AT_ONCE,
      talkMs: TALK_MS,
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
