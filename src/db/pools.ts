import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface PoolRow {
  readonly id: string;
  readonly name: string;
  /** Active agents that stand in it. */
  readonly agentCount: number;
  /** Its agents are ready only after a check of their connection, see domain/connection-check.ts. */
  readonly requiresConnectionCheck: boolean;
  /** Its agents work within their shifts alone, see domain/roster.ts. */
  readonly requiresRoster: boolean;
  readonly createdAt: Date;
}

const SELECT = `select p.id, p.name, p.created_at as "createdAt",
    p.requires_connection_check as "requiresConnectionCheck", p.requires_roster as "requiresRoster",
    (select count(*)::int from agent_pool ap join agent a on a.id = ap.agent_id and a.active
      where ap.pool_id = p.id) as "agentCount"
  from pool p`;

export async function createPool(
  tx: Transaction,
  input: Pick<PoolRow, 'name' | 'requiresConnectionCheck' | 'requiresRoster'>,
): Promise<PoolRow> {
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into pool (name, requires_connection_check, requires_roster) values ($1, $2, $3)
       returning id`,
      [input.name, input.requiresConnectionCheck, input.requiresRoster],
    ),
    'new pool',
  );
  return one(await tx.query<PoolRow>(`${SELECT} where p.id = $1`, [id]), 'new pool');
}

/** Absent fields stay. Null: no such pool. */
export async function updatePool(
  tx: Transaction,
  id: string,
  changes: {
    readonly name?: string | undefined;
    readonly requiresConnectionCheck?: boolean | undefined;
    readonly requiresRoster?: boolean | undefined;
  },
): Promise<{ readonly before: PoolRow; readonly after: PoolRow } | null> {
  await tx.query('select from pool where id = $1 for update', [id]);
  const read = async (): Promise<PoolRow | undefined> =>
    (await tx.query<PoolRow>(`${SELECT} where p.id = $1`, [id])).rows[0];
  const before = await read();
  await tx.query(
    `update pool set name = coalesce($2, name),
       requires_connection_check = coalesce($3, requires_connection_check),
       requires_roster = coalesce($4, requires_roster) where id = $1`,
    [
      id,
      changes.name ?? null,
      changes.requiresConnectionCheck ?? null,
      changes.requiresRoster ?? null,
    ],
  );
  const after = await read();
  return before === undefined || after === undefined ? null : { before, after };
}

export async function listPools(db: Queryable, page: PageRequest): Promise<Page<PoolRow>> {
  const { rows } = await db.query<PoolRow>(
    `${SELECT} where ($1::uuid is null or p.id < $1) order by p.id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
