import { DateTime } from 'luxon';
import { z } from 'zod';
import { readPromiseRoom } from '../../db/promise-room';
import { readCurrentCall, type CurrentCall } from '../../db/read/current-call';
import { takeStatement } from '../../db/statements';
import { AGENT_STATES } from '../../domain/agent-state';
import { ATTEMPT_STATES } from '../../domain/attempt-state';
import { CARE_ADVICE } from '../../domain/case-kind';
import { CALL_PURPOSES } from '../../domain/call-facts';
import { CALL_MODES } from '../../domain/call-mode';
import { CALL_COMMANDS, checkCallCommand, type CallCommand } from '../../domain/call-command';
import {
  isOpenTransfer,
  TRANSFER_KINDS,
  TRANSFER_STATES,
  TRANSFER_TARGETS,
} from '../../domain/call-transfer';
import { OUTCOME_CODES } from '../../domain/outcome-code';
import { maskE164 } from '../../domain/phone-owner';
import { candidateZones } from '../../domain/province-zone';
import type { Api, HttpContext } from '../api';
import { agentOf } from '../authenticate';
import { found, Problem } from '../problem';
import { sendJob } from '../send-job';
import {
  currency,
  daysPastDue,
  debtorZones,
  id,
  instant,
  instantText,
  isoDate,
  minorUnits,
} from '../schemas';

const tags = ['agent desktop'];

const currentCall = z.object({
  attemptId: id,
  state: z.enum(ATTEMPT_STATES),
  sessionState: z.enum(AGENT_STATES),
  sessionLimitAt: instant.nullable().describe('In wrap_up: until when the outcome is awaited'),
  direction: z.enum(['out', 'in']),
  matches: z
    .number()
    .int()
    .describe('Of a call that came in: people whose number it is. More than one: ask who it is'),
  campaignId: id.nullable(),
  purpose: z
    .enum(CALL_PURPOSES)
    .describe('locate: a third person is asked where the debtor is; nothing of the debt is shown'),
  mode: z.enum(CALL_MODES).nullable(),
  mayCallUntil: z
    .object({
      at: instantText,
      localTime: z.string().nullable().describe('There, 19:58'),
      zone: z.string().nullable().describe('IANA zone of the person'),
      rule: z.string(),
      pack: z.string(),
      cite: z.string(),
    })
    .nullable()
    .describe(
      'The hours end then; a talk may finish. Null: not dialed yet, or not within two days',
    ),
  overtimeMs: z
    .number()
    .int()
    .nullable()
    .describe('How long the talk has run on after that; null: no talk yet'),
  creditorName: z.string().nullable(),
  accountId: id
    .nullable()
    .describe('Null: who is calling is not known; POST /v1/me/call/identify tells'),
  name: z.string().nullable().describe('Of the debtor'),
  zones: debtorZones,
  phone: z.string().nullable().describe('Masked; null: withheld'),
  identityMode: z
    .boolean()
    .describe(
      'Greet neutrally: nothing of the debt is told here, whatever the guide, until the step identity_confirmed of POST /v1/me/call/guide/steps, which needs no other before it',
    ),
  care: z
    .object({ id: z.string(), en: z.string() })
    .nullable()
    .describe('Treat with care: what to do, not why'),
  product: z.string().nullable(),
  currency: currency.nullable(),
  amountDueMinor: minorUnits.nullable(),
  dueDate: isoDate.nullable(),
  daysPastDue: daysPastDue.nullable(),
  accountUpdatedAt: instant.nullable().describe('Age of these data'),
  openPromise: z
    .object({ amountMinor: minorUnits, currency, dueDate: isoDate, method: z.string() })
    .nullable(),
  promiseHorizonDays: z
    .int()
    .nullable()
    .describe('A promise may be due so many days ahead; null: nobody is known to promise'),
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
  transfer: z
    .object({
      id,
      kind: z.enum(TRANSFER_KINDS),
      target: z.enum(TRANSFER_TARGETS),
      state: z.enum(TRANSFER_STATES),
      fromAgentId: id,
      toAgentId: id.nullable(),
      note: z.string().nullable(),
    })
    .nullable()
    .describe('The one that is under way, or that brought the call here'),
});

/** The person on the line, and what the agent can do with the call. */
export function meCallRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/me/call',
    {
      schema: {
        tags,
        summary: 'Screen pop: who, how much, since when',
        response: { 200: currentCall },
      },
    },
    async (request) => {
      const call = found(await readCurrentCall(context.db, agentOf(request)), 'call of yours');
      const { attemptId, accountId, purpose } = call;
      if (accountId !== null && purpose === 'collect') {
        await takeStatement(context.db, { attemptId, accountId });
      }
      const room = accountId === null ? null : await readPromiseRoom(context.db, accountId);
      return callView(call, room?.horizonDays ?? null);
    },
  );

  for (const command of CALL_COMMANDS) {
    api.post(
      `/v1/me/call/${command.replaceAll('_', '-')}`,
      {
        schema: {
          tags,
          summary: `${SUMMARY[command]}; the events tell when it is done`,
          response: { 202: z.object({ attemptId: id, command: z.enum(CALL_COMMANDS) }) },
        },
      },
      async (request, reply) => {
        const attemptId = await sendCommand(context, agentOf(request), command);
        return reply.code(202).send({ attemptId, command });
      },
    );
  }
}

const SUMMARY: Record<CallCommand, string> = {
  hang_up: 'Hang up, or cancel what rings',
  hold: 'Hold',
  resume: 'Take back from hold',
  mute: 'Mute me',
  unmute: 'Unmute me',
  join_all: 'Let all three of us talk',
  complete_transfer: 'Give the debtor to whom I talk to, or to who is about to answer',
  cancel_transfer: 'Have the debtor back',
};

function callView(
  row: CurrentCall,
  promiseHorizonDays: number | null,
): z.output<typeof currentCall> {
  const { attemptState, debtorName, e164, sipInstanceId: _internal, lastOutcomes, ...more } = row;
  const { mayCallUntil, agentId: _owner, needsCare, province, statedZone, ...shown } = more;
  return {
    ...shown,
    zones: [...candidateZones({ province, statedZone })],
    mayCallUntil:
      mayCallUntil === null ? null : { ...mayCallUntil, localTime: there(mayCallUntil) },
    promiseHorizonDays,
    state: attemptState,
    name: debtorName,
    phone: e164 === null ? null : maskE164(e164),
    care: needsCare ? CARE_ADVICE : null,
    lastOutcomes: (lastOutcomes as z.output<typeof currentCall>['lastOutcomes']).filter(
      // what somebody bears is told to the team, not to whoever calls next
      ({ code }) => code !== 'RPC_HARDSHIP',
    ),
    ...(row.purpose === 'locate' || row.identityMode ? NOTHING_OF_THE_DEBT : {}),
  };
}

/** What an agent must not have before the eyes who asks a third person, or does not know yet who it is. */
const NOTHING_OF_THE_DEBT = {
  creditorName: null,
  product: null,
  currency: null,
  amountDueMinor: null,
  dueDate: null,
  daysPastDue: null,
  openPromise: null,
  brokenPromise: null,
  promiseHorizonDays: null,
  lastOutcomes: [],
};

function there({ at, zone }: { readonly at: string; readonly zone: string | null }): string | null {
  return zone === null ? null : DateTime.fromISO(at, { zone }).toFormat('HH:mm');
}

/** Asks the process that owns the dialog. @returns the attempt. */
async function sendCommand(
  context: HttpContext,
  agentId: string,
  command: CallCommand,
): Promise<string> {
  const call = await readCurrentCall(context.db, agentId);
  if (call === null) throw new Problem('no_call', 'You have no call.');
  const { attemptState: attempt, sessionState: session, transfer } = call;
  const isOwner = call.agentId === agentId;
  const open = transfer !== null && isOpenTransfer(transfer.state) ? transfer.state : null;
  checkCallCommand(command, { attempt, session, transfer: open, isOwner });
  // a colleague who is asked to take the call over hangs up on that, not on the debtor
  const sent = isOwner ? command : 'cancel_transfer';
  if (call.sipInstanceId === null) throw new Error('a dialed attempt has no sip instance');
  const { attemptId } = call;
  const job = { name: 'control_call', attemptId, command: sent } as const;
  await sendJob(context, call.sipInstanceId, job);
  return attemptId;
}
