import { z } from 'zod';
import { keepDenials, type Decided } from '../../../dialer/deny';
import { lookAtTransfer } from '../../../dialer/transfer-gate';
import type { AgentSession } from '../../db/agent-sessions';
import { lockAttempt, type Attempt } from '../../db/attempts';
import type { Transaction } from '../../db/database';
import { findOffice } from '../../db/office-numbers';
import { readCurrentCall } from '../../db/read/current-call';
import { listTransferTargets, readPhoneStanding } from '../../db/read/transfer-targets';
import {
  findOpenTransfer,
  lockColleague,
  requestTransfer,
  type Transfer,
} from '../../db/transfers';
import {
  refuseTransfer,
  TRANSFER_KINDS,
  TRANSFER_STATES,
  TRANSFER_TARGETS,
  type TransferFacts,
  type TransferRefusal,
} from '../../domain/call-transfer';
import { maskE164, PHONE_OWNERS } from '../../domain/phone-owner';
import { TransitionError } from '../../domain/transition-error';
import { answerOnce, idempotencyHeaders, type Answer } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { deniedProblem } from '../denied-problem';
import { Problem } from '../problem';
import { id, instant, reasonText } from '../schemas';

const tags = ['agent desktop'];
const NO_CAMPAIGN =
  'No campaign calls this person, so nothing says by which rules another number may be dialed.';

const body = z
  .strictObject({
    kind: z
      .enum(TRANSFER_KINDS)
      .describe('blind: joined as soon as the other answers; attended: I talk to them first'),
    agentId: id.optional().describe('A colleague who is ready'),
    phoneId: id.optional().describe('Another stored number of the same person'),
    officeNumberId: id.optional().describe('An office on the list of the creditor'),
    note: reasonText.optional().describe('For whoever takes the call over'),
  })
  .refine(
    ({ agentId, phoneId, officeNumberId }) =>
      [agentId, phoneId, officeNumberId].filter((one) => one !== undefined).length === 1,
    { path: ['agentId'], message: 'exactly one of agentId, phoneId and officeNumberId' },
  );
type Wish = z.output<typeof body>;

const transfer = z.object({
  id,
  attemptId: id,
  kind: z.enum(TRANSFER_KINDS),
  target: z.enum(TRANSFER_TARGETS),
  state: z.enum(TRANSFER_STATES),
  stateLimitAt: instant.nullable().describe('When it fails by itself, and the talk goes on'),
  cause: z.string(),
  fromAgentId: id,
  toAgentId: id.nullable(),
  phoneId: id.nullable(),
  officeNumberId: id.nullable(),
  note: z.string().nullable(),
  requestedAt: instant,
  joinedAt: instant.nullable(),
  endedAt: instant.nullable(),
});

const targets = z.object({
  agents: z.array(z.object({ id, name: z.string() })),
  phones: z.array(
    z.object({ id, owner: z.enum(PHONE_OWNERS), phone: z.string().describe('Masked') }),
  ),
  offices: z.array(z.object({ id, name: z.string() })),
});

/** Handing a talk on: to a colleague, another number of the person, or an office of the creditor. */
export function meTransferRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call/transfer-targets',
    {
      schema: { tags, summary: 'Whom my talk can be handed to', response: { 200: targets } },
    },
    async (request) => {
      const call = await readCurrentCall(context.db, agentOf(request));
      if (call === null) throw new Problem('no_call', 'You have no call.');
      const { agents, offices, phones } = await listTransferTargets(context.db, call.attemptId);
      return {
        ...{ agents, offices },
        phones: phones.map((one) => ({ id: one.id, owner: one.owner, phone: maskE164(one.e164) })),
      };
    },
  );

  api.post(
    '/v1/me/call/transfer',
    {
      schema: {
        tags,
        summary: 'Hand my talk on; the events call.transfer_changed tell how it goes',
        description:
          'The debtor stays with me until the other has answered. A number of the person passes the same rules as any call, with the facts of the moment; an office must be on the list of the creditor.',
        headers: idempotencyHeaders,
        body,
        response: { 202: transfer },
      },
    },
    async (request, reply) => {
      let denials: readonly Decided[] = [];
      try {
        return await answerOnce(context, request, reply, (tx) =>
          ask(tx, context, { agentId: agentOf(request), wish: request.body }, (denied) => {
            denials = denied;
          }),
        );
      } catch (error) {
        // the refused request has changed nothing; that it was refused, and why, is kept
        if (denials.length > 0)
          await context.db.transaction((tx) => keepDenials(context.gate, tx, denials));
        throw error;
      }
    },
  );
}

async function ask(
  tx: Transaction,
  context: HttpContext,
  { agentId, wish }: { readonly agentId: string; readonly wish: Wish },
  onDenied: (denials: readonly Decided[]) => void,
): Promise<Answer> {
  const attempt = await lockTalk(tx, agentId);
  const { facts, colleague } = await gather(tx, attempt, wish, agentId);
  const refusal = refuseTransfer(facts);
  if (refusal !== null) throw refused(refusal);
  if (wish.phoneId !== undefined) {
    const look = await lookAtTransfer(context.gate, tx, attempt, wish.phoneId);
    if (look === null) throw new Problem('transfer_refused', NO_CAMPAIGN);
    if (look.permit === null) {
      onDenied([look.decided]);
      throw deniedProblem([look.decided]);
    }
  }
  const asked = await requestTransfer(tx, newTransfer(attempt, wish, colleague), colleague);
  const { sipInstanceId } = attempt;
  if (sipInstanceId === null) throw new Error('a talk has no sip instance');
  return {
    status: 202,
    body: transferView(asked),
    afterCommit: () =>
      context.sipQueue.send(sipInstanceId, { name: 'transfer_call', transferId: asked.id }),
  };
}

/** The talk that the agent may hand on. */
async function lockTalk(tx: Transaction, agentId: string): Promise<Attempt> {
  const call = await readCurrentCall(tx, agentId);
  if (call === null) throw new Problem('no_call', 'You have no call.');
  const attempt = await lockAttempt(tx, call.attemptId);
  if (attempt?.state !== 'connected' || attempt.agentLeftAt !== null || attempt.agentId !== agentId)
    throw new TransitionError('call', attempt?.state ?? 'ended', 'transfer', []);
  return attempt;
}

async function gather(
  tx: Transaction,
  attempt: Attempt,
  wish: Wish,
  ownId: string,
): Promise<{ facts: TransferFacts; colleague: AgentSession | null }> {
  const { agentId, phoneId, officeNumberId } = wish;
  const { debtorId, creditorId, purpose, sipInstanceId } = attempt;
  const isTransferring = (await findOpenTransfer(tx, attempt.id)) !== null;
  const call = { purpose, isTransferring, sipInstanceId };
  if (agentId !== undefined) {
    const isSelf = agentId === ownId;
    const colleague = isSelf ? null : await lockColleague(tx, agentId);
    return { facts: { ...call, target: { kind: 'agent', isSelf, session: colleague } }, colleague };
  }
  if (phoneId !== undefined) {
    const standing = await readPhoneStanding(tx, { debtorId, phoneId, dialedId: attempt.phoneId });
    return { facts: { ...call, target: { kind: 'phone', ...standing } }, colleague: null };
  }
  const office = await findOffice(tx, { officeNumberId: officeNumberId ?? '', creditorId });
  const { isListed = false, isSomebodys = false } = office ?? {};
  return { facts: { ...call, target: { kind: 'office', isListed, isSomebodys } }, colleague: null };
}

function newTransfer(
  attempt: Attempt,
  wish: Wish,
  colleague: AgentSession | null,
): Parameters<typeof requestTransfer>[1] {
  const { agentId, phoneId = null, officeNumberId = null } = wish;
  return {
    creditorId: attempt.creditorId,
    attemptId: attempt.id,
    kind: wish.kind,
    target: agentId !== undefined ? 'agent' : phoneId !== null ? 'phone' : 'office',
    fromAgentId: attempt.agentId,
    toAgentId: agentId ?? null,
    toSessionId: colleague?.id ?? null,
    phoneId,
    officeNumberId,
    note: wish.note ?? null,
    actor: `agent:${attempt.agentId}`,
  };
}

function transferView(row: Transfer): z.output<typeof transfer> {
  const { creditorId: _creditor, toSessionId: _session, ...shown } = row;
  return shown;
}

const REFUSED: Record<TransferRefusal, Problem> = {
  transfer_open: new Problem('transfer_refused', 'Cancel or complete the one that is under way.'),
  to_self: new Problem('transfer_refused', 'Name a colleague: you have the call.'),
  agent_not_ready: new Problem('agent_not_ready', 'Take a colleague who is ready.'),
  agent_elsewhere: new Problem(
    'transfer_refused',
    'Take a colleague of GET /v1/me/call/transfer-targets: this one’s softphone is at another process.',
  ),
  not_the_persons: new Problem('unknown_reference', 'phoneId names no number of this person.', {
    field: 'phoneId',
  }),
  already_on_the_line: new Problem('transfer_refused', 'This number is on the line already.'),
  office_not_listed: new Problem(
    'unknown_reference',
    'officeNumberId names no office on the list of this creditor.',
    { field: 'officeNumberId' },
  ),
  office_is_a_persons: new Problem(
    'transfer_refused',
    'This number is stored as somebody’s phone: it cannot be an office.',
  ),
  locate_call: new Problem(
    'transfer_refused',
    'A call that asks where the debtor is goes to a colleague or nowhere.',
  ),
};

/** A fresh one: an error carries the place where it was thrown. */
function refused(refusal: TransferRefusal): Problem {
  const { code, detail, extension } = REFUSED[refusal];
  return new Problem(code, detail, { refusal, ...extension });
}
