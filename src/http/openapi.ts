import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { Api } from './api';
import { accessOf } from './access';
import { PROBLEMS } from './problem';

const DESCRIPTION = `Outbound dialing and call-centre telephony for courteous, lawful telecollection.

- **Keys**: \`Authorization: Bearer sk_…\`. Roles admin > manager > supervisor; an agent's key sees its own work alone, with numbers masked. A key that is bound to creditors sees and changes their things alone, by routes of \`x-reach: creditors\`.
- **Money** is an integer of minor units as text beside its ISO 4217 currency; **instants** are UTC; **numbers** are E.164.
- **Errors** are RFC 9457 problem details with a stable \`code\`.
- **Lists** are newest first: pass \`nextCursor\` as \`cursor\` until it is null.
- **Retries**: send an \`Idempotency-Key\` with a POST; the same request is carried out once.`;

const text = { type: 'string' as const };
const fieldProblem = {
  type: 'object' as const,
  required: ['field', 'reason', 'accepted'],
  properties: { field: text, reason: text, accepted: text },
};
const problemSchema = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' as const },
    code: { ...text, enum: Object.keys(PROBLEMS) },
    detail: text,
    requestId: { ...text, description: 'Under which the log has the rest' },
    allowed: {
      type: 'array' as const,
      items: text,
      description: 'With `invalid_transition`: what would be possible',
    },
    errors: { type: 'array' as const, items: fieldProblem },
  },
  additionalProperties: true,
};

const problemResponse = {
  description: 'Problem details (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Collects the routes that follow into one OpenAPI 3.1 document. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Santun',
        version: '1',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: problemSchema },
      },
      security: [{ key: [] }],
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input);
      const method = [input.route.method].flat()[0] ?? 'GET';
      const access = accessOf(method, url);
      const described = schema as Record<string, unknown> & { response?: object };
      return {
        url,
        schema: {
          ...described,
          ...(access === 'public'
            ? { security: [] }
            : { 'x-roles': access.roles, 'x-reach': access.reach }),
          // a route that takes a stream has no schema to validate
          ...('consumes' in described ? { body: { type: 'string', format: 'binary' } } : {}),
          ...(described.response === undefined || access === 'public'
            ? {}
            : { response: { ...described.response, default: problemResponse } }),
        },
      };
    },
  });
}

/** `/openapi.json`, and `/docs`: a page that reads it, with all its files on this server. */
export async function serveDocs(app: Api): Promise<void> {
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    // no badge of a validator elsewhere; the key stays until the page is closed
    uiConfig: { validatorUrl: null, persistAuthorization: false, tryItOutEnabled: false },
    staticCSP:
      "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; img-src 'self' data:; " +
      "object-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'",
  });
}
