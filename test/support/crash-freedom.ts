import type { Database } from '../../src/db/database';
import { eventually } from './eventually';

interface AgentRow {
  readonly agentId: string;
  readonly state: string;
  readonly cause: string;
  readonly attemptId: string | null;
  readonly attemptState: string | null;
  readonly reachable: boolean;
}

/** Where every agent stands; `reachable`: on a sip instance that beats. */
async function readAgents(db: Database): Promise<AgentRow[]> {
  const { rows } = await db.query<AgentRow>(
    `select s.agent_id as "agentId", s.state, s.cause, s.attempt_id as "attemptId",
       t.state as "attemptState", coalesce(i.state = 'alive'
         and i.heartbeat_at > now() - interval '5 s', false) as reachable
     from agent_session s left join attempt t on t.id = s.attempt_id
       left join sip_instance i on i.id = s.sip_instance_id
     where s.ended_at is null`,
  );
  return rows;
}

/**
 * Waits until each agent was seen free since now: ready on a living sip instance, in a wrap-up with
 * the outcome to record, or dialing for another attempt than before, which only a free agent can.
 * @returns how long the last one took, ms
 * @throws Error naming those who are not free within `limitMs`, and where they hang
 */
export async function agentsFreeAgain(
  db: Database,
  before: ReadonlyMap<string, string | null>,
  agents: number,
  sinceMs: number,
  limitMs: number,
): Promise<number> {
  const free = new Set<string>();
  let last: AgentRow[] = [];
  try {
    await eventually('every agent is free again', limitMs, async () => {
      last = await readAgents(db);
      for (const agent of last)
        if (isFree(agent, before.get(agent.agentId))) free.add(agent.agentId);
      return free.size >= agents ? true : null;
    });
  } catch (error) {
    const hanging = last
      .filter((agent) => !free.has(agent.agentId))
      .map(({ agentId, state, cause, attemptId, attemptState, reachable }) =>
        JSON.stringify({ agentId, state, cause, attemptId, attemptState, reachable }),
      );
    throw new Error(`${(error as Error).message}\n${hanging.join('\n')}`);
  }
  return Date.now() - sinceMs;
}

function isFree(agent: AgentRow, attemptBefore: string | null | undefined): boolean {
  if (agent.state === 'wrap_up') return true;
  if (agent.state === 'ready') return agent.reachable;
  const busyAnew = agent.attemptId !== null && agent.attemptId !== attemptBefore;
  return busyAnew && agent.reachable && agent.attemptState !== 'reserved';
}

/** What each agent holds at this moment, for {@link agentsFreeAgain}. */
export async function attemptsHeld(db: Database): Promise<Map<string, string | null>> {
  return new Map((await readAgents(db)).map((agent) => [agent.agentId, agent.attemptId]));
}
