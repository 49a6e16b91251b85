import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Queryable, Transaction } from '../../db/database';
import { seal, TRUNK_PASSWORD } from '../../db/sealed-secret';
import {
  createTrunk,
  deleteTrunk,
  findTrunkSettings,
  listTrunkSettings,
  updateTrunk,
  type TrunkChange,
  type TrunkSettings,
} from '../../db/trunk-settings';
import { readTrunkHealth } from '../../db/trunk-health';
import { readTrunkRegistrations } from '../../db/trunk-registrations';
import { readTrunkUsage, type TrunkUsage } from '../../db/trunk-usage';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { idParams } from '../schemas';
import { refuseOtherCurrency } from '../refuse-other-currency';
import { refuseRegistrationWithoutPassword } from '../trunk-registration-view';
import { changedTrunkFields, trunkFields, trunkView } from '../trunk-schemas';

const tags = ['trunks'];

/** RFC 3261, 19.1.2. */
const SIP_TLS_PORT = 5061;

export function trunkRoutes(api: Api, context: HttpContext): void {
  const { db, secretKey } = context;

  api.post(
    '/v1/trunks',
    {
      schema: {
        tags,
        summary: 'Add a SIP trunk',
        headers: idempotencyHeaders,
        body: trunkFields,
        response: { 201: trunkView },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const { name, host, callerIds, transport } = request.body;
        const { port = transport === 'tls' ? SIP_TLS_PORT : undefined, ...change } = sealedChange(
          secretKey,
          request.body,
        );
        refuseRegistrationWithoutPassword(request.body.auth, {
          username: change.username ?? null,
          hasPassword: (change.passwordSealed ?? null) !== null,
        });
        const created = await createTrunk(tx, { ...change, name, host, port, callerIds });
        await refuseOtherCurrency(tx, created, change);
        await recordTrunk(tx, request, 'trunk.created', { before: null, after: created });
        return { status: 201, body: await withFigures(tx, created) };
      }),
  );

  api.get(
    '/v1/trunks',
    {
      schema: {
        tags,
        summary: 'List trunks',
        querystring: pageQuery,
        response: { 200: pageOf(trunkView) },
      },
    },
    async (request) => {
      const page = await listTrunkSettings(db, pageRequest(request.query));
      const viewOf = await figuresOf(
        db,
        page.items.map((row) => row.id),
      );
      return pageAnswer(page, viewOf);
    },
  );

  trunkRoutesById(api, context);
}

function trunkRoutesById(api: Api, context: HttpContext): void {
  const { db, secretKey } = context;

  api.get(
    '/v1/trunks/:id',
    { schema: { tags, summary: 'One trunk', params: idParams, response: { 200: trunkView } } },
    async (request) =>
      withFigures(db, found(await findTrunkSettings(db, request.params.id), 'trunk')),
  );

  api.patch(
    '/v1/trunks/:id',
    {
      schema: {
        tags,
        summary: 'Change a trunk; absent fields stay',
        params: idParams,
        body: changedTrunkFields,
        response: { 200: trunkView },
      },
    },
    async (request) => {
      const change = sealedChange(secretKey, request.body);
      return db.transaction(async (tx) => {
        const before = found(await findTrunkSettings(tx, request.params.id), 'trunk');
        const { username = before.username, passwordSealed } = change;
        const hasPassword =
          passwordSealed === undefined ? before.hasPassword : passwordSealed !== null;
        refuseRegistrationWithoutPassword(change.auth ?? before.auth, { username, hasPassword });
        const after = found(await updateTrunk(tx, request.params.id, change), 'trunk');
        // what has been so for long is told, and does not keep anybody from another change
        if (change.costCurrency !== undefined || change.enabled === true)
          await refuseOtherCurrency(tx, after, change);
        await recordTrunk(tx, request, 'trunk.changed', { before, after });
        return withFigures(tx, after);
      });
    },
  );

  api.delete(
    '/v1/trunks/:id',
    {
      schema: {
        tags,
        summary: 'Delete a trunk that was never used',
        params: idParams,
        response: { 204: z.undefined().describe('Deleted') },
      },
    },
    async (request, reply) => {
      await db.transaction(async (tx) => {
        const before = await findTrunkSettings(tx, request.params.id);
        const done = before === null ? 'absent' : await deleteTrunk(tx, request.params.id);
        if (done === 'in_use') {
          throw new Problem('in_use', 'Calls went over it: set enabled to false instead.');
        }
        if (done === 'absent') throw new Problem('not_found', 'There is no such trunk.');
        await recordTrunk(tx, request, 'trunk.deleted', { before, after: null });
      });
      return reply.code(204).send();
    },
  );
}

async function withFigures(
  db: Queryable,
  settings: TrunkSettings,
): Promise<z.output<typeof trunkView>> {
  return (await figuresOf(db, [settings.id]))(settings);
}

const UNUSED: TrunkUsage = {
  today: { minutes: 0, spendMinor: '0' },
  thisMonth: { minutes: 0, spendMinor: '0' },
  held: { calls: 0, minutes: 0, spendMinor: '0' },
  capReached: null,
};

/** What is known of trunks, for their views. */
async function figuresOf(
  db: Queryable,
  ids: readonly string[],
): Promise<(settings: TrunkSettings) => z.output<typeof trunkView>> {
  const health = await readTrunkHealth(db, ids);
  const usages = await readTrunkUsage(db, ids);
  const registered = await readTrunkRegistrations(db, ids);
  return (settings) => ({
    ...settings,
    health: health.get(settings.id) ?? null,
    // deleted between the two questions
    usage: usages.get(settings.id) ?? UNUSED,
    registrations: registered.get(settings.id) ?? [],
  });
}

/** Of the password only whether there is one. */
async function recordTrunk(
  tx: Transaction,
  request: FastifyRequest,
  action: string,
  change: { readonly before: TrunkSettings | null; readonly after: TrunkSettings | null },
): Promise<void> {
  const subjectId = (change.after ?? change.before)?.id ?? '';
  await recordChange(tx, request, {
    ...{ creditorId: null, action, subject: 'trunk', subjectId },
    ...change,
  });
}

/** The password is sealed before it goes anywhere. */
function sealedChange(
  secretKey: Buffer,
  { password, ...rest }: z.output<typeof changedTrunkFields>,
): TrunkChange {
  if (password === undefined) return rest;
  const passwordSealed = password === null ? null : seal(secretKey, TRUNK_PASSWORD, password);
  return { ...rest, passwordSealed };
}
