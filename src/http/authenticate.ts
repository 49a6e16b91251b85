import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findCaller, type Caller } from '../db/api-keys';
import type { Database } from '../db/database';
import { accessOf } from './access';
import { Problem } from './problem';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key it was; null on public routes. */
    caller: Caller | null;
  }
}

const BEARER = /^Bearer ([!-~]+)$/i;

/**
 * Holds the table of access: a route without a line in it stops the start, a request without the
 * right key stops here. Every request asks Postgres: a revoked key is refused at once.
 */
export function enforceAccess(app: FastifyInstance, db: Database): void {
  app.decorateRequest('caller', null);
  app.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) accessOf(method, route.url);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { url } = request.routeOptions;
    // unknown routes are answered 404 without asking for a key
    if (url === undefined) return;
    const access = accessOf(request.method, url);
    if (access === 'public') return;
    // what a key opens belongs in no cache on the way
    void reply.header('cache-control', 'no-store');
    const caller = await authenticate(db, request.headers.authorization);
    if (!access.roles.includes(caller.role)) {
      throw new Problem('forbidden', `A key of role ${caller.role} may not do this.`, {
        allowedRoles: access.roles,
      });
    }
    if (caller.creditorIds !== null && access.reach === 'platform') {
      const detail = 'It concerns the whole platform, and the key is bound to creditors.';
      throw new Problem('forbidden', detail, { reach: access.reach });
    }
    request.caller = caller;
  });
}

async function authenticate(db: Database, header: string | undefined): Promise<Caller> {
  const key = BEARER.exec(header ?? '')?.[1];
  if (key === undefined) {
    throw new Problem('unauthenticated', 'Send the header Authorization: Bearer <key>.');
  }
  const caller = await findCaller(db, key);
  if (caller === null) throw new Problem('unauthenticated', 'The key is unknown or revoked.');
  return caller;
}

/** The caller of a route that is not public. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a public route has no caller');
  return request.caller;
}

/** The agent whose own work the caller may see; null: everybody's. */
export function ownWorkOnly(request: FastifyRequest): string | null {
  return callerOf(request).agentId;
}

/** The agent who calls a route of role agent. */
export function agentOf(request: FastifyRequest): string {
  const { agentId } = callerOf(request);
  if (agentId === null) throw new Error('a route for agents was called by somebody else');
  return agentId;
}

/** Who did it, as kept beside every change. */
export function actorOf(request: FastifyRequest): string {
  const { agentId, keyId } = callerOf(request);
  return agentId === null ? `key:${keyId}` : `agent:${agentId}`;
}
