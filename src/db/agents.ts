import { createHash, randomBytes } from 'node:crypto';
import type { AgentState } from '../domain/agent-state';
import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface AgentRow {
  readonly id: string;
  readonly name: string;
  readonly sipUsername: string;
  readonly active: boolean;
  readonly poolIds: string[];
  /** In alphabetical order. */
  readonly skills: string[];
  /** A softphone of theirs is registered now. */
  readonly registered: boolean;
  /** Of the open session; null when signed out. */
  readonly sessionState: AgentState | null;
  readonly createdAt: Date;
}

const SELECT = `select a.id, a.name, a.sip_username as "sipUsername", a.active,
    array(select unnest(a.skills) order by 1) as skills,
    a.created_at as "createdAt", s.state as "sessionState",
    coalesce((select array_agg(pool_id order by pool_id) from agent_pool where agent_id = a.id),
      '{}')::text[] as "poolIds",
    exists (select 1 from registration r where r.agent_id = a.id and r.expires_at > now())
      as "registered"
  from agent a left join agent_session s on s.agent_id = a.id and s.ended_at is null`;

export interface NewAgent {
  readonly name: string;
  readonly sipUsername: string;
  readonly poolIds: readonly string[];
  readonly skills?: readonly string[];
  /** The digest realm of this installation (RFC 7616, 3.3). */
  readonly realm: string;
}

/** @returns the agent and the softphone's password, which is kept nowhere and can be shown once. */
export async function createAgent(
  tx: Transaction,
  input: NewAgent,
): Promise<AgentRow & { readonly sipPassword: string }> {
  const { sipPassword, md5, sha256 } = newSipPassword(input);
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into agent (name, sip_username, sip_ha1_md5, sip_ha1_sha256, skills)
       values ($1, $2, $3, $4, $5) returning id`,
      [input.name, input.sipUsername, md5, sha256, input.skills ?? []],
    ),
    'new agent',
  );
  await tx.query('insert into agent_pool (agent_id, pool_id) select $1, unnest($2::uuid[])', [
    id,
    input.poolIds,
  ]);
  const agent = one(await tx.query<AgentRow>(`${SELECT} where a.id = $1`, [id]), 'new agent');
  return { ...agent, sipPassword };
}

/** A new password and what is kept of it: HA1 by algorithm (RFC 7616, 3.4.2). */
export function newSipPassword(input: { readonly sipUsername: string; readonly realm: string }): {
  readonly sipPassword: string;
  readonly md5: string;
  readonly sha256: string;
} {
  const sipPassword = randomBytes(18).toString('base64url');
  const a1 = `${input.sipUsername}:${input.realm}:${sipPassword}`;
  const hash = (algorithm: string): string => createHash(algorithm).update(a1).digest('hex');
  return { sipPassword, md5: hash('md5'), sha256: hash('sha256') };
}

export interface AgentChanges {
  readonly name?: string | undefined;
  readonly active?: boolean | undefined;
  /** All of them: pools that are not named are left. */
  readonly poolIds?: readonly string[] | undefined;
  /** All of them. */
  readonly skills?: readonly string[] | undefined;
}

/** Absent fields stay. Null: no such agent. */
export async function updateAgent(
  tx: Transaction,
  id: string,
  changes: AgentChanges,
): Promise<AgentRow | null> {
  await tx.query(
    `update agent set name = coalesce($2, name), active = coalesce($3, active),
       skills = coalesce($4, skills) where id = $1`,
    [id, changes.name ?? null, changes.active ?? null, changes.skills ?? null],
  );
  if (changes.active === false)
    await tx.query('delete from registration where agent_id = $1', [id]);
  if (changes.poolIds !== undefined) {
    await tx.query('delete from agent_pool where agent_id = $1', [id]);
    await tx.query(
      'insert into agent_pool (agent_id, pool_id) select id, unnest($2::uuid[]) from agent where id = $1',
      [id, changes.poolIds],
    );
  }
  return findAgent(tx, id);
}

/** Takes an agent out of one pool and into another. @returns the field that names no pool so; null: done */
export async function moveAgentPool(
  tx: Transaction,
  agentId: string,
  fromPoolId: string,
  toPoolId: string,
): Promise<'fromPoolId' | 'toPoolId' | null> {
  const target = await tx.query('select from pool where id = $1', [toPoolId]);
  if (target.rowCount !== 1) return 'toPoolId';
  const left = await tx.query('delete from agent_pool where agent_id = $1 and pool_id = $2', [
    agentId,
    fromPoolId,
  ]);
  if (left.rowCount !== 1) return 'fromPoolId';
  await tx.query(
    'insert into agent_pool (agent_id, pool_id) values ($1, $2) on conflict do nothing',
    [agentId, toPoolId],
  );
  return null;
}

/** Gives a new softphone password; the old one is refused from the next REGISTER on. */
export async function resetSipPassword(
  tx: Transaction,
  id: string,
  realm: string,
): Promise<(AgentRow & { readonly sipPassword: string }) | null> {
  const agent = await findAgent(tx, id);
  if (agent === null) return null;
  const { sipPassword, md5, sha256 } = newSipPassword({ sipUsername: agent.sipUsername, realm });
  await tx.query('update agent set sip_ha1_md5 = $2, sip_ha1_sha256 = $3 where id = $1', [
    id,
    md5,
    sha256,
  ]);
  return { ...agent, sipPassword };
}

export async function findAgent(db: Queryable, id: string): Promise<AgentRow | null> {
  const { rows } = await db.query<AgentRow>(`${SELECT} where a.id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listAgents(
  db: Queryable,
  filter: { readonly poolId: string | null },
  page: PageRequest,
): Promise<Page<AgentRow>> {
  const { rows } = await db.query<AgentRow>(
    `${SELECT} where ($1::uuid is null or a.id < $1)
       and ($2::uuid is null
         or exists (select 1 from agent_pool where agent_id = a.id and pool_id = $2))
     order by a.id desc limit $3`,
    [page.beforeId, filter.poolId, pageFetch(page)],
  );
  return toPage(rows, page);
}
