import { Pool, types, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';

// int8 as bigint: money never passes through a float
types.setTypeParser(types.builtins.INT8, (text) => BigInt(text));
// date as its ISO text: a due date has no zone
types.setTypeParser(types.builtins.DATE, (text) => text);

/** What a query can run on: the pool, or one transaction. */
export interface Queryable {
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<QueryResult<R>>;
}

/** A transaction. Functions that must not run outside one take this type. */
export interface Transaction extends Queryable {
  readonly inTransaction: true;
}

export interface Database extends Queryable {
  readonly pool: Pool;
  /** Runs `work` in one transaction; rolls back and rethrows when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly maxConnections: number;
  /** Told of connections that broke while idle; the pool replaces them by itself. */
  readonly onIdleError: (error: Error) => void;
}

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
  });
  // without a listener a server restart (57P01) would end the process
  pool.on('error', options.onIdleError);
  return {
    pool,
    query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
      pool.query<R>(sql, values),
    transaction: async (work) => {
      const client = await pool.connect();
      return runTransaction(client, work);
    },
    close: () => pool.end(),
  };
}

async function runTransaction<T>(
  client: PoolClient,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  // a connection that breaks between two queries emits here, not on the pool
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  const tx: Transaction = {
    inTransaction: true,
    query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
      client.query<R>(sql, values),
  };
  try {
    await client.query('begin');
    const result = await work(tx);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      broken ??= rollbackError as Error;
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** The one row that a query must give. @throws Error naming what was looked for. */
export function one<R extends QueryResultRow>(result: QueryResult<R>, what: string): R {
  const row = result.rows[0];
  if (row === undefined) throw new Error(`no row: ${what}`);
  return row;
}

/** SQLSTATE of a database error, or null. */
export function sqlState(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
