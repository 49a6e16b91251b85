import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { keepDenials, postpone, type Decided } from '../../../dialer/deny';
import { reserveManual } from '../../../dialer/reserve';
import { lockOpenSession, releaseAgent, type AgentSession } from '../../db/agent-sessions';
import type { Transaction } from '../../db/database';
import {
  countPreviews,
  endPreview,
  freeForCall,
  lockShown,
  noteCalled,
  passOver,
  type Preview,
  type PreviewEnd,
} from '../../db/previews';
import { readCurrentPreview } from '../../db/read/current-preview';
import { OUTCOME_CODES } from '../../domain/outcome-code';
import { maskE164 } from '../../domain/phone-owner';
import { SKIP_REASONS, skipFigures } from '../../domain/preview';
import { candidateZones } from '../../domain/province-zone';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { deniedProblem } from '../denied-problem';
import { givenTimeAhead } from '../given-time-ahead';
import { found, Problem } from '../problem';
import {
  currency,
  daysPastDue,
  debtorZones,
  givenInstant,
  id,
  instant,
  instantText,
  isoDate,
  minorUnits,
  reasonText,
} from '../schemas';
import { session, sessionView } from '../session-view';
import { skipFiguresShown } from './previews';

const tags = ['agent desktop'];

const currentPreview = z.object({
  id,
  campaignId: id,
  accountId: id,
  shownAt: instant,
  expiresAt: instant.describe('The account goes back then, and you are paused'),
  creditorName: z.string(),
  name: z.string().describe('Of the debtor'),
  zones: debtorZones,
  phone: z.string().describe('Masked'),
  product: z.string().nullable(),
  currency,
  amountDueMinor: minorUnits,
  dueDate: isoDate,
  daysPastDue,
  accountUpdatedAt: instant.describe('Age of these data'),
  openPromise: z
    .object({ amountMinor: minorUnits, currency, dueDate: isoDate, method: z.string() })
    .nullable(),
  brokenPromise: z
    .object({
      ...{
        promiseId: id,
        amountMinor: minorUnits,
        keptMinor: minorUnits,
        currency,
        dueDate: isoDate,
      },
    })
    .nullable()
    .describe('It broke, and nobody has talked about it since: ask what changed'),
  lastOutcomes: z.array(z.object({ code: z.enum(OUTCOME_CODES), recordedAt: instantText })),
  figures: skipFiguresShown,
});

const named = z.strictObject({ previewId: id.describe('The one that you decide about') });
const skipBody = named
  .extend({ reason: z.enum(SKIP_REASONS), note: reasonText.optional() })
  .refine(({ reason, note }) => reason !== 'other' || note !== undefined, {
    path: ['note'],
    message: 'needed with reason other: why, in a few words',
  });

/** The account that is shown before the call: the agent calls it or passes it over. */
export function mePreviewRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/preview',
    {
      schema: {
        tags,
        summary: 'The account that is shown to me: call it or pass it over',
        response: { 200: currentPreview },
      },
    },
    async (request) => {
      const agentId = agentOf(request);
      const shown = found(await readCurrentPreview(context.db, agentId), 'preview of yours');
      const { debtorName, e164, lastOutcomes, province, statedZone, ...more } = shown;
      return {
        ...more,
        zones: [...candidateZones({ province, statedZone })],
        name: debtorName,
        phone: maskE164(e164),
        lastOutcomes: lastOutcomes as z.output<typeof currentPreview>['lastOutcomes'],
        figures: skipFigures(await countPreviews(context.db, agentId)),
      };
    },
  );

  callRoute(api, context);
  passRoutes(api, context);
}

function callRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/me/preview/call',
    {
      schema: {
        tags,
        summary: 'Call it now, if the rules still allow it',
        description:
          'The rules decide again, as for any other call. A refusal (409, `call_denied`) is kept as a decision, takes the account back and leaves you ready for the next.',
        headers: idempotencyHeaders,
        body: named,
        response: { 202: z.object({ attemptId: id }) },
      },
    },
    async (request, reply) => {
      const refused: Refused[] = [];
      try {
        return await answerOnce(context, request, reply, (tx) =>
          call(tx, context, request, (why) => refused.push(why)),
        );
      } catch (error) {
        for (const why of refused) await takeBack(context, request, why);
        throw error;
      }
    },
  );
}

/** Why a shown account cannot be called after all. */
interface Refused {
  readonly previewId: string;
  readonly reason: string;
  readonly denials: readonly Decided[];
}

async function call(
  tx: Transaction,
  context: HttpContext,
  request: FastifyRequest,
  onRefused: (why: Refused) => unknown,
): Promise<Answer> {
  const { own, preview } = await lockOwnPreview(tx, request);
  await freeForCall(tx, preview);
  const { accountId, campaignId, choice } = preview;
  const result = await reserveManual(context.gate, tx, {
    ...{ accountId, campaignId, choice, phoneId: null, sessionId: own.id },
    ...{ purpose: 'collect', mode: 'preview', actor: `agent:${own.agentId}` },
  });
  const refuse = (reason: string, denials: readonly Decided[]): void => {
    onRefused({ previewId: preview.id, reason, denials });
  };
  switch (result.kind) {
    case 'not_ready':
      throw new Problem('agent_not_ready', 'Your softphone is not reached.');
    case 'person_in_call':
      refuse('person_in_call', []);
      throw new Problem('person_in_call', 'Wait for the next account.');
    case 'denied':
      refuse(result.denials[0]?.decision.deniedBy ?? 'denied', result.denials);
      throw deniedProblem(result.denials);
    case 'reserved': {
      const { attemptId, sipInstanceId } = result;
      await noteCalled(tx, preview, attemptId);
      return {
        status: 202,
        body: { attemptId },
        afterCommit: () => context.sipQueue.send(sipInstanceId, { name: 'dial', attemptId }),
      };
    }
  }
}

/** The refused request changed nothing; that it was refused is kept, and the agent gets the next account. */
async function takeBack(
  context: HttpContext,
  request: FastifyRequest,
  { previewId, reason, denials }: Refused,
): Promise<void> {
  await context.db.transaction(async (tx) => {
    const own = await lockOpenSession(tx, agentOf(request));
    const preview = own === null ? null : await lockShown(tx, own.id);
    await keepDenials(context.gate, tx, denials);
    if (own === null || preview?.id !== previewId) return;
    await endPreview(tx, preview, { to: 'withdrawn', reason });
    await postpone(tx, denials);
    await releaseAgent(tx, own, 'preview_withdrawn', `agent:${own.agentId}`);
  });
}

function passRoutes(api: Api, context: HttpContext): void {
  const pass =
    (request: FastifyRequest, end: PreviewEnd & { to: 'skipped' | 'rescheduled' }) =>
    async (tx: Transaction): Promise<Answer> => {
      const { own, preview } = await lockOwnPreview(tx, request);
      return { status: 200, body: sessionView(await passOver(tx, own, preview, end)) };
    };

  api.post(
    '/v1/me/preview/skip',
    {
      schema: {
        tags,
        summary: 'Pass it over, with a reason; it rests for ten minutes',
        description: 'Skips are counted: above 20 % of a day, your supervisor is told.',
        headers: idempotencyHeaders,
        body: skipBody,
        response: { 200: session },
      },
    },
    (request, reply) => {
      const { reason, note } = request.body;
      const end = { to: 'skipped', reason, ...(note === undefined ? {} : { note }) } as const;
      return answerOnce(context, request, reply, pass(request, end));
    },
  );

  api.post(
    '/v1/me/preview/reschedule',
    {
      schema: {
        tags,
        summary: 'Put it off until an instant, with a reason; counted as a skip is',
        headers: idempotencyHeaders,
        body: named.extend({ at: givenInstant, reason: reasonText }),
        response: { 200: session },
      },
    },
    (request, reply) => {
      const { at, reason } = request.body;
      const rescheduledTo = givenTimeAhead('at', at, context.gate.clock());
      const end = { to: 'rescheduled', reason, rescheduledTo } as const;
      return answerOnce(context, request, reply, pass(request, end));
    },
  );
}

/** The preview that the request names, with the agent's session and the person locked. */
async function lockOwnPreview(
  tx: Transaction,
  request: FastifyRequest,
): Promise<{ readonly own: AgentSession; readonly preview: Preview }> {
  const own = await lockOpenSession(tx, agentOf(request));
  if (own === null) throw new Problem('no_session', 'Sign in with POST /v1/me/session.');
  const preview = await lockShown(tx, own.id);
  const { previewId } = request.body as z.output<typeof named>;
  if (own.state === 'previewing' && preview?.id === previewId) return { own, preview };
  throw new Problem('preview_over', 'It was taken back; see GET /v1/me/preview.');
}
