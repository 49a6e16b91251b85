import { randomUUID } from 'node:crypto';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { createLiveEvents } from '../events/live-events';
import type { HttpContext } from './api';
import { enforceAccess } from './authenticate';
import type { HttpOptions } from './http-options';
import { describeApi, serveDocs } from './openapi';
import { renderError, renderUnknownRoute } from './render-errors';
import { recordRequests } from './request-log';
import { addRoutes } from './routes';
import { scopeRequests } from './scope-requests';
import { serveSoftphone } from './softphone-page';
import { closeUnusedConnections } from './unused-connections';

const BODY_LIMIT_BYTES = 256 * 1_024;
/** To receive a whole request: a large import over a slow line. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;

/**
 * The HTTP API, ready to listen or to be injected into. `close` ends the live streams first.
 * Connects to nothing by itself.
 */
export async function createServer(options: HttpOptions): Promise<FastifyInstance> {
  // a second fence: nothing here logs headers
  const log: FastifyBaseLogger = options.log.child(
    {},
    { redact: ['*.headers', '*.authorization'] },
  );
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    // recordRequests writes a line without path, query and headers
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: 'requestId',
    }),
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    frameworkErrors: renderError,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(renderError);
  app.setNotFoundHandler(renderUnknownRoute);
  closeUnusedConnections(app);
  recordRequests(app, options.registry);
  enforceAccess(app, options.db);
  await describeApi(app);
  const context: HttpContext = {
    ...options,
    db: scopeRequests(app, options.db),
    platformDb: options.db,
    live: createLiveEvents(options.db, log),
  };
  const api = app.withTypeProvider<ZodTypeProvider>();
  addRoutes(api, context);
  await serveDocs(api);
  await serveSoftphone(api, context);
  await app.ready();
  return app;
}
