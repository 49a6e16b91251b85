import { createHash } from 'node:crypto';
import {
  Pool,
  types,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';

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
  /** Gives `work` one connection of its own, with its temporary tables; closed afterwards. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export type Session = Pick<Database, 'query' | 'transaction'>;

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
  // for the moment between the pool's own listener and the borrower's: a server that ends the
  // connection in the very packet that opened it would end the process
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    pool,
    query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
      pool.query<R>(prepared(sql, values)),
    transaction: async (work) => {
      const client = await pool.connect();
      let broken: Error | undefined;
      try {
        return await runTransaction(client, work, (error) => (broken = error));
      } finally {
        client.release(broken);
      }
    },
    session: async (work) => {
      const client = await pool.connect();
      const onError = (): void => undefined; // the next query fails with it
      client.on('error', onError);
      try {
        return await work({
          query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
            client.query<R>(sql, values),
          transaction: (inner) => runTransaction(client, inner, onError),
        });
      } finally {
        client.off('error', onError);
        client.release(true);
      }
    },
    close: () => pool.end(),
  };
}

/** Name of each statement that was ever sent; texts are literals of this program, so it stays small. */
const statementNames = new Map<string, string>();

/**
 * A statement with values is prepared once a connection: parsing and planning it anew would cost
 * more than running it. The name is made of the text, so it means the same in every process.
 */
function prepared(sql: string, values: unknown[] | undefined): QueryConfig {
  if (values === undefined) return { text: sql };
  let name = statementNames.get(sql);
  if (name === undefined) {
    name = createHash('sha256').update(sql).digest('base64url').slice(0, 24);
    statementNames.set(sql, name);
  }
  return { name, text: sql, values };
}

async function runTransaction<T>(
  client: PoolClient,
  work: (tx: Transaction) => Promise<T>,
  // a connection that breaks between two queries emits here, not on the pool
  onBroken: (error: Error) => void,
): Promise<T> {
  client.on('error', onBroken);
  const tx: Transaction = {
    inTransaction: true,
    query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
      client.query<R>(prepared(sql, values)),
  };
  try {
    await client.query('begin');
    const result = await work(tx);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      onBroken(rollbackError as Error);
    });
    throw error;
  } finally {
    client.off('error', onBroken);
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
