import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Transaction } from '../db/database';
import {
  claimIdempotencyKey,
  storeAnswer,
  type Claim,
  type IdempotentRequest,
  type StoredAnswer,
} from '../db/idempotency';
import { seal, unseal } from '../db/sealed-secret';
import type { HttpContext } from './api';
import { callerOf } from './authenticate';
import { Problem } from './problem';

const PURPOSE = 'idempotency.answer';

/** Header of every POST. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[!-~]{1,200}$/, '1 to 200 printable ASCII characters without spaces')
    .optional()
    .describe(
      'Any unique text, a UUID for example. The same key with the same request within 24 hours ' +
        'gets the first answer again and does nothing; with another request it is refused.',
    ),
});

export interface Answer {
  readonly status: 200 | 201 | 202;
  readonly body: unknown;
  /** Done once, after the commit: rings a doorbell. The effect stands even when that fails. */
  readonly afterCommit?: () => Promise<void>;
}

/**
 * Carries out a write in one transaction and answers. With an Idempotency-Key, claim, effect and
 * answer are that same transaction: a crash leaves all or nothing, a repeat gets the stored answer.
 * Errors are not kept: they changed nothing.
 * @returns nothing to send: the reply is on its way
 */
export async function answerOnce(
  context: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Transaction) => Promise<Answer>,
): Promise<never> {
  const idempotent = idempotentRequest(request, JSON.stringify(request.body ?? null));
  const { answer, afterCommit } = await context.db.transaction(async (tx) => {
    if (idempotent !== null) {
      const earlier = earlierAnswer(await claimIdempotencyKey(tx, idempotent));
      if (earlier !== null) return { answer: openAnswer(context, earlier) };
    }
    const done = await work(tx);
    // through the route's own serializer, so that a repeat is the same to the byte
    const text = reply.code(done.status).serialize(done.body) as string;
    if (idempotent !== null) {
      await storeAnswer(tx, idempotent, sealAnswer(context, done.status, text));
    }
    return { answer: { status: done.status, text }, afterCommit: done.afterCommit };
  });
  await afterCommit?.().catch((error: unknown) => {
    request.log.warn({ err: error, requestId: request.id }, 'the doorbell did not ring');
  });
  return sendText(reply, answer.status, answer.text);
}

/** The request's key, bound to its method, path and what it carries; null without the header. */
export function idempotentRequest(
  request: FastifyRequest,
  content: string,
): IdempotentRequest | null {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string') return null;
  const requestSha256 = createHash('sha256')
    .update(`${request.method} ${request.url}\n${content}`)
    .digest();
  return { apiKeyId: callerOf(request).keyId, key, requestSha256 };
}

/** @throws Problem when the key is in use or was used for something else. */
export function earlierAnswer(claim: Claim): StoredAnswer | null {
  switch (claim.kind) {
    case 'first':
      return null;
    case 'answered':
      return claim.answer;
    case 'in_flight':
      throw new Problem('idempotency_in_flight', 'Wait for its answer, then ask again.');
    case 'reused':
      throw new Problem('idempotency_key_reused', 'Take a new Idempotency-Key.');
  }
}

/** Sealed: an answer may hold a secret that is shown once, or a name. */
export function sealAnswer(context: HttpContext, status: number, text: string): StoredAnswer {
  return { status, sealedBody: seal(context.secretKey, PURPOSE, text) };
}

export function openAnswer(
  context: HttpContext,
  answer: StoredAnswer,
): { status: number; text: string } {
  return {
    status: answer.status,
    text: unseal(context.secretKey, PURPOSE, answer.sealedBody),
  };
}

/** Sends JSON text as it is. Typed `never`: a handler that returns it has nothing else to send. */
export function sendText(reply: FastifyReply, status: number, text: string): never {
  return reply.code(status).type('application/json; charset=utf-8').send(text) as never;
}
