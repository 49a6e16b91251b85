import { fastify, type FastifyInstance } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { HttpOptions } from './http-options';
import { renderUnknownRoute } from './render-errors';
import { healthRoutes } from './routes/health';

/** Health and metrics alone, for the processes that do not play the api role. */
export async function createHealthServer(
  options: Pick<HttpOptions, 'readiness' | 'registry'>,
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({ logger: false });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setNotFoundHandler(renderUnknownRoute);
  healthRoutes(app.withTypeProvider<ZodTypeProvider>(), options);
  await app.ready();
  return app;
}
