import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import {
  Client,
  Pool,
  types,
  type ClientBase,
  type ClientConfig,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';
import { enterScope, LEAVE_ROLE, TAKE_ROLE, type CreditorScope } from './creditor-scope';

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
  /**
   * Sends a statement whose rows nobody waits for. When it fails nothing is committed, and the
   * transaction throws its error.
   */
  send(sql: string, values: unknown[]): void;
  /**
   * The same transaction past the scope of a bound key, for what reaches whomever a person owes:
   * nobody may go on ringing against a hold. Without a scope: the transaction itself.
   */
  readonly unscoped: Queryable;
  /** A key that is bound to creditors is held to them. */
  readonly isScoped: boolean;
}

export interface Database extends Queryable {
  readonly pool: Pool;
  /** Runs `work` in one transaction; rolls back and rethrows when it throws. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * Gives `work` one connection of its own beside the pool's, with its temporary tables; closed
   * afterwards. For few and large statements: each is planned for its own values.
   */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /**
   * The same pool as the key of some creditors sees it: every statement and transaction runs under
   * the policies of Postgres (migrations/0013), and nothing of that outlasts the transaction.
   */
  scopedTo(scope: CreditorScope): Database;
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
  const config: ClientConfig = {
    connectionString: options.url,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    stream: () => new GatheringSocket(),
    // what is looked for lies in memory or on an SSD: with the price of a turning disk Postgres reads
    // small tables whole where an index has the one row
    options: '-c random_page_cost=1.1',
  };
  // statements that do not wait for each other's rows share a round trip
  const pool = new Pool({ ...config, max: options.maxConnections, pipeline: true });
  // without a listener a server restart (57P01) would end the process
  pool.on('error', options.onIdleError);
  // for the moment between the pool's own listener and the borrower's: a server that ends the
  // connection in the very packet that opened it would end the process
  pool.on('connect', (client) => client.on('error', () => undefined));
  return databaseOf(pool, config, null);
}

function databaseOf(pool: Pool, config: ClientConfig, scope: CreditorScope | null): Database {
  const borrow = async <T>(
    work: (client: ClientBase, onBroken: (error: Error) => void) => Promise<T>,
  ): Promise<T> => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      return await work(client, (error) => (broken = error));
    } finally {
      client.release(broken);
    }
  };
  return {
    pool,
    query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
      scope === null
        ? pool.query<R>(prepared(sql, values))
        : borrow((client, onBroken) =>
            runScoped<R>(client, scope, scopedPrepared(sql, values), onBroken),
          ),
    transaction: (work) =>
      borrow((client, onBroken) => {
        const toSend = scope === null ? prepared : scopedPrepared;
        return runTransaction(client, { toSend, scope }, work, onBroken);
      }),
    session: async (work) => {
      const client = new Client({ ...config, pipeline: true });
      const onError = (): void => undefined; // the next query fails with it
      client.on('error', onError);
      await client.connect();
      try {
        return await work({
          query: <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
            scope === null
              ? client.query<R>(planned(sql, values))
              : runScoped<R>(client, scope, planned(sql, values), onError),
          transaction: (inner) =>
            runTransaction(client, { toSend: planned, scope }, inner, onError),
        });
      } finally {
        await client.end().catch(onError);
      }
    },
    scopedTo: (narrower) => {
      if (scope !== null) throw new Error('a scope is not changed');
      return databaseOf(pool, config, narrower);
    },
    close: () => pool.end(),
  };
}

/**
 * Sends the statements of one turn of the event loop by one system call: pg corks its socket for the
 * messages of each statement, and this one stays corked until the turn is over. Under TLS another
 * socket is corked, and each statement is sent by itself.
 */
class GatheringSocket extends Socket {
  private isGathering = false;

  override cork(): void {
    super.cork();
    if (this.isGathering) return;
    this.isGathering = true;
    super.cork();
    process.nextTick(() => {
      this.isGathering = false;
      this.uncork();
    });
  }
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

/**
 * Under another name: what Postgres keeps of a statement with policies is good for one role, and the
 * program's own would be planned anew each time that a bound key has sent the same.
 */
function scopedPrepared(sql: string, values: unknown[] | undefined): QueryConfig {
  const query = prepared(sql, values);
  return query.name === undefined ? query : { ...query, name: `scoped_${query.name}` };
}

/**
 * A statement that is planned for the values that it comes with. A plan that is kept does not know
 * how long an array is, and may have been made when the table was empty: with thousands of values
 * it reads the whole table each time.
 */
function planned(sql: string, values: unknown[] | undefined): QueryConfig {
  return values === undefined ? { text: sql } : { text: sql, values };
}

/**
 * One statement of a bound key: begin, scope, statement and end leave together, and take one round
 * trip. Where one fails the next ones fail with it, and the end is a rollback.
 */
async function runScoped<R extends QueryResultRow>(
  client: ClientBase,
  scope: CreditorScope,
  query: QueryConfig,
  onBroken: (error: Error) => void,
): Promise<QueryResult<R>> {
  client.on('error', onBroken);
  try {
    const before = [client.query(planned('begin', [])), client.query(enterScope(scope))];
    const asked = client.query<R>(query);
    const settled = await Promise.allSettled([...before, asked, client.query('commit')]);
    // the first fault is the one to tell of, and the connection is given back when all is over
    const fault = settled.find((each) => each.status === 'rejected');
    if (fault !== undefined) throw fault.reason;
    return await asked;
  } finally {
    client.off('error', onBroken);
  }
}

async function runTransaction<T>(
  client: ClientBase,
  { toSend, scope }: { readonly toSend: typeof planned; readonly scope: CreditorScope | null },
  work: (tx: Transaction) => Promise<T>,
  // a connection that breaks between two queries emits here, not on the pool
  onBroken: (error: Error) => void,
): Promise<T> {
  client.on('error', onBroken);
  // the first fault is the one to tell of: what follows it only says that the transaction is aborted
  const unawaited: Promise<unknown>[] = [];
  const faults: unknown[] = [];
  const sendOff = (sent: Promise<unknown>): void => {
    unawaited.push(sent.catch((error: unknown) => faults.push(error)));
  };
  const settled = async (): Promise<void> => {
    await Promise.all(unawaited);
    if (faults.length > 0) throw faults[0];
  };
  const query = <R extends QueryResultRow>(sql: string, values?: unknown[]) =>
    client.query<R>(toSend(sql, values));
  const past = <R extends QueryResultRow>(sql: string, values?: unknown[]) => {
    // all in one turn: no other statement of the transaction gets between them
    sendOff(client.query(LEAVE_ROLE));
    const asked = client.query<R>(prepared(sql, values));
    // its fault, and not that of the way back, is the one to tell of
    sendOff(asked);
    sendOff(client.query(TAKE_ROLE));
    return asked;
  };
  const tx: Transaction = {
    inTransaction: true,
    query,
    unscoped: { query: scope === null ? query : past },
    isScoped: scope !== null,
    send: (sql, values) => {
      sendOff(client.query(toSend(sql, values)));
    },
  };
  try {
    // with values, though none: pg corks for those alone
    sendOff(client.query(toSend('begin', [])));
    if (scope !== null) sendOff(client.query(enterScope(scope)));
    const result = await work(tx);
    // a transaction in which something failed ends as a rollback, whatever is said here
    sendOff(client.query('commit'));
    await settled();
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      onBroken(rollbackError as Error);
    });
    await settled();
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
