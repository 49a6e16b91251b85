import { z } from 'zod';
import type { Api, HttpContext } from '../api';

/** For the machines that watch: no key, no version, nothing internal. */
export function healthRoutes(api: Api, context: Pick<HttpContext, 'readiness' | 'registry'>): void {
  const live = z.object({ status: z.literal('ok') });
  const ready = z.object({
    ready: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean() })),
  });

  api.get(
    '/livez',
    { schema: { tags: ['health'], summary: 'Is the process alive', response: { 200: live } } },
    () => ({ status: 'ok' as const }),
  );

  api.get(
    '/readyz',
    {
      schema: {
        tags: ['health'],
        summary: 'Can it do its work now',
        response: { 200: ready, 503: ready },
      },
    },
    async (request, reply) => {
      const checks = await context.readiness();
      const failing = checks.filter((check) => !check.ok);
      if (failing.length > 0) request.log.warn({ failing }, 'not ready');
      return reply.code(failing.length === 0 ? 200 : 503).send({
        ready: failing.length === 0,
        checks: checks.map(({ name, ok }) => ({ name, ok })),
      });
    },
  );

  api.get(
    '/metrics',
    {
      schema: {
        tags: ['health'],
        summary: 'Prometheus metrics',
        response: { 200: z.string() },
        produces: ['text/plain'],
      },
      // text, not JSON
      serializerCompiler: () => (text: unknown) => String(text),
    },
    async (_request, reply) => {
      const text = await context.registry.metrics();
      return reply.type(context.registry.contentType).send(text);
    },
  );
}
