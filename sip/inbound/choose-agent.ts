import type { ReadyAgent } from '../../src/db/inbound-lookup';

export interface AgentChoice {
  /** Who can take it, a row for each creditor that the agent works for. */
  readonly ready: readonly ReadyAgent[];
  /** Creditors that the caller may mean, the likeliest first. */
  readonly creditorIds: readonly string[];
  /** Who should take it if they can: was dialing the person a moment ago, spoke with them last. */
  readonly preferred: readonly string[];
  /** Who had the chance. */
  readonly tried: ReadonlySet<string>;
}

/**
 * The agent to be rung next: whoever is preferred, else who has been ready longest for the first of
 * the creditors that has anybody. Null: nobody.
 */
export function chooseAgent({
  ready,
  creditorIds,
  preferred,
  tried,
}: AgentChoice): ReadyAgent | null {
  const order = (agent: ReadyAgent): readonly number[] => {
    const wish = preferred.indexOf(agent.agentId);
    return [
      wish < 0 ? preferred.length : wish,
      creditorIds.indexOf(agent.creditorId),
      agent.readySince.getTime(),
    ];
  };
  const [best] = ready
    .filter(({ agentId, creditorId }) => !tried.has(agentId) && creditorIds.includes(creditorId))
    .toSorted((a, b) => compare(order(a), order(b)) || a.agentId.localeCompare(b.agentId));
  return best ?? null;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
