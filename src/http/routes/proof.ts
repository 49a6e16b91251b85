import { z } from 'zod';
import { MOMENT_BASES } from '../../../dialer/best-time/decide-moment';
import type { Choice } from '../../../dialer/choose-account';
import { readAttemptMoment } from '../../db/moment-choices';
import { readAttempt } from '../../db/read/attempts';
import { readChainedDecisions } from '../../db/read/chained-decisions';
import { listSigningKeys } from '../../db/signing-keys';
import { proveDecision, type DecisionProof } from '../../proof/prove-decision';
import type { Api, HttpContext } from '../api';
import { callerOf } from '../authenticate';
import {
  decisionProof,
  decisionProofView,
  signingKey,
  signingKeyView,
} from '../decision-proof-view';
import { factsForCaller } from '../facts-for-caller';
import { found } from '../problem';
import { id, idParams, instantText } from '../schemas';

const tags = ['ledger'];

const attemptProof = z.object({
  attemptId: id,
  decisions: z.array(decisionProof).describe('Oldest first: reserve, lease, invite'),
  moment: z
    .object({
      objectsToProfiling: z
        .boolean()
        .describe('The person objected when it was reserved: the order was neutral'),
      basis: z.enum(MOMENT_BASES).nullable(),
      choiceId: id.nullable().describe('Of `santun best-time replay`; null: none was made before'),
    })
    .describe('How its moment was chosen; not signed'),
  choice: z
    .object({
      rank: z.number().describe('The order: higher first'),
      value: z.number().describe('0 to 1: the weighted mean of the parts'),
      parts: z.object({ amountDue: z.number(), daysPastDue: z.number(), promise: z.number() }),
      keptFor: z
        .object({ agentId: id, since: instantText })
        .nullable()
        .describe(
          'A promise that this agent took had broken: until half a minute after this instant it was theirs alone',
        ),
    })
    .nullable()
    .describe(
      'Why this account was the next; not signed. Null: somebody asked for the call, or it came in',
    ),
  keys: z.array(signingKey).describe('Keys that signed any of it'),
});
const oneDecision = decisionProof.extend({
  facts: z
    .unknown()
    .describe(
      'The whole input of the decision; to a key bound to creditors, of other creditors’ calls only when they were',
    ),
  keys: z.array(signingKey),
});

function choiceView(choice: Choice | null): z.output<typeof attemptProof>['choice'] {
  if (choice === null) return null;
  const { rank, value, parts, keptFor = null } = choice;
  return { rank, value, parts, keptFor };
}

/** What proves that a call was allowed, or why it was not. */
export function proofRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  const keysOf = async (proofs: DecisionProof[]): Promise<z.output<typeof signingKey>[]> => {
    const ids = new Set(
      proofs.flatMap((proof) => [proof.decision.keyId, proof.inclusion?.root.keyId ?? null]),
    );
    return (await listSigningKeys(db)).filter((key) => ids.has(key.id)).map(signingKeyView);
  };

  api.get(
    '/v1/attempts/:id/proof',
    {
      schema: {
        tags,
        summary: 'Every decision of an attempt, signed, with its place in the ledger',
        params: idParams,
        response: { 200: attemptProof },
      },
    },
    async (request) => {
      const { id: attemptId } = found(await readAttempt(db, request.params.id, null), 'attempt');
      const proofs: DecisionProof[] = [];
      for (const decision of await readChainedDecisions(db, { attemptId })) {
        proofs.push(await proveDecision(db, decision));
      }
      const keys = await keysOf(proofs);
      const { choice, ...moment } = found(await readAttemptMoment(db, attemptId), 'attempt');
      const decisions = proofs.map(decisionProofView);
      return { attemptId, decisions, moment, choice: choiceView(choice as Choice | null), keys };
    },
  );

  api.get(
    '/v1/decisions/:id',
    {
      schema: {
        tags,
        summary: 'One decision, permit or denial, with its proof and its whole input',
        params: idParams,
        response: { 200: oneDecision },
      },
    },
    async (request) => {
      const [decision = null] = await readChainedDecisions(db, { id: request.params.id });
      const proof = await proveDecision(db, found(decision, 'decision'));
      return {
        ...decisionProofView(proof),
        facts: factsForCaller(JSON.parse(proof.decision.facts), callerOf(request)),
        keys: await keysOf([proof]),
      };
    },
  );
}
