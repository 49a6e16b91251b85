import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { countWarnings, lockTalk, openHeardCase, warnOfAbuse } from '../../db/agent-cases';
import type { Attempt } from '../../db/attempts';
import type { Transaction } from '../../db/database';
import { toldCase } from '../../domain/case-input';
import {
  ABUSE_CODES,
  AGENT_CASE_KINDS,
  CARE_ADVICE,
  CASE_KINDS,
  WARNINGS_NEEDED,
} from '../../domain/case-kind';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf } from '../authenticate';
import { answerOfWrite } from '../facts';
import { Problem } from '../problem';
import { sendJob } from '../send-job';
import { id, instant } from '../schemas';

const tags = ['agent desktop'];

const said = z.object({ id: z.string(), en: z.string() });
const opened = z.object({
  id,
  kind: z.enum(CASE_KINDS),
  dueAt: instant.describe('The person has an answer by then'),
  advice: said.describe('What to do from here on'),
});

/** What an agent hears and what it opens; and what the agent need not bear. */
export function meCaseRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/cases',
    {
      schema: {
        tags,
        summary: 'Open a case about the person of my talk',
        description:
          'Its hold stands from the answer on; the talk goes on. wrong_party: whoever is on the line ' +
          'is not the person, and the number is not dialed any more. abuse: what the person says of ' +
          'one of us goes to compliance, with the recording.',
        headers: idempotencyHeaders,
        body: toldCase.extend({ kind: z.enum(AGENT_CASE_KINDS) }),
        response: { 200: opened, 201: opened },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const talk = await talkOf(tx, request);
        const write = await openHeardCase(tx, talk, request.body, actorOf(request));
        return answerOfWrite(write, ({ id: caseId, kind, dueAt }) => ({
          ...{ id: caseId, kind, dueAt, advice: CARE_ADVICE },
        }));
      }),
  );
  warnRoute(api, context);
  endRoute(api, context);
}

/** Read to the person, never made up. */
const WARNINGS = {
  first: {
    id: 'Mohon maaf, saya ingin membantu. Mohon gunakan kata yang sopan.',
    en: 'I am sorry, I would like to help. Please keep your words civil.',
  },
  last: {
    id: 'Bila ini berlanjut, panggilan akan saya akhiri dan Anda dapat menghubungi kami di lain waktu.',
    en: 'If this goes on I will end the call, and you can reach us at another time.',
  },
} as const;

const code = z.enum(ABUSE_CODES);

function warnRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/abuse-warnings',
    {
      schema: {
        tags,
        summary: 'I have warned the person',
        headers: idempotencyHeaders,
        body: z.strictObject({ code }),
        response: {
          201: z.object({
            warnings: z.number().int(),
            mayEnd: z.boolean().describe(`After ${WARNINGS_NEEDED}`),
            say: said,
          }),
        },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const warnings = await warnOfAbuse(tx, await talkOf(tx, request), request.body.code);
        const mayEnd = warnings >= WARNINGS_NEEDED;
        const say = WARNINGS[mayEnd ? 'last' : 'first'];
        return { status: 201, body: { warnings, mayEnd, say } };
      }),
  );
}

function endRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/call/end-for-abuse',
    {
      schema: {
        tags,
        summary: `End my talk with whoever abuses me, after ${WARNINGS_NEEDED} warnings`,
        description:
          'Opens a case for compliance with the recording, and leaves the person in peace for the days of the policy.',
        headers: idempotencyHeaders,
        body: toldCase.pick({ claim: true }).extend({ code }),
        response: { 202: z.object({ attemptId: id, caseId: id.nullable() }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const talk = await talkOf(tx, request);
        const warnings = await countWarnings(tx, talk.id);
        if (warnings < WARNINGS_NEEDED) {
          throw new Problem('warnings_needed', 'Warn the person first, and once more.', {
            warnings,
          });
        }
        const { claim, code: type } = request.body;
        const caseId = await caseAgainst(tx, talk, { claim, type, actor: actorOf(request) });
        const { id: attemptId, sipInstanceId, state } = talk;
        const isLive = state !== 'ended' && sipInstanceId !== null;
        return {
          status: 202,
          body: { attemptId, caseId },
          ...(isLive ? { afterCommit: hangUp(context, sipInstanceId, attemptId) } : {}),
        };
      }),
  );
}

const hangUp = (context: HttpContext, sipInstanceId: string, attemptId: string) => () =>
  sendJob(context, sipInstanceId, { name: 'control_call', attemptId, command: 'hang_up' });

/** Null: nobody knows whom the talk is with. */
async function caseAgainst(
  tx: Transaction,
  talk: Attempt,
  { claim, type, actor }: { claim: string; type: string; actor: string },
): Promise<string | null> {
  if (talk.debtorId === null) return null;
  const heard = { kind: 'debtor_abuse', type, claim, evidence: [] } as const;
  const write = await openHeardCase(tx, talk, { ...heard, evidence: [] }, actor);
  if (write.kind === 'refused') throw new Error(`no case of talk ${talk.id}`);
  return write.fact.id;
}

async function talkOf(tx: Transaction, request: FastifyRequest): Promise<Attempt> {
  const talk = await lockTalk(tx, agentOf(request));
  if (talk === null)
    throw new Problem('no_call', 'A case is opened about the person of your call.');
  return talk;
}
