import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Gate } from '../dialer/gate';
import type { Database } from '../src/db/database';
import { countRegistrations } from '../src/db/registrations';
import { closeSipInstance, drainSipInstance, registerSipInstance } from '../src/db/sip-instances';
import type { SipJob } from '../src/queue/sip-job';
import type { DigestAlgorithm } from './agents/digest';
import { Gateway } from './gateway/gateway';
import type { IncomingCall } from './gateway/incoming-call';
import type { IncomingRequest } from './gateway/incoming-request';
import { answerStranger } from './inbound/answer-stranger';
import { InstanceLife } from './instance-life';
import { MediaSource, type MediaOptions } from './media/media-source';
import { SipInstance } from './sip-instance';
import { SipMetrics } from './sip-metrics';

export interface SipRoleOptions {
  readonly db: Database;
  /** Asked when a job is taken up, and right before each first INVITE. */
  readonly gate: Gate;
  readonly log: Logger;
  readonly registry: Registry;
  /** The signalling server's admin port. */
  readonly drachtio: { readonly host: string; readonly port: number; readonly secret: string };
  /** It is a server of its own, and softphones stay connected to it when this process ends. */
  readonly signallingOutlivesUs?: boolean;
  /** Realm of the softphones' digest. */
  readonly realm: string;
  /** 32 bytes: opens trunk passwords, signs nonces. */
  readonly secretKey: Buffer;
  /** Name of this machine, for people who look at sip_instance. */
  readonly host: string;
  /** What softphones are challenged with; MD5 is what all of them know. */
  readonly digestAlgorithm?: DigestAlgorithm;
  /** Where the audio goes; absent: directly between softphone and carrier. */
  readonly media?: MediaOptions;
  /** This process was declared dead and goes on under a new id: its jobs come under that one now. */
  readonly onInstanceChange?: (instanceId: string) => void;
}

export interface SipRole {
  /** Changes when the process was declared dead and started anew. */
  readonly instanceId: string;
  /** Where softphones and trunks reach us: `ws/127.0.0.1:5062`, one a transport. */
  readonly endpoints: readonly string[];
  /** Does one job. Returns when it is under way on the wire; a call lives on by itself. */
  handle(job: SipJob): Promise<void>;
  liveAttemptIds(): string[];
  /** Takes no new call from here on. */
  stopIntake(): Promise<void>;
  /** Waits for the calls to end; at the deadline ends the rest. `left`: the attempts cut short. */
  drain(deadlineMs: number): Promise<{ left: string[] }>;
  close(): Promise<void>;
}

const DIRECT_MEDIA: MediaOptions = { engines: [], silenceLimitMs: 0 };
const CONNECT_TIMEOUT_MS = 10_000;
const DRAIN_LOOK_MS = 100;
/** For the last CANCELs and BYEs, and their rows. */
const DRAIN_END_MS = 10_000;

/** Starts the one role that speaks SIP. @throws Error when the signalling server cannot be reached. */
export async function startSipRole(options: SipRoleOptions): Promise<SipRole> {
  const role = new RunningSipRole(options);
  await role.start();
  return role;
}

class RunningSipRole implements SipRole {
  private gateway!: Gateway;
  private instance!: SipInstance;
  private readonly life: InstanceLife;
  private readonly metrics: SipMetrics;
  private readonly media: MediaSource;
  /** No new call, and no new instance when this one is declared dead. */
  private leaving = false;
  private stopped = false;
  /** What ends the calls of instances that were declared dead. */
  private fencing: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: SipRoleOptions) {
    const { db, log, registry } = options;
    this.life = new InstanceLife(
      db,
      log,
      () => this.instance.id,
      () => this.startAnew(),
    );
    this.media = new MediaSource(options.media ?? DIRECT_MEDIA, log);
    this.metrics = new SipMetrics(registry, {
      calls: () => this.instance.calls.liveAttemptIds().length,
      agentLegs: () => this.instance.lines.count,
      agentMismatches: () => this.instance.reaper.mismatches,
      registrations: () => countRegistrations(db, this.instance.id),
      engines: () => this.media.pool?.engines ?? [],
      trunks: () => this.instance.trunks.states,
      trunkRegistrations: () => this.instance.trunkRegistrar.states,
    });
  }

  async start(): Promise<void> {
    const { drachtio, log } = this.options;
    this.gateway = await Gateway.connect({
      ...drachtio,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      onRequest: (request) => void this.receive(request),
      onCall: (call) => void this.receiveCall(call),
      onConnectionChange: (connected) => {
        log[connected ? 'info' : 'warn']({ connected }, 'signalling server');
      },
    });
    try {
      await this.media.start();
      this.instance = await this.newInstance();
    } catch (error) {
      await this.media.close();
      this.gateway.close();
      throw error;
    }
    this.life.start();
  }

  private async newInstance(): Promise<SipInstance> {
    const { db, host, log } = this.options;
    const id = randomUUID();
    const { endpoints } = this.gateway;
    await registerSipInstance(db, id, host, wsUrlsOf(endpoints), this.signalling);
    const instance = new SipInstance({
      ...this.options,
      log: log.child({ sipInstanceId: id }),
      id,
      gateway: this.gateway,
      metrics: this.metrics,
      media: this.media,
    });
    instance.start();
    return instance;
  }

  /** By the address that we know it by and those that it has: neither alone is anybody's own. */
  private get signalling(): string | null {
    const { drachtio, signallingOutlivesUs = false } = this.options;
    if (!signallingOutlivesUs) return null;
    return [`${drachtio.host}:${drachtio.port}`, ...[...this.gateway.endpoints].sort()].join(' ');
  }

  get instanceId(): string {
    return this.instance.id;
  }

  get endpoints(): readonly string[] {
    return this.gateway.endpoints;
  }

  /** Fenced: others have ended our attempts in Postgres, so the calls must end on the wire too. */
  private async startAnew(): Promise<void> {
    if (this.stopped) return;
    const { log, onInstanceChange } = this.options;
    const fenced = this.instance;
    log.error({ sipInstanceId: fenced.id }, 'declared dead by others: all calls are ended');
    if (this.leaving) this.life.stop();
    else {
      this.instance = await this.newInstance();
      onInstanceChange?.(this.instance.id);
    }
    // not waited for here: the new instance has to say that it is alive meanwhile
    const ended = fenced.end('instance_fenced').catch((error: unknown) => {
      log.error({ reason: (error as Error).message }, 'calls of a dead instance not ended');
    });
    this.fencing = Promise.all([this.fencing, ended]);
  }

  private async receive(request: IncomingRequest): Promise<void> {
    try {
      // the first softphones may be faster than our own row
      const instance = this.instance as SipInstance | undefined;
      if (request.method !== 'REGISTER') await answerStranger(request);
      else if (instance === undefined || this.stopped) await request.respond(503);
      else await instance.registrar.receive(request);
    } catch (error) {
      await this.failed(request, error);
    }
  }

  /** A call of a trunk is for an agent; one of anybody else is a stranger's request. */
  private async receiveCall(call: IncomingCall): Promise<void> {
    try {
      const instance = this.instance as SipInstance | undefined;
      if (instance === undefined || this.stopped) await call.respond(503);
      else if (!(await instance.inbound.receive(call))) await answerStranger(call);
    } catch (error) {
      await this.failed(call, error);
    }
  }

  private async failed(request: IncomingRequest, error: unknown): Promise<void> {
    this.options.log.warn(
      { method: request.method, reason: (error as Error).message },
      'request not answered as asked',
    );
    await request.respond(500);
  }

  async handle(job: SipJob): Promise<void> {
    const { calls, presence } = this.instance;
    switch (job.name) {
      case 'dial':
        return calls.place(job.attemptId);
      case 'connect_agent':
        return presence.connect(job.sessionId);
      case 'release_agent':
        return presence.release(job.sessionId);
      case 'control_call':
        return calls.control(job.attemptId, job.command);
      case 'transfer_call':
        return calls.transfer(job.transferId);
      case 'supervise_call':
        return calls.supervise(job.supervisionId);
      case 'control_recording':
        calls.controlRecording(job.attemptId, job.command, job.reason);
        return;
    }
  }

  liveAttemptIds(): string[] {
    return this.instance.calls.liveAttemptIds();
  }

  async stopIntake(): Promise<void> {
    this.leaving = true;
    this.instance.calls.stopIntake();
    this.instance.inbound.stopIntake();
    await drainSipInstance(this.options.db, this.instance.id).catch((error: unknown) => {
      // an agent who is reserved all the same comes back when the permit runs out
      this.options.log.warn({ reason: (error as Error).message }, 'not marked as draining');
    });
  }

  async drain(deadlineMs: number): Promise<{ left: string[] }> {
    const { calls, inbound } = this.instance;
    calls.stopIntake();
    inbound.stopIntake();
    const until = Date.now() + deadlineMs;
    const isBusy = (): boolean => calls.liveAttemptIds().length > 0 || inbound.count > 0;
    while (isBusy() && Date.now() < until) await pause(DRAIN_LOOK_MS);
    const left = calls.liveAttemptIds();
    inbound.abortAll('shutdown');
    calls.abortAll('shutdown');
    await Promise.race([Promise.all([inbound.quiet(), calls.quiet()]), pause(DRAIN_END_MS)]);
    return { left };
  }

  async close(): Promise<void> {
    this.stopped = true;
    this.life.stop();
    await this.instance.end('shutdown');
    await this.fencing;
    await closeSipInstance(this.options.db, this.instance.id).catch((error: unknown) => {
      // the reaper of another process will do it
      this.options.log.warn(
        { reason: (error as Error).message },
        'instance not closed in Postgres',
      );
    });
    await this.media.close();
    this.gateway.close();
  }
}

/** `ws/127.0.0.1:5062` as a URL; others are no place for a browser. */
const wsUrlsOf = (endpoints: readonly string[]): string[] =>
  endpoints.flatMap((endpoint) => {
    const [transport = '', hostPort = ''] = endpoint.split('/');
    return transport === 'ws' || transport === 'wss' ? [`${transport}://${hostPort}`] : [];
  });

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms).unref());
