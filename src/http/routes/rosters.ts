import { z } from 'zod';
import { unlawfulShifts } from '../../../dialer/unlawful-shifts';
import { recordAudit } from '../../db/audit';
import {
  findRosterAgents,
  listRosterShifts,
  lockRosters,
  readShiftsOf,
  removeShifts,
  writeShifts,
  type RosterAgent,
  type RosterShiftRow,
  type ShiftCursor,
} from '../../db/rosters';
import type { Transaction } from '../../db/database';
import { parseTimeZone } from '../../domain/import-row';
import type { FieldProblem } from '../../domain/field-problem';
import { localDay, shiftTimes } from '../../domain/roster';
import { planRoster, type StatedShift } from '../../domain/roster-plan';
import { LONGEST_NOTE } from '../../domain/roster-row';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { decodeCursor, encodeCursor, invalidCursor, pageOf, pageQuery } from '../paging';
import { found, Problem } from '../problem';
import { givenInstant, id, idParams, instant, isoDate, reasonText } from '../schemas';

const tags = ['rosters'];
const DAY_MS = 86_400_000;
const MOST_DAYS = 62;

const shift = z.object({
  id,
  agentId: id,
  poolId: id.nullable().describe('Where the agent is expected; null: anywhere'),
  from: instant,
  to: instant,
  timeZone: z.string().describe('IANA: on whose wall clock it was stated'),
  note: z.string().nullable(),
  setBy: z.string(),
  setAt: instant,
});
/** Nobody whom the agent's campaigns call may be called in it, by the hours of the rules. */
export const shiftWarning = z.object({
  agentId: id,
  from: instant,
  to: instant,
  warning: z.string(),
});
const day = z.strictObject({
  agentId: id,
  date: isoDate.describe('On which the shifts begin'),
  timeZone: z.string().max(64).describe('IANA, or WIB, WITA or WIT'),
  shifts: z
    .array(
      z.strictObject({
        from: z.string().describe('On the wall clock of the zone, 08:00'),
        to: z.string().describe('17:00; at or before `from` it is of the next day; up to 24:00'),
        poolId: id.nullable().default(null).describe('One of the agent’s'),
        note: z.string().min(1).max(LONGEST_NOTE).nullable().default(null),
      }),
    )
    .max(6)
    .describe('All of the day; none: the agent is off'),
});

/** When agents are expected at work. */
export function rosterRoutes(api: Api, context: HttpContext): void {
  listRoute(api, context);

  api.put(
    '/v1/rosters',
    {
      schema: {
        tags,
        summary:
          'Replace the shifts of an agent that begin on a day; the same again changes nothing',
        headers: idempotencyHeaders,
        body: day,
        response: { 200: z.object({ items: z.array(shift), warnings: z.array(shiftWarning) }) },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const items = await replaceDay(tx, request.body, actorOf(request));
        return { status: 200, body: { items, warnings: await warningsOf(context, tx, items) } };
      }),
  );

  api.post(
    '/v1/rosters/:id/remove',
    {
      schema: {
        tags,
        summary: 'Remove a shift; an agent who is at work is paused after the call',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ reason: reasonText }),
        response: { 200: shift },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const [removed = null] = await removeShifts(tx, [request.params.id]);
        const before = found(removed, 'shift');
        await recordAudit(tx, {
          ...{ creditorId: null, actor: actorOf(request), action: 'roster.shift_removed' },
          ...{ subject: 'agent', subjectId: before.agentId, before: told(before), after: null },
          reason: request.body.reason,
        });
        return { status: 200, body: before };
      }),
  );
}

function listRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/rosters',
    {
      schema: {
        tags,
        summary: 'Shifts that reach into a time, by their beginning',
        querystring: pageQuery.extend({
          from: givenInstant,
          to: givenInstant.describe(`Exclusive; at most ${MOST_DAYS} days after from`),
          agentId: id.optional(),
          poolId: id.optional(),
        }),
        response: { 200: pageOf(shift) },
      },
    },
    async (request) => {
      const { limit, cursor, agentId = null, poolId = null } = request.query;
      const [from, to] = [new Date(request.query.from), new Date(request.query.to)];
      requireRange(from, to);
      const after = cursor === undefined ? null : shiftCursor(cursor);
      const rows = await listRosterShifts(db, { from, to, agentId, poolId }, { limit, after });
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return {
        items,
        nextCursor: last === undefined ? null : encodeCursor(`${last.from.getTime()}:${last.id}`),
      };
    },
  );
}

/** @throws Problem when the day cannot be as it is stated; then nothing is changed. */
async function replaceDay(
  tx: Transaction,
  body: z.output<typeof day>,
  actor: string,
): Promise<RosterShiftRow[]> {
  const agent = (await findRosterAgents(tx, [body.agentId]))[0];
  if (agent === undefined)
    throw new Problem('unknown_reference', 'agentId names no active agent.', { field: 'agentId' });
  const stated = readDay(body, agent);
  const date = localDay(body.date, stated.timeZone);
  await lockRosters(tx, [agent.id]);
  const around = { from: new Date(+date.from - DAY_MS), to: new Date(+date.to + DAY_MS) };
  const kept = await readShiftsOf(tx, [agent.id], around);
  const ofDay = kept.filter(({ from }) => from >= date.from && from < date.to);
  const isStated = (one: StatedShift): boolean =>
    stated.shifts.some((other) => +other.from === +one.from && +other.to === +one.to);
  const leaving = ofDay.filter((one) => !isStated(one));
  const plan = planRoster(
    kept.filter((one) => !leaving.includes(one)),
    stated.shifts,
  );
  const [refused] = plan.refused;
  if (refused !== undefined)
    throw new Problem('overlapping_shifts', `A shift ${refused.problem.reason}.`, {
      errors: [{ ...refused.problem, field: 'shifts' }],
    });
  await removeShifts(
    tx,
    leaving.map((one) => one.id),
  );
  await writeShifts(tx, plan, actor);
  const now = (await readShiftsOf(tx, [agent.id], date)).filter(({ from }) => from >= date.from);
  if (leaving.length + plan.added.length + plan.changed.length > 0)
    await recordAudit(tx, {
      ...{ creditorId: null, actor, action: 'roster.day_replaced', subject: 'agent', reason: null },
      subjectId: agent.id,
      before: { date: body.date, shifts: ofDay.map(told) },
      after: { date: body.date, shifts: now.map(told) },
    });
  return now;
}

/** @throws Problem with every field that is wrong */
function readDay(
  body: z.output<typeof day>,
  agent: RosterAgent,
): { readonly timeZone: string; readonly shifts: StatedShift[] } {
  const zone = parseTimeZone(body.timeZone);
  if ('problem' in zone) throw refusedFields([{ field: 'timeZone', ...zone.problem }]);
  const timeZone = zone.value;
  const errors: FieldProblem[] = [];
  const shifts: StatedShift[] = [];
  for (const [index, { from, to, poolId, note }] of body.shifts.entries()) {
    const times = shiftTimes({ date: body.date, from, to, timeZone });
    if (poolId !== null && !agent.pools.some((pool) => pool.id === poolId))
      errors.push({
        field: `shifts.${index}.poolId`,
        ...{ reason: 'names no pool of the agent', accepted: 'one of GET /v1/agents/:id, or null' },
      });
    if ('problem' in times)
      errors.push({ ...times.problem, field: `shifts.${index}.${times.problem.field}` });
    else shifts.push({ ...times.value, agentId: agent.id, poolId, timeZone, note });
  }
  if (errors.length > 0) throw refusedFields(errors);
  return { timeZone, shifts };
}

export function refusedFields(errors: readonly FieldProblem[]): Problem {
  return new Problem('invalid_request', 'Nothing was changed.', { in: 'body', errors });
}

export async function warningsOf(
  { gate }: HttpContext,
  tx: Transaction,
  shifts: readonly StatedShift[],
): Promise<z.output<typeof shiftWarning>[]> {
  const warning =
    'outside the hours in which the rules let anybody of the agent’s campaigns be called';
  const unlawful = await unlawfulShifts(gate, tx, shifts);
  return unlawful.map(({ agentId, from, to }) => ({ agentId, from, to, warning }));
}

/** As the audit keeps it. */
const told = ({ id: shiftId, from, to, poolId, timeZone, note }: RosterShiftRow) => ({
  ...{ id: shiftId, from: from.toISOString(), to: to.toISOString() },
  ...{ poolId, timeZone, note },
});

/** @throws Problem */
function requireRange(from: Date, to: Date): void {
  if (to > from && +to - +from <= MOST_DAYS * DAY_MS) return;
  throw new Problem('invalid_request', 'The time cannot be listed.', {
    in: 'querystring',
    errors: [
      {
        field: 'to',
        reason: to > from ? 'is too far from `from`' : 'is not after `from`',
        accepted: `an instant after from, at most ${MOST_DAYS} days`,
      },
    ],
  });
}

/** @throws Problem `invalid_cursor` */
function shiftCursor(cursor: string): ShiftCursor {
  const match = /^([0-9]{1,15}):([0-9a-f-]{36})$/.exec(decodeCursor(cursor));
  if (match?.[1] === undefined || match[2] === undefined) throw invalidCursor();
  return { from: new Date(Number(match[1])), id: match[2] };
}
