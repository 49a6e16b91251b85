import { one, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

/** Trunks that stand for each other. */
export interface TrunkGroup {
  readonly id: string;
  readonly name: string;
  readonly trunkCount: number;
  readonly createdAt: Date;
}

const GROUP = `select g.id, g.name, g.created_at as "createdAt",
    (select count(*)::int from trunk t where t.group_id = g.id) as "trunkCount"
  from trunk_group g`;

export async function createTrunkGroup(tx: Transaction, name: string): Promise<TrunkGroup> {
  const inserted = await tx.query<{ id: string }>(
    'insert into trunk_group (name) values ($1) returning id',
    [name],
  );
  const { id } = one(inserted, 'new trunk group');
  return one(await tx.query<TrunkGroup>(`${GROUP} where g.id = $1`, [id]), 'new trunk group');
}

export async function listTrunkGroups(db: Queryable, page: PageRequest): Promise<Page<TrunkGroup>> {
  const { rows } = await db.query<TrunkGroup>(
    `${GROUP} where ($1::uuid is null or g.id < $1) order by g.id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** Deletes a group without trunks, and the routes that name it. Gives what it was. */
export async function deleteTrunkGroup(
  tx: Transaction,
  id: string,
): Promise<TrunkGroup | 'absent' | 'in_use'> {
  const locked = await tx.query('select from trunk_group where id = $1 for update', [id]);
  if (locked.rowCount === 0) return 'absent';
  const group = one(await tx.query<TrunkGroup>(`${GROUP} where g.id = $1`, [id]), 'trunk group');
  if (group.trunkCount > 0) return 'in_use';
  await tx.query('delete from trunk_group where id = $1', [id]);
  return group;
}

/** A route as it is administered; what it means is told in src/domain/trunk-route.ts. */
export interface TrunkRouteSettings {
  readonly id: string;
  readonly trunkId: string | null;
  readonly groupId: string | null;
  readonly prefixes: readonly string[];
  readonly callerIds: readonly string[] | null;
  readonly priority: number | null;
  readonly costPerMinuteMinor: string | null;
  readonly createdAt: Date;
}

const ROUTE = `id, trunk_id as "trunkId", group_id as "groupId", prefixes, caller_ids as "callerIds",
  priority, cost_per_minute_minor::text as "costPerMinuteMinor", created_at as "createdAt"`;

export async function createTrunkRoute(
  tx: Transaction,
  route: Omit<TrunkRouteSettings, 'id' | 'createdAt'>,
): Promise<TrunkRouteSettings> {
  const { trunkId, groupId, prefixes, callerIds, priority, costPerMinuteMinor } = route;
  return one(
    await tx.query<TrunkRouteSettings>(
      `insert into trunk_route (trunk_id, group_id, prefixes, caller_ids, priority,
         cost_per_minute_minor)
       values ($1, $2, $3, $4, $5, $6) returning ${ROUTE}`,
      [trunkId, groupId, prefixes, callerIds, priority, costPerMinuteMinor],
    ),
    'new trunk route',
  );
}

export async function listTrunkRoutes(
  db: Queryable,
  page: PageRequest,
): Promise<Page<TrunkRouteSettings>> {
  const { rows } = await db.query<TrunkRouteSettings>(
    `select ${ROUTE} from trunk_route where ($1::uuid is null or id < $1)
     order by id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

/** Null: there is no such route. */
export async function deleteTrunkRoute(
  tx: Transaction,
  id: string,
): Promise<TrunkRouteSettings | null> {
  const { rows } = await tx.query<TrunkRouteSettings>(
    `delete from trunk_route where id = $1 returning ${ROUTE}`,
    [id],
  );
  return rows[0] ?? null;
}
