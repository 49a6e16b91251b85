import { randomBytes } from 'node:crypto';
import { createFirstAdminKey } from '../../src/db/api-keys';
import { one, openDatabase, type Database } from '../../src/db/database';
import { listWsUrls } from '../../src/db/sip-credentials';
import { migrate, migrationsFolder } from '../../src/db/migrate';
import { installShippedRules } from '../../src/main/install-shipped-rules';
import { SimulatedCarrier } from '../../src/main/demo/simulated-carrier';
import type { CallPlan } from '../../src/main/demo/answer-model';
import { addDebtors } from './add-debtors';
import { ApiClient } from './api-client';
import { CrashAgent } from './crash-agent';
import { startCrashPostgres, type CrashPostgres } from './crash-postgres';
import { eventually } from './eventually';
import { ProductProcess } from './product-process';
import { startRedis, type TestRedis } from './redis';
import { servicePort } from './service-port';

const ROLES = ['api', 'scheduler', 'workers', 'sip'] as const;
type Role = (typeof ROLES)[number];

export interface CrashFloorOptions {
  readonly agents: number;
  readonly debtors: number;
  readonly plan: (digits: string) => CallPlan;
}

/**
 * A collections floor as in production, each part a process that can be killed: Postgres, Redis
 * and one `santun start` a role; carrier and agents live in the test and witness it from outside.
 */
export class CrashFloor {
  readonly agents: CrashAgent[] = [];
  campaignId = '';
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly products = new Map<Role, ProductProcess>();
  private readonly httpPorts = new Map<Role, number>();
  private postgres!: CrashPostgres;
  private redis!: TestRedis;
  carrier!: SimulatedCarrier;
  db!: Database;
  api!: ApiClient;

  private constructor(private readonly options: CrashFloorOptions) {}

  /** Everything is up and the campaign runs. What was started is stopped again on failure. */
  static async open(options: CrashFloorOptions): Promise<CrashFloor> {
    const floor = new CrashFloor(options);
    try {
      await floor.startServices();
      await floor.startProduct();
    } catch (error) {
      await floor.close();
      throw error;
    }
    return floor;
  }

  /** Stops all, last started first; one that fails does not keep the others running. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.closers.reverse())
      await close().catch((error: unknown) => failures.push(error));
    this.closers.length = 0;
    if (failures.length > 0) throw new AggregateError(failures, 'not everything stopped');
  }

  product(role: Role): ProductProcess {
    const product = this.products.get(role);
    if (product === undefined) throw new Error(`no process for ${role}`);
    return product;
  }

  unexpectedExits(): string[] {
    return [...this.products.values()].flatMap((product) => product.unexpectedExits);
  }

  /** What the processes said last, for a failure's report. */
  outputs(): string {
    return [...this.products.values()].flatMap(({ lines }) => lines.slice(-12)).join('\n');
  }

  /** What holds the calls up, for a failure's report. */
  async standing(): Promise<string> {
    const counted = (what: string, from: string) =>
      this.db.query(`select ${what} as state, count(*)::int as n from ${from} group by 1`);
    const [sessions, attempts, accounts, ...others] = await Promise.all([
      counted(`state || ' ' || cause`, 'agent_session where ended_at is null'),
      counted(`state || ' ' || coalesce(result, '')`, 'attempt'),
      counted(`status || ' ' || (next_attempt_at <= now())`, 'account'),
      this.db.query('select * from kill_switch'),
      this.db.query('select * from trunk_health'),
      this.db.query('select id, state, heartbeat_at from sip_instance'),
      this.db.query('select count(*)::int as ready from ready_account'),
    ]);
    const rows = [sessions, attempts, accounts, ...others].map((result) => result.rows);
    return rows.map((each) => JSON.stringify(each)).join('\n');
  }

  /** INVITEs that the carrier has seen so far, all numbers. */
  invites(): number {
    return [...this.carrier.invitesSeen().values()].reduce((sum, count) => sum + count, 0);
  }

  killPostgres(): Promise<void> {
    return this.postgres.kill();
  }

  /** Redis is away until `meanwhile` settles. */
  async killRedis(meanwhile: () => Promise<unknown>): Promise<void> {
    await this.redis.kill();
    try {
      await meanwhile();
    } finally {
      await this.redis.restart();
    }
  }

  private async startServices(): Promise<void> {
    this.postgres = await startCrashPostgres();
    this.closers.push(() => this.postgres.stop());
    this.redis = await startRedis();
    this.closers.push(() => this.redis.stop());
    this.carrier = await SimulatedCarrier.start({
      credentials: { username: 'santun', password: 'kata-sandi-contoh' },
      plan: this.options.plan,
    });
    this.closers.push(() => this.carrier.close());
    this.db = openDatabase({
      url: this.postgres.url,
      maxConnections: 4,
      onIdleError: () => undefined,
    });
    this.closers.push(() => this.db.close());
  }

  private async startProduct(): Promise<void> {
    await migrate(this.db, migrationsFolder(process.cwd()));
    await installShippedRules(this.db);
    const key = await createFirstAdminKey(this.db);
    if (key === null) throw new Error('there was a key in a new database');
    // a drachtio-server of others, which nobody kills: the suite holds the product on it
    const { DRACHTIO_URL } = process.env;
    const shared = {
      ...(DRACHTIO_URL === undefined ? {} : { DRACHTIO_URL }),
      DATABASE_URL: this.postgres.url,
      REDIS_URL: this.redis.url,
      SANTUN_SECRET_KEY: randomBytes(32).toString('base64'),
      SANTUN_SIP_PORT: String(await servicePort()),
      SANTUN_SIP_WS_PORT: String(await servicePort()),
      SANTUN_LOG_LEVEL: 'warn',
      SANTUN_DRAIN_TIMEOUT_MS: '3000',
    };
    await Promise.all(ROLES.map((role) => this.startRole(role, shared)));
    const httpPort = this.httpPorts.get('api') ?? 0;
    this.api = new ApiClient(`http://127.0.0.1:${httpPort}`, key);
    const pool = await this.api.post<{ id: string }>('pools', { name: 'Tim Uji' });
    const creditorId = await this.addDebtors();
    await this.addTrunk();
    const [wsUrl = ''] = await listWsUrls(this.db);
    await this.addAgents(pool.id, wsUrl);
    await this.startCampaign(creditorId, pool.id);
  }

  private async startRole(role: Role, shared: Readonly<Record<string, string>>): Promise<void> {
    const httpPort = await servicePort();
    this.httpPorts.set(role, httpPort);
    const product = await ProductProcess.start({
      name: role,
      args: ['start', '--role', role],
      env: { ...shared, SANTUN_HTTP_PORT: String(httpPort) },
    });
    this.products.set(role, product);
    this.closers.push(() => product.stop());
  }

  private async addTrunk(): Promise<void> {
    const { host, port } = this.carrier.address;
    await this.api.post('trunks', {
      name: 'Operator Simulasi',
      host,
      port,
      username: 'santun',
      password: 'kata-sandi-contoh',
      callerIds: ['+622150001000'],
      callsPerSecond: 50,
      maxChannels: 200,
    });
  }

  private async addAgents(poolId: string, wsUrl: string): Promise<void> {
    for (let i = 0; i < this.options.agents; i += 1) {
      const agent = await this.api.post<{ id: string; sipPassword: string; sipRealm: string }>(
        'agents',
        { name: `Agen ${i + 1}`, sipUsername: `agen-${i + 1}`, poolIds: [poolId] },
      );
      const { key } = await this.api.post<{ key: string }>(`agents/${agent.id}/api-keys`, {
        name: `desktop ${i + 1}`,
      });
      const crashAgent = new CrashAgent(this.api.as(key), {
        wsUrl,
        username: `agen-${i + 1}`,
        password: agent.sipPassword,
        realm: agent.sipRealm,
      });
      this.agents.push(crashAgent);
      this.closers.push(() => crashAgent.stop());
      await crashAgent.start(i % 2 === 0 ? 'nailed_up' : 'per_call');
    }
  }

  /** Made-up people, one number each, straight into the database: the import has its own tests. */
  private async addDebtors(): Promise<string> {
    const creditor = await this.db.query<{ id: string }>(
      `insert into creditor (code, name) values ('contoh', 'Pinjaman Contoh') returning id`,
    );
    const { id } = one(creditor, 'creditor');
    await addDebtors(this.db, id, this.options.debtors);
    return id;
  }

  private async startCampaign(creditorId: string, poolId: string): Promise<void> {
    const campaign = await this.api.post<{ id: string }>('campaigns', {
      creditorId,
      name: 'Uji coba',
      poolIds: [poolId],
      rulePacks: ['DEMO.OPEN'],
      settings: {
        ringTimeoutMs: 5_000,
        wrapUpLimitMs: 120_000,
        // agents are lost on purpose
        autoStop: { answerRate: null, abandonment: null, wrongParty: null },
      },
    });
    this.campaignId = campaign.id;
    await this.api.post(`campaigns/${campaign.id}/validate`);
    await this.api.post(`campaigns/${campaign.id}/start`);
  }

  /** Finishes the campaign and waits until its last attempt has ended. */
  async finishCampaign(limitMs: number): Promise<void> {
    await this.api.post(`campaigns/${this.campaignId}/finish`);
    await eventually('the campaign is done', limitMs, async () => {
      const campaign = await this.api.get<{ state: string }>(`campaigns/${this.campaignId}`);
      return campaign.state === 'done' ? campaign : null;
    });
  }
}
