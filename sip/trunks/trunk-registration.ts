import { createHmac, randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Database } from '../../src/db/database';
import { TRUNK_PASSWORD, unseal } from '../../src/db/sealed-secret';
import {
  recordRegistration,
  removeTrunkRegistration,
  type RegisteringTrunk,
} from '../../src/db/trunk-registrations';
import {
  ASKED_SECONDS,
  nextRegistrationStep,
  type RegistrationStep,
} from '../../src/domain/trunk-registration';
import type { Gateway } from '../gateway/gateway';
import type { RegisterEnd, RegisterOptions } from '../gateway/register';
import { trunkUri } from './customer-target';

export interface TrunkRegistrationOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly gateway: Gateway;
  readonly sipInstanceId: string;
  /** Opens trunk passwords. */
  readonly secretKey: Buffer;
}

/** Longest wait for the carrier, challenges included, ms. */
const REGISTER_DEADLINE_MS = 10_000;
/** Of a stop: the contact runs out by itself where the carrier does not answer. */
const UNREGISTER_DEADLINE_MS = 2_000;

/** One contact of this process at one carrier, kept by REGISTER until it is ended. */
export class TrunkRegistration {
  private readonly callId = randomUUID();
  private cseq = 1;
  private failures = 0;
  private askSeconds = ASKED_SECONDS;
  private keptUntilMs: number | null = null;
  private nextAtMs = 0;
  private asking: Promise<void> | null = null;
  private told: string | null = null;
  private ended = false;

  constructor(
    readonly trunk: RegisteringTrunk,
    private readonly options: TrunkRegistrationOptions,
  ) {}

  get isRegistered(): boolean {
    return this.keptUntilMs !== null && this.keptUntilMs > Date.now();
  }

  /** Asks the carrier when it is time to. */
  look(): void {
    if (this.ended || this.asking !== null || Date.now() < this.nextAtMs) return;
    this.asking = this.ask().finally(() => (this.asking = null));
  }

  /** Takes the contact back. */
  async end(): Promise<void> {
    this.ended = true;
    await this.asking;
    const { db, log, sipInstanceId } = this.options;
    try {
      if (this.isRegistered) await this.send(0, UNREGISTER_DEADLINE_MS);
      await removeTrunkRegistration(db, this.trunk.id, sipInstanceId);
    } catch (error) {
      log.warn(this.about(error), 'registration at a trunk not taken back');
    }
  }

  private async ask(): Promise<void> {
    const { gateway, log } = this.options;
    try {
      const end = await this.send(this.askSeconds, REGISTER_DEADLINE_MS);
      // our own side broke: nothing is known of the carrier
      if (end.status === 503 && !gateway.isConnected) return;
      const before = { failures: this.failures, askedSeconds: this.askSeconds };
      await this.follow(nextRegistrationStep(end, before, Math.random()), end);
    } catch (error) {
      this.nextAtMs = Date.now() + REGISTER_DEADLINE_MS;
      log.warn(this.about(error), 'not registered at a trunk');
    }
  }

  private async follow(step: RegistrationStep, end: RegisterEnd): Promise<void> {
    const nowMs = Date.now();
    this.askSeconds = step.askSeconds;
    this.nextAtMs = nowMs + step.nextInMs;
    // a 423: asked once more, for longer
    if (step.keptForMs === 'as_before' && step.reason === null) return;
    if (step.keptForMs === 'as_before')
      this.keptUntilMs = this.isRegistered ? this.keptUntilMs : null;
    else this.keptUntilMs = step.keptForMs === null ? null : nowMs + step.keptForMs;
    this.failures = step.reason === null ? 0 : this.failures + 1;
    this.tell(step.reason);
    const { db, sipInstanceId } = this.options;
    await recordRegistration(db, {
      ...{ trunkId: this.trunk.id, sipInstanceId, reason: step.reason },
      registeredUntil: this.keptUntilMs === null ? null : new Date(this.keptUntilMs),
      nextAt: new Date(this.nextAtMs),
      sipStatus: end.status === 0 ? null : end.status,
    });
  }

  private tell(reason: string | null): void {
    if (reason === this.told) return;
    const { log } = this.options;
    const trunkId = this.trunk.id;
    if (reason !== null) log.warn({ trunkId, reason }, 'not registered at a trunk');
    else log.info({ trunkId }, 'registered at a trunk again');
    this.told = reason;
  }

  private async send(expiresSeconds: number, deadlineMs: number): Promise<RegisterEnd> {
    const { gateway, secretKey } = this.options;
    const { trunk, callId } = this;
    const user = encodeURIComponent(trunk.username);
    const options: RegisterOptions = {
      ...{ uri: trunkUri(trunk), addressOfRecord: `sip:${user}@${trunk.host}` },
      ...{ contactUri: this.contactUri, q: this.q, expiresSeconds, callId, cseq: this.cseq },
      account: {
        username: trunk.username,
        password: unseal(secretKey, TRUNK_PASSWORD, trunk.passwordSealed),
      },
    };
    const end = await gateway.register(options, deadlineMs);
    this.cseq = end.cseq + 1;
    return end;
  }

  /** The same as long as the process lives, and another at each carrier; no number, no name. */
  private get contactUri(): string {
    const { transport } = this.trunk;
    const suffix = transport === 'udp' ? '' : `;transport=${transport}`;
    return `sip:${this.token}@localhost${suffix}`;
  }

  private get token(): string {
    const { secretKey, sipInstanceId } = this.options;
    const of = `contact ${sipInstanceId} ${this.trunk.id}`;
    return `s${createHmac('sha256', secretKey).update(of).digest('hex').slice(0, 16)}`;
  }

  /** Differs from process to process: a carrier rings them one after the other (RFC 3261, 20.10). */
  private get q(): string {
    return (0.1 + (Number.parseInt(this.token.slice(1, 5), 16) % 900) / 1_000).toFixed(3);
  }

  private about(error: unknown): { trunkId: string; reason: string } {
    return { trunkId: this.trunk.id, reason: (error as Error).message };
  }
}
