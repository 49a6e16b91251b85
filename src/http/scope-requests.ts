import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../db/database';

/** What routes read and write with. */
export type RequestDatabase = Pick<Database, 'query' | 'transaction' | 'session'>;

/**
 * The database of whichever request asks: of a key that is bound to creditors, held to them. Decided
 * once a request, here; no route can forget it. Asked outside a request it throws: whoever loses
 * sight of the request sees nothing, not everything.
 */
export function scopeRequests(app: FastifyInstance, platformDb: Database): RequestDatabase {
  const current = new AsyncLocalStorage<Database>();
  // after the body was read: its events come from the socket, and know of no request
  app.addHook('preHandler', (request, _reply, done) => {
    const { creditorIds = null, keyId = '' } = request.caller ?? {};
    const db = creditorIds === null ? platformDb : platformDb.scopedTo({ keyId, creditorIds });
    current.run(db, done);
  });
  const its = (): Database => {
    const db = current.getStore();
    if (db === undefined) throw new Error('the database was asked outside a request');
    return db;
  };
  return {
    query: (sql, values) => its().query(sql, values),
    transaction: (work) => its().transaction(work),
    session: (work) => its().session(work),
  };
}
