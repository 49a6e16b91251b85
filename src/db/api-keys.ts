import { createHash, randomBytes } from 'node:crypto';
import type { Role } from '../domain/role';
import { ADVISORY_LOCK } from './advisory-lock';
import { recordAudit } from './audit';
import { one, type Database, type Queryable, type Transaction } from './database';
import { pageFetch, toPage, type Page, type PageRequest } from './page';

export interface ApiKey {
  readonly id: string;
  readonly role: Role;
  readonly name: string;
  readonly agentId: string | null;
  /** Whose things alone it sees and changes; null: the whole platform. */
  readonly creditorIds: readonly string[] | null;
  /** First characters of the key, to tell keys apart; not secret. */
  readonly prefix: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Whom a key speaks for. */
export interface Caller {
  readonly keyId: string;
  readonly role: Role;
  readonly agentId: string | null;
  /** The creditors it is bound to; null: the whole platform. */
  readonly creditorIds: readonly string[] | null;
}

const CREDITORS = `(select array_agg(creditor_id order by creditor_id) from api_key_creditor
  where api_key_id = k.id) as "creditorIds"`;
const COLUMNS = `k.id, k.role, k.name, k.agent_id as "agentId", ${CREDITORS},
  k.key_prefix as "prefix", k.created_at as "createdAt", k.revoked_at as "revokedAt"`;

const KEY_FORMAT = /^sk_[a-f0-9]{8}_[A-Za-z0-9_-]{43}$/;

/** 256 random bits need no slow hash: there is nothing to guess. */
function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

export interface NewApiKey {
  readonly role: Role;
  readonly name: string;
  /** Set exactly for role `agent`. */
  readonly agentId: string | null;
  /** At least one; absent: the whole platform. Never changed: another binding is another key. */
  readonly creditorIds?: readonly string[] | undefined;
}

/** @returns the row and the key itself, which is kept nowhere and can be shown once. */
export async function createApiKey(
  tx: Transaction,
  input: NewApiKey,
): Promise<ApiKey & { readonly key: string }> {
  const prefix = randomBytes(4).toString('hex');
  const key = `sk_${prefix}_${randomBytes(32).toString('base64url')}`;
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into api_key (role, name, agent_id, key_prefix, key_sha256)
       values ($1, $2, $3, $4, $5) returning id`,
      [input.role, input.name, input.agentId, prefix, hashKey(key)],
    ),
    'new api key',
  );
  if (input.creditorIds !== undefined) {
    await tx.query(
      'insert into api_key_creditor (api_key_id, creditor_id) select $1, unnest($2::uuid[])',
      [id, input.creditorIds],
    );
  }
  const row = await findApiKey(tx, id);
  if (row === null) throw new Error('the new api key is gone');
  return { ...row, key };
}

async function findApiKey(db: Queryable, id: string): Promise<ApiKey | null> {
  const { rows } = await db.query<ApiKey>(`select ${COLUMNS} from api_key k where k.id = $1`, [id]);
  return rows[0] ?? null;
}

/**
 * The key that opens a new installation.
 * @returns the key, to be shown once; null when any key was ever made, also under concurrent starts.
 */
export async function createFirstAdminKey(db: Database): Promise<string | null> {
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.apiKeys]);
    const { rowCount } = await tx.query('select 1 from api_key limit 1');
    if (rowCount !== 0) return null;
    return createAdminKey(tx, 'first admin', 'first start');
  });
}

/** An admin key that no other key asked for. @param actor how it came about, as it is kept */
export async function createAdminKey(
  tx: Transaction,
  name: string,
  actor: 'first start' | 'command line',
): Promise<string> {
  const created = await createApiKey(tx, { role: 'admin', name, agentId: null });
  await recordAudit(tx, {
    ...{ creditorId: null, actor, action: 'api_key.created', subject: 'api_key' },
    ...{ subjectId: created.id, before: null, after: { role: 'admin', revoked: false } },
    reason: null,
  });
  return created.key;
}

/**
 * Whom a presented key speaks for; null when it is unknown, revoked, or its agent is not active.
 * The lookup is by hash: its time tells nothing about a key.
 */
export async function findCaller(db: Queryable, key: string): Promise<Caller | null> {
  if (!KEY_FORMAT.test(key)) return null;
  const { rows } = await db.query<Caller>(
    `select k.id as "keyId", k.role, k.agent_id as "agentId", ${CREDITORS}
     from api_key k left join agent a on a.id = k.agent_id
     where k.key_sha256 = $1 and k.revoked_at is null and (a.id is null or a.active)`,
    [hashKey(key)],
  );
  return rows[0] ?? null;
}

export async function listApiKeys(db: Queryable, page: PageRequest): Promise<Page<ApiKey>> {
  const { rows } = await db.query<ApiKey>(
    `select ${COLUMNS} from api_key k
     where ($1::uuid is null or k.id < $1) order by k.id desc limit $2`,
    [page.beforeId, pageFetch(page)],
  );
  return toPage(rows, page);
}

export type Revocation =
  /** `again`: it was before. */
  | { readonly kind: 'revoked'; readonly agentId: string | null; readonly again: boolean }
  | { readonly kind: 'not_found' }
  /** Nobody could administer the installation any more. */
  | { readonly kind: 'last_admin' };

/** Ends a key at once. Revoking it again changes nothing. */
export async function revokeApiKey(tx: Transaction, id: string): Promise<Revocation> {
  await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK.apiKeys]);
  const key = await findApiKey(tx, id);
  if (key === null) return { kind: 'not_found' };
  if (key.revokedAt !== null) return { kind: 'revoked', agentId: key.agentId, again: true };
  if (key.role === 'admin') {
    const others = await tx.query(
      `select 1 from api_key where role = 'admin' and revoked_at is null and id <> $1 limit 1`,
      [id],
    );
    if (others.rowCount === 0) return { kind: 'last_admin' };
  }
  await tx.query('update api_key set revoked_at = now() where id = $1', [id]);
  return { kind: 'revoked', agentId: key.agentId, again: false };
}
