import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { LiveEvents } from '../events/live-events';
import type { Database } from '../db/database';
import type { HttpOptions } from './http-options';
import type { RequestDatabase } from './scope-requests';

/** The server with zod as its source of types. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What routes work with. */
export interface HttpContext extends Omit<HttpOptions, 'db'> {
  /** As the caller may see it: of a bound key, its creditors' things alone. */
  readonly db: RequestDatabase;
  /**
   * The whole. Like the gate's, for what counts whatever the creditor, after the request's `db` has
   * found that the caller may ask.
   */
  readonly platformDb: Database;
  readonly live: LiveEvents;
}
