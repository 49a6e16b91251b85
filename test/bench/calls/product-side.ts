import { randomBytes } from 'node:crypto';
import type { Rtpengine } from '../../e2e/media/support/rtpengine';
import type { EmbeddedPostgres } from '../../../src/main/embedded-postgres';
import { runningServer } from '../../../src/main/postgres-cluster';
import { eventually } from '../../support/eventually';
import { ProductProcess } from '../../support/product-process';
import { servicePort } from '../../support/service-port';
import { REALM, type BenchFloor } from './bench-floor';
import { BenchSoftphones } from './bench-softphones';
import { profileOptions } from './child';
import { cpuSeconds } from './cpu-time';
import type { DebtorPeer } from './debtor-peer';
import { OutcomeRecorder } from './outcome-recorder';
import type { Signalling } from './signalling';
import { measureSlice, type Slice } from './slice';

/** One for all processes: each looks at the permits that another one signed. */
const SECRET_KEY = randomBytes(32).toString('base64');

export interface ProductSideOptions {
  readonly signalling: Signalling;
  readonly debtor: DebtorPeer;
  readonly floor: BenchFloor;
  readonly postgres: EmbeddedPostgres;
  /** Folder of the cluster. */
  readonly clusterDir: string;
  readonly redis: { readonly url: string; readonly pid: number };
  /** Carries the audio; null: it flows directly. */
  readonly engine: Rtpengine | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** The campaign dials: every agent's call is followed by the next one as soon as it can be. */
export async function measureProduct(options: ProductSideOptions): Promise<Slice> {
  const { signalling, floor, debtor, engine } = options;
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const sip = await start(options, 'sip', ['sip'], closers);
    const scheduler = await start(options, 'scheduler', ['scheduler', 'workers'], closers);
    await floor.signIn();
    const softphones = await BenchSoftphones.open(signalling.sipHostPort);
    closers.push(() => softphones.close());
    await softphones.register(floor.agents, REALM);
    await eventually('every agent is ready', 30_000, async () =>
      (await floor.countAgents('ready')) === floor.agents.length ? true : null,
    );
    const recorder = new OutcomeRecorder(floor.db);
    closers.push(() => recorder.stop());
    await floor.setRunning(true);
    closers.push(() => drain(floor));
    const server = await runningServer(options.clusterDir);
    if (server === null) throw new Error('PostgreSQL does not run');
    return await measureSlice({
      ...options,
      side: engine === null ? 'product' : 'engine',
      cpu: () => ({
        signalling: signalling.cpuSeconds(),
        app: cpuSeconds(sip.pid ?? 0),
        scheduler: cpuSeconds(scheduler.pid ?? 0),
        postgres: cpuSeconds(server.pid, { children: true }),
        redis: cpuSeconds(options.redis.pid),
        ...(engine === null ? {} : { rtpengine: cpuSeconds(engine.pid) }),
        // softphones and desktops are this process
        peers: cpuSeconds(debtor.process.pid) + cpuSeconds(process.pid),
      }),
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

async function start(
  options: ProductSideOptions,
  name: string,
  roles: readonly string[],
  closers: (() => Promise<unknown>)[],
): Promise<ProductProcess> {
  const { host, port, secret } = options.signalling.admin;
  const product = await ProductProcess.start({
    name,
    nodeOptions: profileOptions(name),
    args: ['start', ...roles.flatMap((role) => ['--role', role])],
    env: {
      DATABASE_URL: options.postgres.url,
      REDIS_URL: options.redis.url,
      DRACHTIO_URL: `drachtio://${secret}@${host}:${port}`,
      SANTUN_SECRET_KEY: SECRET_KEY,
      SANTUN_SIP_REALM: REALM,
      SANTUN_HTTP_PORT: String(await servicePort()),
      SANTUN_LOG_LEVEL: 'error',
      SANTUN_DRAIN_TIMEOUT_MS: '5000',
      SANTUN_DATABASE_POOL: '30',
      ...(options.engine === null
        ? {}
        : { SANTUN_RTPENGINES: `udp:${options.engine.address.name}` }),
    },
  });
  closers.push(() => product.stop());
  return product;
}

async function drain(floor: BenchFloor): Promise<void> {
  await floor.setRunning(false);
  await eventually('the last attempt has ended', 30_000, async () =>
    (await floor.openAttempts()) === 0 ? true : null,
  );
}
