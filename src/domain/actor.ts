const AGENT = 'agent:';

/** The agent that an actor or an assignee is, `agent:<id>`; null: a key, a role, a part of the program. */
export function agentOfActor(actor: string): string | null {
  return actor.startsWith(AGENT) ? actor.slice(AGENT.length) : null;
}
