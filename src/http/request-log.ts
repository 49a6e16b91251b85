import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';

/**
 * One line and one measurement a request, by its route and never by its path: paths and queries
 * can hold what belongs to a person.
 */
export function recordRequests(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'santun_http_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'unknown';
    const status = reply.raw.statusCode;
    duration.observe({ method, route, status: String(status) }, reply.elapsedTime / 1_000);
    request.log.info(
      {
        method,
        route,
        status,
        durationMs: Math.round(reply.elapsedTime),
        keyId: request.caller?.keyId,
      },
      'request',
    );
    done();
  });
}
