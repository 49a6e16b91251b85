import { z } from 'zod';
import {
  CALLBACK_REQUEST_STATES,
  findCallbackRequest,
  listCallbackRequests,
  resolveCallbackRequest,
  type CallbackRequest,
  type ResolveResult,
} from '../../db/callback-requests';
import { identifyCaller, type IdentifyResult } from '../../db/identify-caller';
import { INBOUND_STATES, listInboundCalls, type InboundCallRow } from '../../db/read/inbound-calls';
import type { Role } from '../../domain/role';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, agentOf, callerOf } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText, showNumber, shownNumber } from '../schemas';

const tags = ['inbound calls'];

const inboundCall = z.object({
  id,
  at: instant,
  trunkId: id,
  called: z.string().describe('E.164, one of the trunk’s'),
  caller: shownNumber.nullable().describe('Null: withheld'),
  matches: z.number().int().describe('People whose own number it is, at the creditors it may mean'),
  creditorId: id.nullable(),
  debtorId: id.nullable().describe('Null: nobody, or several people; or not identified yet'),
  accountId: id.nullable(),
  state: z.enum(INBOUND_STATES),
  cause: z.string().nullable().describe('Why it was missed'),
  attemptId: id.nullable().describe('The talk'),
  decidedAt: instant.nullable(),
});

const callbackRequest = z.object({
  id,
  creditorId: id.nullable(),
  debtorId: id.nullable().describe('Null: who called is not known, the number is all there is'),
  accountId: id.nullable(),
  number: shownNumber.nullable(),
  source: z.enum(['missed_call']),
  requestedAt: instant,
  lastCallAt: instant,
  calls: z.number().int().describe('Calls that nobody took since it is open'),
  state: z.enum(CALLBACK_REQUEST_STATES),
  resolvedAt: instant.nullable(),
  resolvedBy: z.string().nullable(),
  resolution: z.string().nullable(),
});

const ofCreditorOrDebtor = pageQuery.extend({
  creditorId: id.optional(),
  debtorId: id.optional(),
});

/** Calls that came in, and who wants to be called because nobody took theirs. */
export function inboundRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/inbound-calls',
    {
      schema: {
        tags,
        summary: 'List calls that came in, answered or not',
        querystring: ofCreditorOrDebtor.extend({ state: z.enum(INBOUND_STATES).optional() }),
        response: { 200: pageOf(inboundCall) },
      },
    },
    async (request) => {
      const { state = null, creditorId = null, debtorId = null } = request.query;
      const filter = { state, creditorId, debtorId };
      const page = await listInboundCalls(context.db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => callView(row, callerOf(request).role));
    },
  );

  api.post(
    '/v1/me/call/identify',
    {
      schema: {
        tags: ['agent desktop'],
        summary: 'Say who is calling, by the account that the caller named',
        description:
          'For a call that came in from a number that is nobody’s or several people’s. The account is ' +
          'looked for at the creditor of the call; GET /v1/me/call shows it from then on.',
        headers: idempotencyHeaders,
        body: z.strictObject({
          accountExternalId: z.string().min(1).max(100).describe('The creditor’s own number of it'),
        }),
        response: { 200: z.object({ attemptId: id, accountId: id }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { accountExternalId: externalId } = request.body;
        const wish = { agentId: agentOf(request), externalId, actor: actorOf(request) };
        return { status: 200, body: identified(await identifyCaller(tx, wish)) };
      }),
  );

  callbackRoutes(api, context);
}

function identified(result: IdentifyResult): { attemptId: string; accountId: string } {
  switch (result.kind) {
    case 'identified':
    case 'repeated':
      return { attemptId: result.attemptId, accountId: result.accountId };
    case 'no_call':
      throw new Problem('no_call', 'You talk to nobody who called.');
    case 'no_account':
      throw new Problem('unknown_reference', 'The creditor of the call has no such account.', {
        field: 'accountExternalId',
      });
    case 'conflict':
      throw new Problem('caller_known', 'The call is about another account.');
    case 'person_in_call':
      throw new Problem('person_in_call', 'Another call with this person is open.');
  }
}

function callbackRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/callback-requests',
    {
      schema: {
        tags,
        summary: 'List requests to be called, from calls that nobody took',
        querystring: ofCreditorOrDebtor.extend({
          state: z.enum(CALLBACK_REQUEST_STATES).optional(),
        }),
        response: { 200: pageOf(callbackRequest) },
      },
    },
    async (request) => {
      const { state = null, creditorId = null, debtorId = null } = request.query;
      const filter = { state, creditorId, debtorId };
      const page = await listCallbackRequests(db, filter, pageRequest(request.query));
      return pageAnswer(page, (row) => callbackView(row, callerOf(request).role));
    },
  );

  api.get(
    '/v1/callback-requests/:id',
    {
      schema: {
        tags,
        summary: 'One request',
        params: idParams,
        response: { 200: callbackRequest },
      },
    },
    async (request) => {
      const row = found(await findCallbackRequest(db, request.params.id), 'callback request');
      return callbackView(row, callerOf(request).role);
    },
  );

  api.post(
    '/v1/callback-requests/:id/resolve',
    {
      schema: {
        tags,
        summary: 'Close a request, for a reason; a talk with the person closes it by itself',
        headers: idempotencyHeaders,
        params: idParams,
        body: z.strictObject({ state: z.enum(['done', 'dismissed']), reason: reasonText }),
        response: { 200: callbackRequest },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { id: requestId } = request.params;
        const wish = { ...request.body, id: requestId, actor: actorOf(request) };
        const row = resolved(await resolveCallbackRequest(tx, wish));
        return { status: 200, body: callbackView(row, callerOf(request).role) };
      }),
  );
}

function resolved(result: ResolveResult): CallbackRequest {
  if (result.kind === 'not_found') return found<CallbackRequest>(null, 'callback request');
  if (result.kind !== 'conflict') return result.request;
  throw new Problem('invalid_transition', `It is ${result.request.state} already.`, {
    allowed: [],
  });
}

function callView({ caller, ...row }: InboundCallRow, role: Role): z.output<typeof inboundCall> {
  return { ...row, caller: caller === null ? null : showNumber(caller, role) };
}

function callbackView(
  { e164, ...row }: CallbackRequest,
  role: Role,
): z.output<typeof callbackRequest> {
  return { ...row, number: e164 === null ? null : showNumber(e164, role) };
}
