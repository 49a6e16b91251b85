import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

interface EngineFigures {
  readonly name: string;
  readonly up: boolean;
  readonly draining: boolean;
  readonly lines: number;
  readonly calls: number;
}

interface TrunkFigures {
  readonly trunkId: string;
  readonly state: 'up' | 'down';
  readonly isCapped: boolean;
}

interface RegistrationFigures {
  readonly trunkId: string;
  readonly isRegistered: boolean;
}

/** What is asked when the metrics are read. */
interface LiveFigures {
  readonly calls: () => number;
  readonly agentLegs: () => number;
  readonly agentMismatches: () => number;
  readonly registrations: () => Promise<number>;
  /** The media engines as this process sees them. */
  readonly engines: () => readonly EngineFigures[];
  readonly trunks: () => readonly TrunkFigures[];
  readonly trunkRegistrations: () => readonly RegistrationFigures[];
}

/** What the sip role counts. Labels carry trunks, classes and results; never a person. */
export class SipMetrics {
  private readonly attempts: Counter<'result'>;
  private readonly responses: Counter<'trunk' | 'class'>;
  private readonly setup: Histogram;
  private readonly notCaptured: Counter;
  private readonly holdReminders: Counter;
  private readonly inbound: Counter<'trunk' | 'end'>;
  private readonly inboundWait: Histogram;
  private readonly supervisions: Counter<'mode' | 'end'>;

  constructor(registry: Registry, live: LiveFigures) {
    const registers = [registry];
    this.attempts = counter(
      registry,
      'santun_attempts_ended_total',
      'Attempts that this process dialed, by technical result',
      ['result'],
    );
    this.responses = counter(
      registry,
      'santun_trunk_responses_total',
      'Final responses of trunks by class; none: nothing came',
      ['trunk', 'class'],
    );
    this.setup = new Histogram({
      name: 'santun_invite_setup_seconds',
      help: 'From the INVITE to its final response',
      buckets: [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64],
      registers,
    });
    this.notCaptured = counter(
      registry,
      'santun_recordings_not_captured_total',
      'Times that the audio of a talk could not be captured: no engine, or it refused',
    );
    this.holdReminders = counter(
      registry,
      'santun_hold_reminders_total',
      'Times that an agent was told of a debtor who has been on hold for long',
    );
    this.inbound = counter(
      registry,
      'santun_inbound_calls_total',
      'Calls that came in, by how they ended: answered, or why not',
      ['trunk', 'end'],
    );
    this.inboundWait = new Histogram({
      name: 'santun_inbound_answer_seconds',
      help: 'From the INVITE of a caller to the answer by an agent',
      buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 40, 80],
      registers,
    });
    this.supervisions = counter(
      registry,
      'santun_supervisions_total',
      'Times that a supervisor was let into a talk or rung for it, by mode and how it ended',
      ['mode', 'end'],
    );
    liveGauges(registry, live);
  }

  supervised(mode: string, end: string): void {
    this.supervisions.inc({ mode, end });
  }

  attemptEnded(result: string): void {
    this.attempts.inc({ result });
  }

  recordingNotCaptured(): void {
    this.notCaptured.inc();
  }

  holdReminded(): void {
    this.holdReminders.inc();
  }

  inboundEnded(trunk: string, end: string, waitMs: number): void {
    this.inbound.inc({ trunk, end });
    if (end === 'answered') this.inboundWait.observe(waitMs / 1_000);
  }

  /** It was never a call of ours. */
  inboundRefused(
    trunk: string,
    end: 'no_such_number' | 'session_too_short' | 'malformed' | 'channels_full',
  ): void {
    this.inbound.inc({ trunk, end });
  }

  legEnded(trunk: string, status: number | null, setupMs: number): void {
    const statusClass = status === null ? 'none' : `${String(Math.floor(status / 100))}xx`;
    this.responses.inc({ trunk, class: statusClass });
    this.setup.observe(setupMs / 1_000);
  }
}

function liveGauges(registry: Registry, live: LiveFigures): void {
  trunkGauges(registry, live.trunks, live.trunkRegistrations);
  engineGauges(registry, live.engines);
  gauge(registry, 'santun_live_calls', 'Attempts being placed, ringing or talking', live.calls);
  gauge(registry, 'santun_agent_legs', 'Legs to softphones that stand', live.agentLegs);
  gauge(
    registry,
    'santun_agent_state_mismatches',
    'Agents whose state and dialogs did not agree at the last look, every 10 s; 0 in normal work',
    live.agentMismatches,
  );
  gauge(registry, 'santun_registrations', 'Softphones that can be reached', live.registrations);
}

function counter<Label extends string = never>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: Label[] = [],
): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [registry] });
}

function trunkGauges(
  registry: Registry,
  trunks: () => readonly TrunkFigures[],
  registrations: () => readonly RegistrationFigures[],
): void {
  trunkGauge(
    registry,
    ['up', 'Whether a trunk takes calls, as this process last saw it: 1 up, 0 down'],
    () => trunks().map(({ trunkId, state }) => [trunkId, state === 'up']),
  );
  trunkGauge(registry, ['capped', 'Whether a cap on spend or minutes is reached: 1 no call'], () =>
    trunks().map(({ trunkId, isCapped }) => [trunkId, isCapped]),
  );
  trunkGauge(
    registry,
    ['registered', 'Whether this process is registered at a trunk that asks for it: 1 it is'],
    () => registrations().map(({ trunkId, isRegistered }) => [trunkId, isRegistered]),
  );
}

function trunkGauge(
  registry: Registry,
  [name, help]: [name: string, help: string],
  read: () => (readonly [trunkId: string, holds: boolean])[],
): void {
  new Gauge({
    name: `santun_trunk_${name}`,
    help,
    labelNames: ['trunk'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [trunk, holds] of read()) this.set({ trunk }, Number(holds));
    },
  });
}

const ENGINE_GAUGES: readonly [string, string, (engine: EngineFigures) => number][] = [
  ['up', 'Whether this process reaches a media engine: 1 up, 0 down', ({ up }) => Number(up)],
  ['draining', 'Whether it takes nothing new: 1 draining', ({ draining }) => Number(draining)],
  ['lines', 'Legs of softphones through it', ({ lines }) => lines],
  ['calls', 'Calls on those legs', ({ calls }) => calls],
];

function engineGauges(registry: Registry, engines: () => readonly EngineFigures[]): void {
  for (const [name, help, read] of ENGINE_GAUGES)
    new Gauge({
      name: `santun_media_engine_${name}`,
      help,
      labelNames: ['engine'],
      registers: [registry],
      collect() {
        for (const engine of engines()) this.set({ engine: engine.name }, read(engine));
      },
    });
}

function gauge(
  registry: Registry,
  name: string,
  help: string,
  read: () => number | Promise<number>,
): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    async collect() {
      // a scrape must not fail because the database does
      const value = await Promise.resolve(read()).catch(() => null);
      if (value !== null) this.set(value);
    },
  });
}
