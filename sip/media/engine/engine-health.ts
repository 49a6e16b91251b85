/** What pings told of an engine so far. */
export interface EngineHealth {
  readonly up: boolean;
  /** Pings in a row that speak against the present state. */
  readonly against: number;
  readonly asked: boolean;
}

export const UNKNOWN_HEALTH: EngineHealth = { up: false, against: 0, asked: false };

const MISSES_DOWN = 3;
const HITS_UP = 2;

/** Three misses are down, two hits are up again; the very first answer counts at once. */
export function afterPing(health: EngineHealth, answered: boolean): EngineHealth {
  if (!health.asked || answered === health.up) return { up: answered, against: 0, asked: true };
  const against = health.against + 1;
  const turned = against >= (answered ? HITS_UP : MISSES_DOWN);
  return { up: turned ? answered : health.up, against: turned ? 0 : against, asked: true };
}

export interface EngineLoad {
  readonly weight: number;
  readonly up: boolean;
  /** Takes nothing new. */
  readonly draining: boolean;
  /** Legs of softphones that go through it, as far as this process knows. */
  readonly lines: number;
}

/** Engines that may take a new leg: the least loaded for its weight first. */
export function enginesByLoad<E extends EngineLoad>(engines: readonly E[]): E[] {
  return engines
    .filter((engine) => engine.up && !engine.draining)
    .sort((a, b) => (a.lines + 1) / a.weight - (b.lines + 1) / b.weight);
}
