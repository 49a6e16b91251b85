import { randomBytes } from 'node:crypto';
import { one, type Queryable } from './database';
import { seal, unseal } from './sealed-secret';

/** Who tells of a creditor's payments. */
export interface PaymentSource {
  readonly id: string;
  readonly creditorId: string;
  /** The payment provider, by whose ids payments are told apart. */
  readonly provider: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly retiredAt: Date | null;
}

/** The purpose under which the secret of a source is sealed. */
const SECRET = 'payment_source.secret';
const COLUMNS = `id, creditor_id as "creditorId", provider, created_by as "createdBy",
  created_at as "createdAt", retired_at as "retiredAt"`;

/** Makes a source; its secret can be shown this once. Another one of the same provider changes the secret. */
export async function createPaymentSource(
  db: Queryable,
  secretKey: Buffer,
  input: { readonly creditorId: string; readonly provider: string; readonly actor: string },
): Promise<PaymentSource & { readonly secret: string }> {
  const secret = randomBytes(32).toString('hex');
  const created = await db.query<PaymentSource>(
    `insert into payment_source (creditor_id, provider, secret_sealed, created_by)
     values ($1, $2, $3, $4) returning ${COLUMNS}`,
    [input.creditorId, input.provider, seal(secretKey, SECRET, secret), input.actor],
  );
  return { ...one(created, 'new payment source'), secret };
}

export async function listPaymentSources(
  db: Queryable,
  creditorId: string,
): Promise<PaymentSource[]> {
  const { rows } = await db.query<PaymentSource>(
    `select ${COLUMNS} from payment_source where creditor_id = $1 order by id`,
    [creditorId],
  );
  return rows;
}

/** Takes nothing from it any more. Retired again it stays as it is; null: the creditor has no such. */
export async function retirePaymentSource(
  db: Queryable,
  { creditorId, sourceId }: { readonly creditorId: string; readonly sourceId: string },
): Promise<PaymentSource | null> {
  const { rows } = await db.query<PaymentSource>(
    `update payment_source set retired_at = coalesce(retired_at, now())
     where creditor_id = $1 and id = $2 returning ${COLUMNS}`,
    [creditorId, sourceId],
  );
  return rows[0] ?? null;
}

/** A source that is in use, with what it signs by; null: there is none. */
export async function openPaymentSource(
  db: Queryable,
  secretKey: Buffer,
  id: string,
): Promise<{ readonly id: string; readonly creditorId: string; readonly secret: string } | null> {
  const { rows } = await db.query<{ id: string; creditorId: string; sealed: Buffer }>(
    `select id, creditor_id as "creditorId", secret_sealed as sealed
     from payment_source where id = $1 and retired_at is null`,
    [id],
  );
  const source = rows[0];
  if (source === undefined) return null;
  const { creditorId, sealed } = source;
  return { id: source.id, creditorId, secret: unseal(secretKey, SECRET, sealed) };
}
