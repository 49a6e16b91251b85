import { randomBytes } from 'node:crypto';
import pino from 'pino';
import { Registry } from 'prom-client';
import type { Gate } from '../../../../dialer/create-gate';
import { reserveNext } from '../../../../dialer/reserve';
import { digestHa1 } from '../../../../sip/agents/digest';
import type { MediaOptions } from '../../../../sip/media/media-source';
import { startSipRole, type SipRole } from '../../../../sip/start-sip-role';
import {
  changeAgentState,
  lockAgentSession,
  openAgentSession,
  releaseAgent,
  type LegMode,
} from '../../../../src/db/agent-sessions';
import { one } from '../../../../src/db/database';
import { seal, TRUNK_PASSWORD } from '../../../../src/db/sealed-secret';
import { makeFloor, type Floor } from '../../../support/floor';
import { makeGate } from '../../../support/gate';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';
import { openTarget, type ConformanceTarget } from '../../conformance/support/conformance-target';
import { RawSoftphone } from './raw-softphone';

export const REALM = 'santun';
export const SECRET_KEY = Buffer.alloc(32, 7);

export interface LegRow {
  readonly kind: 'customer' | 'agent';
  readonly trunkId: string | null;
  readonly invitedAt: Date | null;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly sipStatus: number | null;
  readonly endedBy: string | null;
  readonly earlyMedia: string | null;
  readonly sipCallId: string | null;
}

export interface AttemptRow {
  readonly state: string;
  readonly result: string | null;
  readonly sipStatus: number | null;
  readonly sipReason: string | null;
  readonly endedBy: string | null;
  readonly counted: boolean;
  readonly trunkId: string | null;
}

export interface SignedIn {
  readonly agentId: string;
  readonly sessionId: string;
  readonly softphone: RawSoftphone;
}

export interface NewTrunk {
  readonly port: number;
  readonly priority?: number;
  readonly password?: string;
  readonly firstResponseTimeoutMs?: number;
  readonly maxChannels?: number;
  readonly callsPerSecond?: number;
  readonly optionsIntervalMs?: number;
  readonly transport?: 'udp' | 'tls';
  readonly auth?: 'ip' | 'register';
}

/** A floor with a running sip role: signalling server, database, softphones, trunks by port. */
export class CallFloor {
  private readonly softphones: RawSoftphone[] = [];
  private readonly moreRoles: SipRole[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly signalling: ConformanceTarget,
    readonly floor: Floor,
    public role: SipRole,
  ) {}

  static async open(
    settings: Record<string, unknown> = {},
    target: (db: TestDatabase['db']) => Promise<ConformanceTarget> = () => openTarget(),
    media?: MediaOptions,
  ): Promise<CallFloor> {
    const database = await createTestDatabase();
    const signalling = await target(database.db);
    const floor = await makeFloor(database.db, { settings });
    await database.db.query('update trunk set enabled = false');
    const role = await startRole(makeGate(database.db), signalling, media);
    return new CallFloor(database, signalling, floor, role);
  }

  /** A second process on the same floor, as far as one can be had in here: another role. */
  async addRole(gate: Gate, signalling: ConformanceTarget, media?: MediaOptions): Promise<SipRole> {
    const role = await startRole(gate, signalling, media);
    this.moreRoles.push(role);
    return role;
  }

  get db(): TestDatabase['db'] {
    return this.database.db;
  }

  endpoint(transport: 'udp' | 'tcp' | 'tls' | 'ws', role = this.role): string {
    const found = role.endpoints.find((entry) => entry.startsWith(`${transport}/`));
    if (found === undefined) throw new Error(`no ${transport} in ${role.endpoints.join()}`);
    return found;
  }

  async addTrunk(trunk: NewTrunk): Promise<string> {
    const { rows } = await this.db.query<{ id: string }>(
      `insert into trunk (name, host, port, caller_ids, priority, username, password_sealed,
         first_response_timeout_ms, max_channels, calls_per_second, options_interval_ms, transport,
         auth)
       values ($1, '127.0.0.1', $2, '{+622150000001,+622150000002}', $3, $4, $5, $6, $7, $8, $9, $10,
         $11)
       returning id`,
      [
        `trunk-${randomBytes(4).toString('hex')}`,
        trunk.port,
        trunk.priority ?? 1,
        trunk.password === undefined ? null : 'santun',
        trunk.password === undefined ? null : seal(SECRET_KEY, TRUNK_PASSWORD, trunk.password),
        trunk.firstResponseTimeoutMs ?? 2_000,
        trunk.maxChannels ?? 30,
        trunk.callsPerSecond ?? 100,
        trunk.optionsIntervalMs ?? null,
        ...[trunk.transport ?? 'udp', trunk.auth ?? 'ip'],
      ],
    );
    return one({ rows } as never, 'trunk').id as string;
  }

  /** An agent of the campaign's pool, with a password. */
  async addAgent(): Promise<{ agentId: string; username: string; password: string }> {
    const username = `agen-${randomBytes(4).toString('hex')}`;
    const password = randomBytes(8).toString('hex');
    const inserted = await this.db.query<{ id: string }>(
      `insert into agent (name, sip_username, sip_ha1_md5, sip_ha1_sha256)
       values ('Agen', $1, $2, $3) returning id`,
      [
        username,
        digestHa1('MD5', username, REALM, password),
        digestHa1('SHA-256', username, REALM, password),
      ],
    );
    const agentId = one(inserted, 'agent').id;
    await this.db.query('insert into agent_pool (agent_id, pool_id) values ($1, $2)', [
      agentId,
      this.floor.poolId,
    ]);
    return { agentId, username, password };
  }

  /** The agent's wrap-up is over. */
  afterWrapUp(sessionId: string): Promise<unknown> {
    return this.db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, sessionId);
      if (session?.state === 'wrap_up') await releaseAgent(tx, session, 'test', 'test');
    });
  }

  /** The agent takes no more calls. */
  signOff(sessionId: string): Promise<unknown> {
    return this.db.transaction(async (tx) => {
      const session = await lockAgentSession(tx, sessionId);
      if (session === null || session.endedAt !== null) return;
      await changeAgentState(tx, session, { to: 'offline', cause: 'test', actor: 'test' });
    });
  }

  async openSoftphone(
    agent: { username: string; password: string },
    transport: 'udp' | 'tcp' | 'ws' = 'ws',
    role = this.role,
  ): Promise<RawSoftphone> {
    const endpoint = this.endpoint(transport, role);
    const softphone = await RawSoftphone.open({ ...agent, endpoint, realm: REALM });
    this.softphones.push(softphone);
    return softphone;
  }

  async signIn(agentId: string, legMode: LegMode, role = this.role): Promise<string> {
    const session = await this.db.transaction((tx) =>
      openAgentSession(tx, { agentId, legMode, actor: 'test' }),
    );
    if (session === null) throw new Error('signed in already');
    await role.handle({ name: 'connect_agent', sessionId: session.id });
    return session.id;
  }

  /** An agent with a registered softphone, signed in and ready. */
  async readyAgent(
    legMode: LegMode,
    transport: 'udp' | 'ws' = 'ws',
    role = this.role,
    label = 'softphone',
  ): Promise<SignedIn> {
    const agent = await this.addAgent();
    const softphone = await this.openSoftphone(agent, transport, role);
    softphone.label = label;
    const status = await softphone.register();
    if (status !== 200) throw new Error(`REGISTER: ${status}`);
    const sessionId = await this.signIn(agent.agentId, legMode, role);
    await this.untilSession(sessionId, 'ready');
    return { agentId: agent.agentId, sessionId, softphone };
  }

  /** Reserves the next debtor as the scheduler does, without ringing the bell. */
  async reserve(): Promise<string> {
    await this.floor.addDebtor();
    // a ready agent is passed over while the sip role looks after the session
    const reserved = await eventually(
      () => reserveNext(makeGate(this.db), this.floor.campaignId),
      ({ kind }) => kind !== 'no_agent',
      'a ready agent that nobody holds',
      2_000,
    );
    if (reserved.kind !== 'reserved') throw new Error(`not reserved: ${reserved.kind}`);
    return reserved.attemptId;
  }

  /** Reserves and rings the bell; returns when the INVITE is out or refused. */
  async dial(): Promise<string> {
    const attemptId = await this.reserve();
    await this.role.handle({ name: 'dial', attemptId });
    return attemptId;
  }

  /** Waits until the sip process has asked once more, from now on, what is wanted of its engines. */
  async nextEngineReport(): Promise<void> {
    const read = async (): Promise<number> => {
      const { rows } = await this.db.query<{ seenAt: Date }>(
        'select max(seen_at) as "seenAt" from media_engine_health',
      );
      return rows[0]?.seenAt.getTime() ?? 0;
    };
    // the first may have been asked for before; the second follows what was learned by it
    for (let reports = 0; reports < 2; reports += 1) {
      const before = await read();
      await eventually(read, (at) => at > before, 'a report of media engines', 3_000);
    }
  }

  async attempt(id: string): Promise<AttemptRow> {
    const found = await this.db.query<AttemptRow>(
      `select state, result, sip_status as "sipStatus", sip_reason as "sipReason",
         ended_by as "endedBy", counted, trunk_id as "trunkId" from attempt where id = $1`,
      [id],
    );
    return one(found, 'attempt');
  }

  async legs(attemptId: string): Promise<LegRow[]> {
    const { rows } = await this.db.query<LegRow>(
      `select l.kind, l.trunk_id as "trunkId", l.invited_at as "invitedAt",
         l.ringing_at as "ringingAt", l.answered_at as "answeredAt", l.ended_at as "endedAt",
         l.sip_status as "sipStatus", l.ended_by as "endedBy", l.early_media as "earlyMedia",
         l.sip_call_id as "sipCallId"
       from call_leg l join call c on c.id = l.call_id where c.attempt_id = $1
       order by l.kind desc, l.invited_at, l.id`,
      [attemptId],
    );
    return rows;
  }

  async session(id: string): Promise<{ state: string; cause: string }> {
    const found = await this.db.query<{ state: string; cause: string }>(
      'select state, cause from agent_session where id = $1',
      [id],
    );
    return one(found, 'session');
  }

  untilAttempt(id: string, state: string, limitMs = 10_000): Promise<AttemptRow> {
    return eventually(
      () => this.attempt(id),
      (row) => row.state === state,
      `attempt ${state}`,
      limitMs,
    );
  }

  untilSession(id: string, state: string, limitMs = 10_000): Promise<{ cause: string }> {
    return eventually(
      () => this.session(id),
      (row) => row.state === state,
      `session ${state}`,
      limitMs,
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.role, ...this.moreRoles].map((role) => role.close()));
    await Promise.all(this.softphones.map((softphone) => softphone.close()));
    await this.signalling.close();
    await this.database.drop();
  }
}

const startRole = (
  gate: Gate,
  signalling: ConformanceTarget,
  media?: MediaOptions,
): Promise<SipRole> =>
  startSipRole({
    db: gate.db,
    gate,
    log: pino({ level: process.env.SANTUN_TEST_LOG ?? 'silent' }),
    registry: new Registry(),
    drachtio: signalling.admin,
    realm: REALM,
    secretKey: SECRET_KEY,
    host: 'test',
    ...(media === undefined ? {} : { media }),
  });

/** Reads until it fits; the limit is the test's claim about how long it may take. */
export async function eventually<T>(
  read: () => Promise<T>,
  fits: (value: T) => boolean,
  what: string,
  limitMs = 10_000,
): Promise<T> {
  const until = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (fits(value)) return value;
    if (Date.now() > until)
      throw new Error(`not in ${limitMs} ms: ${what}; is ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
