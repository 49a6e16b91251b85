import type { AgentState } from '../../domain/agent-state';
import type { AttemptState } from '../../domain/attempt-state';
import type { LiveEvent } from './api-client';

/** What the live view shows: counts and states, no name and no number of a debtor. */
export interface FloorState {
  readonly agents: ReadonlyMap<string, { readonly name: string; readonly state: AgentState }>;
  /** Attempts that have not ended. */
  readonly openAttempts: ReadonlyMap<string, AttemptState>;
  readonly attempts: number;
  readonly results: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly promises: number;
  /** Integer minor units by ISO 4217 code. */
  readonly promisedMinor: Readonly<Record<string, bigint>>;
  /** By the rule that refused. */
  readonly refusals: Readonly<Record<string, number>>;
}

export function emptyFloor(agents: readonly { id: string; name: string }[]): FloorState {
  return {
    agents: new Map(agents.map(({ id, name }) => [id, { name, state: 'offline' }])),
    openAttempts: new Map(),
    attempts: 0,
    results: {},
    outcomes: {},
    promises: 0,
    promisedMinor: {},
    refusals: {},
  };
}

/** The state after an event of the live stream; events that it does not show leave it as it is. */
export function applyEvent(floor: FloorState, event: LiveEvent): FloorState {
  switch (event.type) {
    case 'agent.state_changed':
      return withAgent(floor, event);
    case 'attempt.reserved':
      return { ...withAttempt(floor, event, 'reserved'), attempts: floor.attempts + 1 };
    case 'attempt.state_changed':
      return withAttempt(floor, event, event['to'] as AttemptState);
    case 'attempt.ended': {
      const openAttempts = new Map(floor.openAttempts);
      openAttempts.delete(text(event, 'attemptId'));
      return { ...floor, openAttempts, results: plusOne(floor.results, text(event, 'result')) };
    }
    case 'attempt.refused':
      return { ...floor, refusals: plusOne(floor.refusals, text(event, 'deniedBy')) };
    case 'outcome.recorded':
      return { ...floor, outcomes: plusOne(floor.outcomes, text(event, 'code')) };
    case 'promise.made':
      return withPromise(floor, event);
    default:
      return floor;
  }
}

function withAgent(floor: FloorState, event: LiveEvent): FloorState {
  const id = text(event, 'agentId');
  const known = floor.agents.get(id);
  if (known === undefined) return floor;
  const agents = new Map(floor.agents);
  agents.set(id, { ...known, state: event['to'] as AgentState });
  return { ...floor, agents };
}

function withAttempt(floor: FloorState, event: LiveEvent, state: AttemptState): FloorState {
  const openAttempts = new Map(floor.openAttempts);
  openAttempts.set(text(event, 'attemptId'), state);
  return { ...floor, openAttempts };
}

function withPromise(floor: FloorState, event: LiveEvent): FloorState {
  const currency = text(event, 'currency');
  const sum = (floor.promisedMinor[currency] ?? 0n) + BigInt(text(event, 'amountMinor'));
  return {
    ...floor,
    promises: floor.promises + 1,
    promisedMinor: { ...floor.promisedMinor, [currency]: sum },
  };
}

function plusOne(
  counts: Readonly<Record<string, number>>,
  key: string,
): Readonly<Record<string, number>> {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}

const text = (event: LiveEvent, field: string): string => String(event[field]);
