import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { listWsUrls } from '../db/sip-credentials';
import type { Api, HttpContext } from './api';

/** Hashed by their content: they never change. */
const ASSET_CACHE = 'public, max-age=31536000, immutable';

/**
 * The browser softphone, at `/softphone/`: files of the build, under a policy that lets the page
 * reach this server and its SIP over WebSocket, and nobody else.
 */
export async function serveSoftphone(app: Api, context: HttpContext): Promise<void> {
  const { softphoneDir } = context;
  if (softphoneDir === undefined || !existsSync(join(softphoneDir, 'index.html'))) return;
  await app.register(async (scope) => {
    scope.addHook('preHandler', async (_request, reply) => {
      const wsUrls = context.softphoneWsUrls ?? (await listWsUrls(context.db).catch(() => []));
      reply.headers({
        'content-security-policy': policy(wsUrls),
        'permissions-policy': 'microphone=(self), camera=(), geolocation=()',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cross-origin-opener-policy': 'same-origin',
      });
    });
    scope.get('/softphone', { schema: { hide: true } }, (_request, reply) =>
      reply.redirect('/softphone/'),
    );
    await scope.register(fastifyStatic, {
      root: softphoneDir,
      prefix: '/softphone/',
      decorateReply: false,
      cacheControl: false,
      setHeaders: (response, path) => {
        const isAsset = path.startsWith(join(softphoneDir, 'assets'));
        response.setHeader('cache-control', isAsset ? ASSET_CACHE : 'no-cache');
      },
    });
  });
}

function policy(wsUrls: readonly string[]): string {
  // an origin alone: a path would be part of the comparison
  const sockets = wsUrls
    .map((url) => new URL(url))
    .map(({ protocol, host }) => `${protocol}//${host}`);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    // the echo test plays what it recorded
    "media-src 'self' blob:",
    ['connect-src', "'self'", ...new Set(sockets)].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
