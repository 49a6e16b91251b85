import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DAY_TYPES, type Calendar } from '../../../dialer/compliance/calendar';
import { describeRuleIssues } from '../../../dialer/compliance/rule-file-problem';
import { calendarSchema } from '../../../dialer/compliance/rule-file-schema';
import {
  lostDays,
  reviseCalendar,
  type CalendarChange,
} from '../../../dialer/compliance/revise-calendar';
import { recordAudit } from '../../db/audit';
import {
  approveRevision,
  findCalendarRevision,
  findLatestApproved,
  insertProposedRevision,
  nextRevisionName,
  rejectRevision,
  type CalendarRevision,
} from '../../db/calendars';
import type { Transaction } from '../../db/database';
import { lockRules } from '../../db/rule-packs';
import { canonicalJson } from '../../domain/canonical-json';
import type { FieldProblem } from '../../domain/field-problem';
import { decideVersion } from '../../domain/version-state';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import {
  calendarOf,
  calendarParams,
  revisionParams,
  revisionSummary,
  wholeRevision,
  wholeView,
} from '../calendar-view';
import { found, Problem } from '../problem';
import {
  approval,
  bindsFromOf,
  refuseProblems,
  rejection,
  requireApprover,
} from '../rule-decision';
import { isoDate, reasonText } from '../schemas';

const tags = ['calendars'];
const year = z.number().int().min(2000).max(2100);
const day = z.strictObject({
  type: z.enum(DAY_TYPES),
  name: z.string().min(1).max(200),
  decree: z.string().min(1).max(200).optional().describe('The text that made it a day off'),
  announcedAt: isoDate.optional(),
  status: z.enum(['firm', 'estimated']).optional(),
  regions: z
    .array(z.string().regex(/^[A-Z]{2}-[A-Z0-9-]{1,12}$/, 'ID-JK'))
    .min(1)
    .optional(),
});

const proposal = z
  .strictObject({
    reason: reasonText,
    calendar: z
      .strictObject({ years: z.array(year).min(1), entries: z.record(z.string(), z.unknown()) })
      .optional()
      .describe('The whole calendar'),
    add: z.record(isoDate, day).optional().describe('Days by date, on top of the latest revision'),
    cancel: z.array(isoDate).min(1).optional().describe('Days that are days as any other again'),
    coverYears: z.array(year).min(1).optional().describe('Years whose days are all known now'),
  })
  .refine(
    ({ calendar, add, cancel, coverYears }) =>
      (calendar === undefined) !==
      (add === undefined && cancel === undefined && coverYears === undefined),
    { message: 'either calendar, or some of add, cancel and coverYears' },
  );

/** Revisions are proposed, and approved or rejected by another person. */
export function calendarRevisionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/calendars/:id/revisions',
    {
      schema: {
        tags,
        summary:
          'Propose a revision: whole, or days on top of the latest; a second person approves',
        headers: idempotencyHeaders,
        params: calendarParams,
        body: proposal,
        response: { 201: wholeRevision },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const { id } = request.params;
        const latest = await findLatestApproved(tx, id);
        const revision = await nextRevisionName(tx, id);
        const days = proposedDays(request.body, latest);
        // another approval in between would be lost: what it goes out from is checked again
        const named = { id, revision, basedOn: latest?.revision ?? null, ...days };
        const body = canonicalJson(parseCalendar(named));
        const { reason } = request.body;
        const proposed = await insertProposedRevision(tx, {
          calendarId: id,
          revision,
          body,
          sha256: createHash('sha256').update(body).digest('hex'),
          changeReason: reason,
          proposedBy: actorOf(request),
        });
        refuseLostDays(proposed, latest);
        await audit(tx, request, 'calendar.proposed', null, proposed, reason);
        return { status: 201, body: wholeView(proposed) };
      }),
  );
  decisionRoutes(api, context);
}

function decisionRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/calendars/:id/revisions/:revision/approve',
    {
      schema: {
        tags,
        summary: 'Approve what somebody else proposed: it binds from now on, or later',
        headers: idempotencyHeaders,
        params: revisionParams,
        body: approval,
        response: { 200: revisionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await revisionOf(tx, request.params);
        const by = requireApprover(before, request);
        const latest = await findLatestApproved(tx, before.calendarId);
        const { basedOn } = calendarOf(before) as Calendar & { basedOn?: string | null };
        if (basedOn !== undefined && basedOn !== (latest?.revision ?? null)) {
          const detail = `Revision ${latest?.revision ?? ''} was approved since: propose it on top of that.`;
          throw new Problem('superseded', detail);
        }
        refuseLostDays(before, latest);
        const bindsFrom = bindsFromOf(request.body);
        const after = await approveRevision(tx, { ...nameOf(before), by, bindsFrom });
        await audit(tx, request, 'calendar.approved', before, after, null);
        return { status: 200, body: after };
      }),
  );

  api.post(
    '/v1/calendars/:id/revisions/:revision/reject',
    {
      schema: {
        tags,
        summary: 'Reject a proposal, or what was approved for later and does not bind yet',
        headers: idempotencyHeaders,
        params: revisionParams,
        body: rejection,
        response: { 200: revisionSummary },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        await lockRules(tx);
        const before = await revisionOf(tx, request.params);
        decideVersion(before, 'reject');
        const after = await rejectRevision(tx, { ...nameOf(before), by: actorOf(request) });
        await audit(tx, request, 'calendar.rejected', before, after, request.body.reason);
        return { status: 200, body: after };
      }),
  );
}

/** The whole of what is proposed. @throws Problem `invalid_request` */
function proposedDays(
  { calendar, add, cancel, coverYears }: z.output<typeof proposal>,
  latest: CalendarRevision | null,
): object {
  if (calendar !== undefined) return calendar;
  if (latest === null) {
    throw new Problem('not_found', 'There is no such calendar: propose one as a whole.');
  }
  const change = { add, cancel, coverYears } as CalendarChange;
  const { days, problems } = reviseCalendar(calendarOf(latest), change);
  if (problems.length > 0) throw refused(problems);
  return days;
}

/** @throws Problem `invalid_request` with every finding */
function parseCalendar(given: Record<string, unknown>): Calendar {
  const parsed = calendarSchema.safeParse(given);
  if (!parsed.success) {
    throw refused(
      describeRuleIssues(given, parsed.error.issues).map(({ path, reason, accepted }) => {
        return { field: `calendar.${path}`, reason, accepted };
      }),
    );
  }
  return parsed.data;
}

function refused(errors: readonly FieldProblem[]): Problem {
  return new Problem('invalid_request', 'The calendar is not accepted.', { in: 'body', errors });
}

/** @throws Problem `rules_not_accepted`: a day off would be lost without a word */
function refuseLostDays(revision: CalendarRevision, latest: CalendarRevision | null): void {
  if (latest === null) return;
  const today = new Date().toISOString().slice(0, 10);
  refuseProblems(
    lostDays(calendarOf(latest), calendarOf(revision), today).map((date) => ({
      field: `calendar.entries.${date}`,
      reason: `is in revision ${latest.revision} and would be lost`,
      accepted: 'the day, or the day with status cancelled',
    })),
  );
}

async function revisionOf(
  tx: Transaction,
  { id, revision }: { id: string; revision: string },
): Promise<CalendarRevision> {
  return found(await findCalendarRevision(tx, id, revision), 'revision');
}

const nameOf = ({ calendarId, revision }: CalendarRevision) => ({ calendarId, revision });

async function audit(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  before: CalendarRevision | null,
  after: CalendarRevision,
  reason: string | null,
): Promise<void> {
  const view = ({ state, sha256, bindsFrom }: CalendarRevision) => {
    return { state, sha256, bindsFrom: bindsFrom?.toISOString() ?? null };
  };
  await recordAudit(tx, {
    creditorId: null,
    actor: actorOf(request),
    action,
    subject: 'calendar_revision',
    subjectId: `${after.calendarId}@${after.revision}`,
    before: before === null ? null : view(before),
    after: view(after),
    reason,
  });
}
