import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { findAnswer, lockName, storeAnswer } from '../db/idempotency';
import { one, type Session } from '../db/database';
import type { ImportReport } from '../domain/import-report';
import { earlierAnswer, idempotentRequest, openAnswer, sealAnswer, sendText } from './answer-once';
import type { HttpContext } from './api';
import { Problem } from './problem';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * {@link answerOnce} for a file: an import is many transactions, and what the request says is
 * known only when the file has been read. A lock held by a connection of its own keeps a second
 * one out. When the process dies in between, the repeat imports again, and the same file changes
 * nothing.
 */
export async function importOnce(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  source: Bytes,
  work: (source: Bytes) => Promise<ImportReport>,
): Promise<never> {
  const serialize = (report: ImportReport): string => reply.code(201).serialize(report) as string;
  if (idempotentRequest(request, '') === null) {
    return sendText(reply, 201, serialize(await work(source)));
  }
  const answer = await context.db.session(async (session) => {
    await holdLock(session, request);
    const asked = requireRequest(request, '');
    if ((await findAnswer(session, asked)).kind !== 'first') {
      const sha256 = createHash('sha256');
      for await (const chunk of source) sha256.update(chunk);
      const repeated = requireRequest(request, sha256.digest('hex'));
      const earlier = earlierAnswer(await findAnswer(session, repeated));
      if (earlier !== null) return openAnswer(context, earlier);
    }
    const report = await work(source);
    const text = serialize(report);
    // a file that was cut off is sent again under the same key
    if (report.fileSha256 !== null) {
      const done = requireRequest(request, report.fileSha256);
      await storeAnswer(session, done, sealAnswer(context, 201, text));
    }
    return { status: 201, text };
  });
  return sendText(reply, answer.status, answer.text);
}

function requireRequest(request: FastifyRequest, content: string) {
  const idempotent = idempotentRequest(request, content);
  if (idempotent === null) throw new Error('no Idempotency-Key');
  return idempotent;
}

/** Until the session's connection closes. */
async function holdLock(session: Session, request: FastifyRequest): Promise<void> {
  const { taken } = one(
    await session.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
      [lockName(requireRequest(request, ''))],
    ),
    'advisory lock',
  );
  if (!taken) throw new Problem('idempotency_in_flight', 'Wait for its answer, then ask again.');
}
