import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import {
  claimDueProbes,
  listTrunkStates,
  recordTrunkSignal,
  type DueProbe,
  type ProbeResult,
  type TrunkState,
} from '../../src/db/trunk-health';
import { tellReachedCaps } from '../../src/db/trunk-usage';
import type { TrunkSignal } from '../../src/domain/trunk-health';
import type { Gateway } from '../gateway/gateway';
import type { LegEnd } from '../outcome/sip-outcome';
import { OPTIONS_DEADLINE_MS, optionsSignalOf, trunkSignalOf } from '../outcome/trunk-signal';
import { trunkUri } from './customer-target';

export interface TrunkWatchOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  readonly sipInstanceId: string;
}

const LOOK_MS = 1_000;

/**
 * Knows which trunks are there: asks each with OPTIONS when it is due (one process at a time asks
 * one trunk) and listens to what becomes of calls. A call's good end is written down only while
 * something is held against its trunk: a healthy floor costs the database one small look a second.
 */
export class TrunkWatch {
  private known = new Map<string, TrunkState>();
  private readonly asking = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: TrunkWatchOptions) {}

  start(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => (this.looking = null));
    }, LOOK_MS);
  }

  /** Settles when nothing of it is under way any more. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
    await Promise.all([...this.asking]);
  }

  /** What was last seen of each trunk, for the metric. */
  get states(): readonly TrunkState[] {
    return [...this.known.values()];
  }

  /** What became of a debtor's leg. */
  legEnded(trunkId: string, end: LegEnd | { readonly kind: 'answered' }): void {
    const signal = trunkSignalOf(end);
    if (signal === null) return;
    if (signal.kind !== 'missed' && this.known.get(trunkId)?.isTroubled !== true) return;
    this.follow(this.record(trunkId, signal, null));
  }

  private async look(): Promise<void> {
    const { db, gateway, log, sipInstanceId } = this.options;
    // without signalling of our own every trunk would seem silent
    if (!gateway.isConnected) return;
    try {
      const due = await claimDueProbes(db, sipInstanceId);
      for (const trunk of due) this.follow(this.ask(trunk));
      await tellReachedCaps(db);
      const states = await listTrunkStates(db);
      this.known = new Map(states.map((state) => [state.trunkId, state]));
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'trunks not looked at');
    }
  }

  private follow(work: Promise<void>): void {
    const followed = work.finally(() => this.asking.delete(followed));
    this.asking.add(followed);
  }

  private async ask(trunk: DueProbe): Promise<void> {
    const { gateway, sipInstanceId } = this.options;
    const askedAtMs = performance.now();
    const target = { uri: trunkUri(trunk) };
    const { status, failure } = await gateway.probe(target, OPTIONS_DEADLINE_MS);
    // our own side broke: the lease runs out, and somebody asks again
    if (!gateway.isConnected) return;
    const roundTripMs = performance.now() - askedAtMs;
    const result = { sipInstanceId, status, roundTripMs };
    await this.record(trunk.trunkId, optionsSignalOf(status, failure), result);
  }

  private isCapped(trunkId: string): boolean {
    return this.known.get(trunkId)?.isCapped === true;
  }

  private async record(
    trunkId: string,
    signal: TrunkSignal,
    probe: ProbeResult | null,
  ): Promise<void> {
    const { db, log } = this.options;
    try {
      const health = await recordTrunkSignal(db, trunkId, signal, probe);
      if (health === null) return;
      const { state, reason } = health;
      if (this.known.get(trunkId)?.state !== state && this.known.has(trunkId))
        log[state === 'up' ? 'info' : 'warn']({ trunkId, reason }, `trunk ${state}`);
      const isTroubled = state === 'down' || health.optionMisses + health.callMisses > 0;
      this.known.set(trunkId, { trunkId, state, isTroubled, isCapped: this.isCapped(trunkId) });
    } catch (error) {
      log.warn({ trunkId, reason: (error as Error).message }, 'signal of a trunk not written');
    }
  }
}
