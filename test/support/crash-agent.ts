import { setTimeout as delay } from 'node:timers/promises';
import { Softphone, type SoftphoneOptions } from '../../src/main/demo/softphone';
import { ApiError, type ApiClient } from './api-client';

/** How often the desktop looks at its session: fast enough that the wrap-up stays short. */
const LOOK_INTERVAL_MS = 300;
const REGISTER_DELAYS_MS = [100, 250, 500, 1_000];

interface Session {
  readonly id: string;
  readonly state: string;
  readonly attemptId: string | null;
}

/**
 * An agent at work while everything breaks: a softphone that registers again whenever its socket
 * does, and a desktop that records an outcome after each talk. It never signs in a second time:
 * coming back after a crash is the product's own duty.
 */
export class CrashAgent {
  /** Refusals of the API that a desktop should never see, by their text. */
  readonly complaints: string[] = [];
  private readonly softphone: Softphone;
  private readonly stopped = new AbortController();
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly api: ApiClient,
    softphone: SoftphoneOptions,
  ) {
    this.softphone = new Softphone(softphone);
  }

  /** Registers, signs in, and goes to work. */
  async start(legMode: 'nailed_up' | 'per_call'): Promise<void> {
    await this.softphone.register();
    await this.api.post('me/session', { legMode });
    this.work = Promise.all([this.stayRegistered(), this.workSession()]);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.work;
    await this.softphone.close();
  }

  private async stayRegistered(): Promise<void> {
    let failures = 0;
    while (!this.stopped.signal.aborted) {
      if (this.softphone.isRegistered) {
        failures = 0;
        await this.disconnection();
        continue;
      }
      const delayMs = REGISTER_DELAYS_MS[Math.min(failures, REGISTER_DELAYS_MS.length - 1)] ?? 0;
      failures += 1;
      await this.pause(delayMs);
      await this.softphone.register().catch(() => undefined);
    }
  }

  private disconnection(): Promise<void> {
    return new Promise((resolve) => {
      this.softphone.once('disconnected', () => {
        resolve();
      });
      this.stopped.signal.addEventListener('abort', () => {
        resolve();
      });
    });
  }

  private async workSession(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        await this.lookAtSession();
      } catch (error) {
        // a 5xx or no answer at all: the API is away for a while, which is what is tried here
        if (error instanceof ApiError && error.status < 500) this.complaints.push(error.message);
      }
      await this.pause(LOOK_INTERVAL_MS);
    }
  }

  private async lookAtSession(): Promise<void> {
    const session = await this.api.get<Session>('me/session');
    if (session.state === 'wrap_up' && session.attemptId !== null) {
      await this.api.post(`attempts/${session.attemptId}/outcome`, {
        code: 'RPC_REFUSE',
        rootCause: 'not_told',
      });
    } else if (session.state === 'paused') {
      await this.api.post('me/session/ready');
    }
  }

  private pause(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }
}
