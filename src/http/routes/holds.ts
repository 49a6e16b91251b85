import { z } from 'zod';
import { placeHeardHold } from '../../db/agent-cases';
import { findCaseOfHold } from '../../db/case-holds';
import type { Transaction } from '../../db/database';
import { findHold, liftHold, listHolds, placeHold, type Hold } from '../../db/holds';
import type { AgentCall } from '../../db/read/agent-call';
import { isUndecided } from '../../domain/case-state';
import { AGENT_HOLD_KINDS, HOLD_KINDS } from '../../domain/hold-kind';
import { holdInput, type HoldInput } from '../../domain/hold-input';
import type { Role } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, callerOf } from '../authenticate';
import { answerOfWrite, callOfCaller, personOf, refusedBody, refuseGiven } from '../facts';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import {
  e164,
  id,
  idParams,
  instant,
  isoDate,
  reasonText,
  showNumber,
  shownNumber,
} from '../schemas';

const tags = ['holds'];

const hold = z.object({
  id,
  debtorId: id.nullable().describe('Null: the number alone, whoever has it'),
  accountId: id.nullable(),
  number: shownNumber.nullable(),
  creditorId: id.nullable().describe('Null: for all creditors'),
  kind: z.enum(HOLD_KINDS),
  reason: z.string(),
  evidence: z.string().nullable(),
  source: z.string(),
  externalId: z.string().nullable(),
  from: instant,
  to: instant.nullable(),
  startsOn: isoDate.nullable(),
  days: z.number().int().nullable(),
  placedBy: z.string(),
  placedAt: instant,
  liftedAt: instant.nullable(),
  liftedBy: z.string().nullable(),
  liftReason: z.string().nullable(),
});

/** Reasons not to call: from the answer on no new call leaves against one. */
export function holdRoutes(api: Api, context: HttpContext): void {
  writeRoutes(api, context);
  readRoutes(api, context);
}

function writeRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/holds',
    {
      schema: {
        tags,
        summary: 'Place a hold on a person, an account or a number',
        description:
          'No call leaves against it from the answer on; what rings is cancelled, a talk goes on. ' +
          `An agent places ${AGENT_HOLD_KINDS.join(', ')} on the person of the own call and names nobody; ` +
          'it is a case then, with an owner and a deadline.',
        headers: idempotencyHeaders,
        body: holdInput,
        response: { 200: hold, 201: hold },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const call = await callOfCaller(tx, request);
        const { role } = callerOf(request);
        const actor = actorOf(request);
        const write =
          call === null
            ? await placeHold(tx, request.body, actor)
            : await placeHeardHold(tx, holdOfCall(call, request.body), call, actor);
        return answerOfWrite(write, (row) => holdView(row, role));
      }),
  );

  api.post(
    '/v1/holds/:id/lift',
    {
      schema: {
        tags,
        summary: 'Lift a hold, for a reason; the hold stays in the list',
        description: 'One of a case goes with its answer: 409 until the case is closed.',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: hold },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { reason } = request.body;
        const input = { id: request.params.id, reason, actor: actorOf(request) };
        await refuseOfCase(tx, input.id);
        const lifted = found(await liftHold(tx, input), 'hold');
        return { status: 200, body: holdView(lifted, callerOf(request).role) };
      }),
  );
}

/** Whoever said something is answered; the hold goes with that. @throws Problem `case_open` */
async function refuseOfCase(tx: Transaction, holdId: string): Promise<void> {
  const file = await findCaseOfHold(tx, holdId);
  if (file === null) return;
  const how = isUndecided(file.state)
    ? 'Answer the case with POST /v1/cases/:id/decide; its holds go with the answer.'
    : 'The case was upheld: POST /v1/cases/:id/end ends what it protects.';
  throw new Problem('case_open', how, { caseId: file.id });
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/holds',
    {
      schema: {
        tags,
        summary: 'List holds',
        querystring: pageQuery.extend({
          debtorId: id.optional().describe('Also those on a number of the person'),
          accountId: id.optional(),
          number: e164.optional(),
          kind: z.enum(HOLD_KINDS).optional(),
          active: z.enum(['true', 'false']).optional(),
        }),
        response: { 200: pageOf(hold) },
      },
    },
    async (request) => {
      const { debtorId = null, accountId = null, number, kind = null, active } = request.query;
      const filter = {
        debtorId,
        accountId,
        e164: number ?? null,
        kind,
        active: active === undefined ? null : active === 'true',
      };
      const { role } = callerOf(request);
      const page = await listHolds(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => holdView(row, role));
    },
  );

  api.get(
    '/v1/holds/:id',
    { schema: { tags, summary: 'One hold', params: idParams, response: { 200: hold } } },
    async (request) =>
      holdView(found(await findHold(db, request.params.id), 'hold'), callerOf(request).role),
  );
}

/** What the agent heard, on the person, account or number of the call it was heard in. */
function holdOfCall(call: AgentCall, body: HoldInput): Parameters<typeof placeHeardHold>[1] {
  const kind = AGENT_HOLD_KINDS.find((each) => each === body.kind);
  if (kind === undefined) {
    throw refusedBody('kind', 'is not an agent’s to place', AGENT_HOLD_KINDS.join(', '));
  }
  refuseGiven(body, ['accountId', 'number', 'creditorId', 'externalId', 'to', 'startsOn', 'from']);
  const told = `attempt ${call.attemptId}`;
  return {
    ...body,
    kind,
    debtorId: personOf(call, body.debtorId),
    source: 'call',
    evidence: body.evidence === undefined ? told : `${told}: ${body.evidence}`,
    ...(body.kind === 'dispute' ? { accountId: call.accountId } : {}),
    ...(body.kind === 'wrong_number' ? { number: numberOf(call) } : {}),
  };
}

function numberOf({ e164 }: AgentCall): string {
  if (e164 === null) throw refusedBody('kind', 'the caller withholds the number', 'another kind');
  return e164;
}

function holdView({ e164: number, ...row }: Hold, role: Role): z.output<typeof hold> {
  return { ...row, number: number === null ? null : showNumber(number, role) };
}
