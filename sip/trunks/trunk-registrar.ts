import { listRegisteringTrunks, type RegisteringTrunk } from '../../src/db/trunk-registrations';
import { TrunkRegistration, type TrunkRegistrationOptions } from './trunk-registration';

const LOOK_MS = 1_000;

/** Keeps this process registered at the carriers that ask for it, as the trunks are set up now. */
export class TrunkRegistrar {
  /** By what makes a registration another one: whoever changes the password registers anew at once. */
  private readonly held = new Map<string, TrunkRegistration>();
  private readonly ending = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: TrunkRegistrationOptions) {}

  start(): void {
    const look = (): void => {
      this.looking ??= this.look().finally(() => (this.looking = null));
    };
    look();
    this.timer = setInterval(look, LOOK_MS);
  }

  /** For the metric. */
  get states(): readonly { readonly trunkId: string; readonly isRegistered: boolean }[] {
    return [...this.held.values()].map(({ trunk, isRegistered }) => ({
      ...{ trunkId: trunk.id, isRegistered },
    }));
  }

  /** Takes every contact back. */
  async stop(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.looking;
    for (const key of [...this.held.keys()]) this.end(key);
    await Promise.all([...this.ending]);
  }

  private async look(): Promise<void> {
    const { db, gateway, log } = this.options;
    if (!gateway.isConnected) return;
    try {
      const wanted = new Map(
        (await listRegisteringTrunks(db)).map((trunk) => [keyOf(trunk), trunk] as const),
      );
      for (const key of [...this.held.keys()]) if (!wanted.has(key)) this.end(key);
      // what was taken back must not cross what is asked for anew
      await Promise.all([...this.ending]);
      for (const [key, trunk] of wanted)
        if (!this.held.has(key)) this.held.set(key, new TrunkRegistration(trunk, this.options));
    } catch (error) {
      // who is registered stays so while the database is away
      log.warn({ reason: (error as Error).message }, 'trunks to register at not read');
    }
    for (const registration of this.held.values()) registration.look();
  }

  private end(key: string): void {
    const registration = this.held.get(key);
    if (registration === undefined) return;
    this.held.delete(key);
    const ended = registration.end().finally(() => this.ending.delete(ended));
    this.ending.add(ended);
  }
}

const keyOf = ({ id, host, port, transport, username, passwordSealed }: RegisteringTrunk): string =>
  [id, host, port, transport, username, passwordSealed.toString('base64')].join('\n');
