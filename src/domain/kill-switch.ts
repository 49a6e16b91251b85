/** How much a kill switch stops, widest first. */
export const KILL_SCOPES = ['all', 'creditor', 'campaign', 'trunk'] as const;
export type KillScope = (typeof KILL_SCOPES)[number];

/** A switch that was pulled and not released, as plain JSON: one of the gate's facts. */
export interface StandingSwitch {
  readonly id: string;
  readonly scope: KillScope;
  /** Null for `all`. */
  readonly scopeId: string | null;
}

/** The widest of the switches that stops the whole call, whatever trunk it would take; else null. */
export function switchThatStops(switches: readonly StandingSwitch[]): StandingSwitch | null {
  for (const scope of KILL_SCOPES) {
    const found = scope !== 'trunk' && switches.find((standing) => standing.scope === scope);
    if (found) return found;
  }
  return null;
}

/** The trunks that no switch stops, in the order given. */
export function trunksLeftOpen(
  switches: readonly StandingSwitch[],
  trunkIds: readonly string[],
): string[] {
  return trunkIds.filter(
    (id) => !switches.some(({ scope, scopeId }) => scope === 'trunk' && scopeId === id),
  );
}
