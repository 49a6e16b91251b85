import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { FieldProblem } from '../domain/field-problem';
import { decideVersion, type VersionState } from '../domain/version-state';
import { actorOf } from './authenticate';
import { Problem } from './problem';
import { givenInstant, instant, reasonText } from './schemas';

/** What versions of packs and revisions of calendars have in common in answers. */
export const decidedFields = {
  state: z.enum(['proposed', 'approved', 'rejected']),
  binding: z.boolean().describe('It decides calls now'),
  changeReason: z.string(),
  proposedBy: z.string().describe('`release`: it ships with the program; else `key:<id>`'),
  proposedAt: instant,
  decidedBy: z.string().nullable(),
  decidedAt: instant.nullable(),
  bindsFrom: instant.nullable().describe('Approved and null: since ever'),
  sha256: z.string().describe('Of the canonical JSON (RFC 8785), hex'),
};

export const approval = z.strictObject({
  bindsFrom: givenInstant.optional().describe('An instant to come; absent: from now on'),
});
export const rejection = z.strictObject({ reason: reasonText });

/** @throws Problem `not_accepted` with everything that stands against it; nothing on an empty list. */
export function refuseProblems(errors: readonly FieldProblem[]): void {
  if (errors.length > 0) {
    throw new Problem('rules_not_accepted', 'It was left as it is.', { errors });
  }
}

/**
 * Two people decide what binds: whoever approves holds another key than whoever proposed.
 * @throws Problem `second_person_needed`; TransitionError when it is decided already.
 */
export function requireApprover(
  version: { state: VersionState; hasBound: boolean; proposedBy: string },
  request: FastifyRequest,
): string {
  decideVersion(version, 'approve');
  const by = actorOf(request);
  if (by === version.proposedBy) {
    throw new Problem(
      'second_person_needed',
      'This key proposed it. Another person approves, with a key of their own.',
      { proposedBy: version.proposedBy },
    );
  }
  return by;
}

/** Null: from now on. @throws Problem when the instant is over. */
export function bindsFromOf(body: z.output<typeof approval>): Date | null {
  if (body.bindsFrom === undefined) return null;
  const bindsFrom = new Date(body.bindsFrom);
  if (bindsFrom.getTime() <= Date.now()) {
    refuseProblems([
      {
        field: 'bindsFrom',
        reason: 'is over: decisions that were made stand',
        accepted: 'an instant to come, or leave it out',
      },
    ]);
  }
  return bindsFrom;
}
