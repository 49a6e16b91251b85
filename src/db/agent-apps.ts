import type { Queryable } from './database';

/** How often an agent's app says that it is there, ms. */
export const APP_SIGN_EVERY_MS = 5_000;
/** Silent for longer than this it is lost, ms. */
export const APP_LOST_AFTER_MS = 15_000;

/** Is the app of an agent there? A condition. @param agent expression for the agent's id */
export const isAppThere = (agent: string): string =>
  `exists (select from agent_app where agent_id = ${agent}
     and seen_at > clock_timestamp() - interval '${APP_LOST_AFTER_MS} ms')`;

/** The agent's app has said that it is there. */
export async function noteAppSign(db: Queryable, agentId: string): Promise<void> {
  await db.query(
    `insert into agent_app (agent_id, seen_at) values ($1, clock_timestamp())
     on conflict (agent_id) do update set seen_at = excluded.seen_at`,
    [agentId],
  );
}

/** These say no more than that the softphone does not answer; the others are somebody's will, or ours. */
const OUT_OF_REACH: readonly string[] = [
  'softphone_gone',
  'softphone_silent',
  'registration_expired',
  'registration_lost',
];

/**
 * Is an agent lost whose softphone is? Loss is two signals: as long as the app is there, the softphone is
 * waited for. An agent without an app (a desk phone) has one signal alone.
 */
export async function isLost(db: Queryable, agentId: string, cause: string): Promise<boolean> {
  if (!OUT_OF_REACH.includes(cause)) return true;
  const { rows } = await db.query<{ there: boolean }>(`select ${isAppThere('$1')} as there`, [
    agentId,
  ]);
  return rows[0]?.there !== true;
}
