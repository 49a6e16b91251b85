import type { Logger } from 'pino';
import type { MediaEngineAddress } from './engine-address';
import { afterPing, enginesByLoad, UNKNOWN_HEALTH, type EngineLoad } from './engine-health';
import { NgClient } from './ng-client';

const PING_EVERY_MS = 500;
const PING_DEADLINE_MS = 450;

/** One rtpengine: its commands, and what is known of it. */
export class Engine implements EngineLoad {
  readonly client: NgClient;
  readonly name: string;
  readonly weight: number;
  lines = 0;
  /** Calls on those lines. */
  calls = 0;
  draining = false;
  private health = UNKNOWN_HEALTH;

  constructor(readonly address: MediaEngineAddress) {
    this.name = address.name;
    this.weight = address.weight;
    this.client = new NgClient(address);
  }

  get up(): boolean {
    return this.health.up;
  }

  /** True when it went up or down by this. */
  async ping(): Promise<boolean> {
    const was = this.health;
    const { kind } = await this.client.send({ command: 'ping' }, PING_DEADLINE_MS);
    this.health = afterPing(was, kind === 'ok');
    return !was.asked || was.up !== this.health.up;
  }
}

/** The rtpengines that this process may use. */
export class EnginePool {
  readonly engines: readonly Engine[];
  private timer: NodeJS.Timeout | null = null;

  constructor(
    addresses: readonly MediaEngineAddress[],
    private readonly log: Logger,
  ) {
    this.engines = addresses.map((address) => new Engine(address));
  }

  /** Asks every engine once, so that the first call finds who is there; then goes on asking. */
  async start(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), PING_EVERY_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    await Promise.all(
      this.engines.map(async (engine) => {
        if (await engine.ping())
          this.log[engine.up ? 'info' : 'error'](
            { engine: engine.name, up: engine.up },
            'media engine',
          );
      }),
    );
  }

  /** Who may take a new leg, the best first. */
  candidates(): Engine[] {
    return enginesByLoad(this.engines);
  }

  /** Takes no new legs and calls: those that are drained, by name. */
  setDraining(names: ReadonlySet<string>): void {
    for (const engine of this.engines) engine.draining = names.has(engine.name);
  }

  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    for (const engine of this.engines) engine.client.close();
  }
}
