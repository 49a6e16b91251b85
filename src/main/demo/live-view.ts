import { ATTEMPT_STATES } from '../../domain/attempt-state';
import { sayMoney } from '../../domain/said';
import type { FloorState } from './floor-state';

export const RULES_LINE = 'rules: DEMO.OPEN (always open, for demonstration only)';

export interface ViewState {
  readonly floor: FloorState;
  readonly elapsedSeconds: number;
  readonly limitSeconds: number;
  /** One line of what goes on: dialing, draining. */
  readonly phase: string;
}

/** The whole picture, one string a line, without escape codes. */
export function renderView({ floor, ...view }: ViewState): string[] {
  const agents = [...floor.agents.values()].map(({ name, state }) => `${name} ${state}`);
  return [
    `Santun demonstration · ${view.phase} · ${clock(view.elapsedSeconds)} of ${clock(view.limitSeconds)}`,
    RULES_LINE,
    '',
    `agents    ${agents.join('   ')}`,
    `calls     ${stages(floor)}`,
    `attempts  ${floor.attempts} made; ended: ${counts(floor.results)}`,
    `outcomes  ${counts(floor.outcomes)}`,
    `promises  ${promises(floor)}`,
    `refusals  ${counts(floor.refusals)}`,
  ];
}

/** The same in one line, for output that is not a terminal. */
export function renderLine({ floor, ...view }: ViewState): string {
  const states = [...floor.agents.values()].map(({ state }) => state);
  const agents = Object.fromEntries(
    [...new Set(states)].sort().map((state) => [state, states.filter((s) => s === state).length]),
  );
  return [
    `${clock(view.elapsedSeconds)} ${view.phase}`,
    `agents: ${counts(agents)}`,
    `calls: ${stages(floor)}`,
    `attempts: ${floor.attempts}`,
    `outcomes: ${counts(floor.outcomes)}`,
    `promises: ${promises(floor)}`,
    `refusals: ${counts(floor.refusals)}`,
  ].join(' | ');
}

/** Seconds as `m:ss`. */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function stages(floor: FloorState): string {
  const open = [...floor.openAttempts.values()];
  return ATTEMPT_STATES.filter((state) => state !== 'ended')
    .map((state) => `${open.filter((s) => s === state).length} ${state}`)
    .join(', ');
}

/** Most frequent first. */
function counts(of: Readonly<Record<string, number>>): string {
  const sorted = Object.entries(of).sort(([a, x], [b, y]) => y - x || a.localeCompare(b));
  return sorted.length === 0 ? 'none' : sorted.map(([key, n]) => `${n} ${key}`).join(', ');
}

function promises(floor: FloorState): string {
  const sums = Object.entries(floor.promisedMinor).map(
    ([currency, minor]) => sayMoney(minor, currency).id,
  );
  return sums.length === 0 ? 'none' : `${floor.promises}, together ${sums.join(' + ')}`;
}
