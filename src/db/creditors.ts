import type { Queryable } from './database';

export interface Creditor {
  readonly id: string;
  /** Short name in commands and addresses: lower-case letters, digits and `-`. */
  readonly code: string;
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly createdAt: Date;
}

const COLUMNS = `id, code, name, currency, country, created_at as "createdAt"`;

/** Null when there is one with this code. */
export async function createCreditor(
  db: Queryable,
  input: { code: string; name: string; currency?: string; country?: string },
): Promise<Creditor | null> {
  const { rows } = await db.query<Creditor>(
    `insert into creditor (code, name, currency, country)
     values ($1, $2, coalesce($3, 'IDR'), coalesce($4, 'ID'))
     on conflict (code) do nothing
     returning ${COLUMNS}`,
    [input.code, input.name, input.currency ?? null, input.country ?? null],
  );
  return rows[0] ?? null;
}

export async function findCreditorByCode(db: Queryable, code: string): Promise<Creditor | null> {
  const { rows } = await db.query<Creditor>(`select ${COLUMNS} from creditor where code = $1`, [
    code,
  ]);
  return rows[0] ?? null;
}
