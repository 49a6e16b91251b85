import { z } from 'zod';
import { assignTask, finishTask, listTasks } from '../../db/tasks';
import { TASK_KINDS, type TaskAssignee } from '../../domain/task-kind';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf, ownWorkOnly } from '../authenticate';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { id, idParams, instant, reasonText } from '../schemas';

const tags = ['tasks'];

const assignee = z
  .string()
  .regex(
    /^(role:(supervisor|manager)|agent:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    'role:supervisor, role:manager or agent:<id>',
  );
const task = z.object({
  id,
  creditorId: id,
  kind: z.enum(TASK_KINDS),
  debtorId: id.nullable(),
  accountId: id.nullable(),
  attemptId: id.nullable(),
  subjectId: id.describe('What it is about: a payment, a promise, a conflict'),
  assignee: z.string(),
  dueAt: instant,
  note: z.string().nullable(),
  addedAt: instant,
  doneAt: instant.nullable(),
  doneBy: z.string().nullable(),
  result: z.string().nullable(),
});

const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Work that waits for a person. An agent sees and ends its own alone. */
export function taskRoutes(api: Api, context: HttpContext): void {
  api.get(
    '/v1/tasks',
    {
      schema: {
        tags,
        summary: 'List tasks; an agent sees its own',
        querystring: pageQuery.extend({
          kind: z.enum(TASK_KINDS).optional(),
          assignee: assignee.optional(),
          accountId: id.optional(),
          done: flag.optional(),
          overdue: flag.optional(),
        }),
        response: { 200: pageOf(task) },
      },
    },
    async (request) => {
      const { kind = null, accountId = null, done = null, overdue = null } = request.query;
      const own = ownWorkOnly(request);
      const filter = {
        kind,
        assignee: own === null ? (request.query.assignee ?? null) : `agent:${own}`,
        accountId,
        isDone: done,
        isOverdue: overdue,
      };
      return pageAnswer(
        await listTasks(context.db, filter, pageRequest(request.query)),
        (row) => row,
      );
    },
  );

  changeRoutes(api, context);
}

function changeRoutes(api: Api, context: HttpContext): void {
  api.post(
    '/v1/tasks/:id/done',
    {
      schema: {
        tags,
        summary: 'It is done; what came of it stays',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ result: reasonText }),
        response: { 200: task },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const finished = await finishTask(tx, {
          id: request.params.id,
          onlyAgentId: ownWorkOnly(request),
          actor: actorOf(request),
          result: request.body.result,
        });
        return { status: 200, body: found(finished, 'task') };
      }),
  );

  api.post(
    '/v1/tasks/:id/assign',
    {
      schema: {
        tags,
        summary: 'Give it to somebody else',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({ assignee }),
        response: { 200: task },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const given = request.body.assignee as TaskAssignee;
        const change = { id: request.params.id, assignee: given, actor: actorOf(request) };
        const assigned = found(await assignTask(tx, change), 'task');
        if (assigned === 'no_agent') {
          throw new Problem('unknown_reference', 'No agent has this id.', { field: 'assignee' });
        }
        return { status: 200, body: assigned };
      }),
  );
}
