import type { Logger } from 'pino';
import type { Gate } from '../dialer/gate';
import type { Database } from '../src/db/database';
import { AgentLines } from './agents/agent-lines';
import { AgentReaper } from './agents/agent-reaper';
import { AgentPresence } from './agents/agent-presence';
import type { DigestAlgorithm } from './agents/digest';
import { Registrar } from './agents/registrar';
import { Calls } from './calls/calls';
import { Withdrawals } from './calls/withdrawals';
import type { Gateway } from './gateway/gateway';
import { EngineWatch } from './media/engine/engine-watch';
import type { MediaSource } from './media/media-source';
import { Prompts } from './media/prompts';
import { KnownAnnouncements } from './outcome/known-announcements';
import { InboundCalls } from './inbound/inbound-calls';
import { TrunkSources } from './inbound/trunk-sources';
import type { WithdrawReason } from './outcome/sip-outcome';
import type { SipMetrics } from './sip-metrics';
import { QualityWatch } from './trunks/quality-watch';
import { TrunkRegistrar } from './trunks/trunk-registrar';
import { TrunkWatch } from './trunks/trunk-watch';

export interface SipInstanceOptions {
  readonly id: string;
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  readonly metrics: SipMetrics;
  readonly realm: string;
  readonly secretKey: Buffer;
  readonly digestAlgorithm?: DigestAlgorithm;
  readonly gate: Gate;
  readonly media: MediaSource;
}

/** Longest wait at the end for CANCELs, BYEs and their rows, ms. */
const END_LIMIT_MS = 10_000;

/** All that is done under one sip_instance id: registrations, agents' legs, calls. */
export class SipInstance {
  readonly id: string;
  readonly registrar: Registrar;
  readonly lines: AgentLines;
  readonly presence: AgentPresence;
  readonly calls: Calls;
  readonly reaper: AgentReaper;
  readonly trunks: TrunkWatch;
  readonly trunkRegistrar: TrunkRegistrar;
  private readonly quality: QualityWatch;
  /** Null: no media engines are configured. */
  private readonly engines: EngineWatch | null;
  readonly inbound: InboundCalls;
  private readonly withdrawals: Withdrawals;
  private readonly prompts: Prompts;

  constructor(private readonly options: SipInstanceOptions) {
    const { id: sipInstanceId, db, log, gateway, metrics, realm, secretKey, gate } = options;
    this.id = sipInstanceId;
    this.lines = new AgentLines({
      db,
      gateway,
      sipInstanceId,
      realm,
      media: options.media,
      onLineEnded: (line, by) => {
        this.inBackground(this.presence.lineEnded(line, by));
      },
    });
    this.trunks = new TrunkWatch({ db, log, gateway, sipInstanceId });
    this.trunkRegistrar = new TrunkRegistrar({ db, log, gateway, sipInstanceId, secretKey });
    this.quality = new QualityWatch(db, log);
    const { pool } = options.media;
    this.prompts = new Prompts(db, log);
    const { prompts } = this;
    this.engines = pool && new EngineWatch({ db, log, sipInstanceId, pool });
    this.calls = new Calls({
      db,
      log,
      gateway,
      metrics,
      sipInstanceId,
      secretKey,
      gate,
      media: options.media,
      prompts,
      announcements: new KnownAnnouncements(db, log),
      lines: this.lines,
      onTrunkLegEnd: (trunkId, end) => {
        this.trunks.legEnded(trunkId, end);
      },
    });
    const { lines, calls } = this;
    const trunks = new TrunkSources(db);
    this.inbound = new InboundCalls({ ...options, sipInstanceId, lines, calls, trunks, prompts });
    this.withdrawals = new Withdrawals(db, log, this.calls);
    this.presence = new AgentPresence({
      db,
      log,
      gateway,
      sipInstanceId,
      lines: this.lines,
      isDialing: (agentId) => this.calls.isDialing(agentId),
      isTalking: (agentId) => this.calls.isTalking(agentId),
      reattach: (agentId) => this.calls.reattach(agentId),
      onLost: (agentId, cause) => this.calls.agentLost(agentId, cause),
    });
    this.reaper = new AgentReaper({
      ...{ db, log, sipInstanceId },
      dialogs: () => calls.dialogs(),
      liveAttemptIds: () => calls.liveAttemptIds(),
      endCall: (attemptId) => calls.control(attemptId, 'end'),
    });
    this.registrar = this.makeRegistrar();
  }

  private makeRegistrar(): Registrar {
    const { id: sipInstanceId, db, log, realm, secretKey } = this.options;
    return new Registrar({
      db,
      log,
      sipInstanceId,
      realm,
      secretKey,
      algorithm: this.options.digestAlgorithm ?? 'MD5',
      onRegistered: (agentId, isNew) => {
        this.inBackground(this.presence.registered(agentId, isNew));
      },
      onUnregistered: (agentId) => {
        this.inBackground(this.presence.lose(agentId, 'unregistered'));
      },
      now: () => Date.now(),
    });
  }

  private inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      this.options.log.warn({ reason: (error as Error).message }, 'agent not followed up');
    });
  }

  start(): void {
    void this.prompts.tellMissing(this.engines !== null);
    this.presence.start();
    this.reaper.start();
    this.withdrawals.start();
    this.trunks.start();
    this.trunkRegistrar.start();
    this.quality.start();
    this.engines?.start();
  }

  /** Ends every call and leg of this instance on the wire. */
  async end(reason: WithdrawReason): Promise<void> {
    this.presence.stop();
    this.withdrawals.stop();
    this.calls.stopIntake();
    this.inbound.abortAll('shutdown');
    this.calls.abortAll(reason);
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_LIMIT_MS);
    });
    await Promise.race([Promise.all([this.inbound.quiet(), this.calls.quiet()]), limit]);
    clearTimeout(timer);
    await Promise.all([
      this.lines.dropAll(),
      this.reaper.stop(),
      this.trunks.stop(),
      this.trunkRegistrar.stop(),
      this.quality.stop(),
      this.engines?.stop(),
    ]);
  }
}
