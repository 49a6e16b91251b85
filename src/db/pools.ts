import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface PoolRow {
  readonly id: string;
  readonly name: string;
  /** Active agents that stand in it. */
  readonly agentCount: number;
  readonly createdAt: Date;
}

const SELECT = `select p.id, p.name, p.created_at as "createdAt",
    (select count(*)::int from agent_pool ap join agent a on a.id = ap.agent_id and a.active
      where ap.pool_id = p.id) as "agentCount"
  from pool p`;

export async function createPool(tx: Transaction, name: string): Promise<PoolRow> {
  const { id } = one(
    await tx.query<{ id: string }>('insert into pool (name) values ($1) returning id', [name]),
    'new pool',
  );
  return one(await tx.query<PoolRow>(`${SELECT} where p.id = $1`, [id]), 'new pool');
}

export async function listPools(db: Queryable, page: PageRequest): Promise<Page<PoolRow>> {
  const { rows } = await db.query<PoolRow>(
    `${SELECT} where ($1::uuid is null or p.id < $1) order by p.id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}
