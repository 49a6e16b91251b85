import { one, type Queryable, type Transaction } from './database';

/** How long an answer can be asked for again. */
const IDEMPOTENCY_HOURS = 24;

export interface IdempotentRequest {
  readonly apiKeyId: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
  /** Hash of method, path and body. */
  readonly requestSha256: Buffer;
}

/** What was answered the first time; the body is sealed: it may hold a secret shown once. */
export interface StoredAnswer {
  readonly status: number;
  readonly sealedBody: Buffer;
}

export type Claim =
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  | { readonly kind: 'in_flight' }
  /** The key was used for another request. */
  | { readonly kind: 'reused' };

/**
 * Claims a key until the transaction ends, in which the effect and its answer are written too: a
 * crash leaves neither. The claim is an advisory lock, so a second request is told at once instead
 * of waiting on the row.
 */
export async function claimIdempotencyKey(
  tx: Transaction,
  request: IdempotentRequest,
): Promise<Claim> {
  const lock = one(
    await tx.query<{ taken: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken',
      [lockName(request)],
    ),
    'advisory lock',
  );
  if (!lock.taken) return { kind: 'in_flight' };
  return findAnswer(tx, request);
}

/** What is stored under the key; the caller holds its lock. */
export async function findAnswer(db: Queryable, request: IdempotentRequest): Promise<Claim> {
  const { rows } = await db.query<{ sameRequest: boolean; status: number; sealed: string }>(
    `select request_sha256 = $3 as "sameRequest", status, body ->> 'sealed' as sealed
     from idempotency_key
     where api_key_id = $1 and key = $2 and created_at > now() - $4 * interval '1 hour'`,
    [request.apiKeyId, request.key, request.requestSha256, IDEMPOTENCY_HOURS],
  );
  const row = rows[0];
  if (row === undefined) return { kind: 'first' };
  if (!row.sameRequest) return { kind: 'reused' };
  return {
    kind: 'answered',
    answer: { status: row.status, sealedBody: Buffer.from(row.sealed, 'base64') },
  };
}

/** Keeps the answer; replaces one that is past its time. */
export async function storeAnswer(
  db: Queryable,
  request: IdempotentRequest,
  answer: StoredAnswer,
): Promise<void> {
  await db.query(
    `insert into idempotency_key (api_key_id, key, request_sha256, status, body)
     values ($1, $2, $3, $4, jsonb_build_object('sealed', $5::text))
     on conflict (api_key_id, key) do update set request_sha256 = excluded.request_sha256,
       status = excluded.status, body = excluded.body, created_at = now()`,
    [
      request.apiKeyId,
      request.key,
      request.requestSha256,
      answer.status,
      answer.sealedBody.toString('base64'),
    ],
  );
}

/** Name of the advisory lock of a key. */
export function lockName(request: Pick<IdempotentRequest, 'apiKeyId' | 'key'>): string {
  return `idempotency:${request.apiKeyId}:${request.key}`;
}

/** Forgets answers past their time. @returns how many. */
export async function deleteOldAnswers(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `delete from idempotency_key where created_at < now() - $1 * interval '1 hour'`,
    [IDEMPOTENCY_HOURS],
  );
  return rowCount ?? 0;
}
