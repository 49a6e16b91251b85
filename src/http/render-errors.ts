import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEMS, Problem } from './problem';
import { problemOfError } from './problem-of-error';

/** Answers an error as RFC 9457 problem details: the only place that renders one. */
export function renderError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOfError(error);
  const { status, title } = PROBLEMS[problem.code];
  // a database that is away fails every request: the reason is enough, a stack each is noise
  if (status === 503) request.log.warn({ reason: (error as Error).message }, title);
  else if (status >= 500) request.log.error({ err: error }, title);
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="santun"');
  if (status === 503) void reply.header('retry-after', '2');
  void reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({
        type: `urn:santun:problem:${problem.code}`,
        title,
        status,
        code: problem.code,
        detail: problem.detail,
        requestId: request.id,
        ...problem.extension,
      }),
    );
}

export function renderUnknownRoute(request: FastifyRequest, reply: FastifyReply): void {
  renderError(new Problem('not_found', 'There is no such route.'), request, reply);
}
