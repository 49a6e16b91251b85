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
import { DEFAULT_CLI_POLICY } from '../../domain/cli-policy';
import { isCountryCode } from '../../domain/country-code';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { health } from '../trunk-health-view';
import { refuseRegistrationWithoutPassword, trunkRegistrations } from '../trunk-registration-view';
import { displayName, e164, id, idParams, instant, minorUnits } from '../schemas';

/** RFC 4028, 5: no shorter than 90 s; 4: the refreshes of shorter ones are a load of their own. */
const sessionSeconds = z.number().int().min(90).max(86_400);

const host = z
  .string()
  .regex(/^(?=.{1,253}$)([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9a-fA-F:.]+\])$/, {
    error: 'a host name, an IPv4 address, or an IPv6 address in brackets',
  });

const cliPolicy = z
  .strictObject({
    header: z
      .enum(['both', 'from', 'asserted'])
      .default(DEFAULT_CLI_POLICY.header)
      .describe(
        'Which headers carry the caller ID: From, P-Asserted-Identity (RFC 3325), or both. ' +
          '`asserted`: From names the account of the trunk, or nobody',
      ),
    domain: host
      .nullable()
      .default(DEFAULT_CLI_POLICY.domain)
      .describe('Host part of the identities; null: the trunk’s host'),
    privacy: z
      .enum(['none', 'id'])
      .default(DEFAULT_CLI_POLICY.privacy)
      .describe('`id`: the carrier is not to show the number (RFC 3323)'),
    diversion: z
      .enum(['none', 'diversion', 'history_info'])
      .default(DEFAULT_CLI_POLICY.diversion)
      .describe(
        'Of a talk that is handed on to a phone: by which number of ours, as Diversion (RFC 5806) ' +
          'or History-Info (RFC 7044)',
      ),
  })
  .refine(({ header, privacy }) => header !== 'from' || privacy === 'none', {
    error: 'both or asserted, when privacy is id',
    params: { reason: 'leaves the carrier without the number' },
    path: ['header'],
  })
  .describe('How the carrier is told who calls; replaced as a whole');

const fields = z.strictObject({
  name: displayName,
  host,
  port: z.number().int().min(1).max(65_535).optional(),
  transport: z
    .enum(['udp', 'tcp', 'tls'])
    .optional()
    .describe(
      'tls: its certificate must name the host; the port is 5061 then, unless one is given',
    ),
  auth: z
    .enum(['ip', 'register'])
    .optional()
    .describe('register: with username and password; calls go out while it stands. Absent: ip'),
  username: z.string().min(1).max(120).nullable().optional(),
  password: z.string().min(1).max(200).nullable().optional(),
  callerIds: z.array(e164).min(1).max(100),
  priority: z.number().int().min(0).max(1_000).optional().describe('Lower is tried first'),
  callsPerSecond: z.number().min(0.01).max(9_999).optional(),
  maxChannels: z.number().int().min(1).max(100_000).optional(),
  firstResponseTimeoutMs: z.number().int().min(500).max(32_000).optional(),
  enabled: z.boolean().optional(),
  costPerMinuteMinor: minorUnits
    .optional()
    .describe('Of an answered call, in the creditors’ currency; for cost limits'),
  groupId: id.nullable().optional().describe('Trunks that stand for each other; null: none'),
  weight: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Share among trunks that are equally good for a number. Absent: 100'),
  optionsIntervalMs: z
    .number()
    .int()
    .min(1_000)
    .max(3_600_000)
    .nullable()
    .optional()
    .describe('It is asked with OPTIONS so often; null: never. Absent: every 30 seconds'),
  sessionExpiresS: sessionSeconds
    .nullable()
    .optional()
    .describe('A call that nobody refreshes ends so late (RFC 4028); null: never. Absent: 1800'),
  minSessionExpiresS: sessionSeconds
    .optional()
    .describe('Shorter ones of the carrier are refused with 422. Absent: 90'),
  cliPolicy: cliPolicy.optional(),
  countryCodes: z
    .array(
      z.string().refine(isCountryCode, {
        error: 'a country code of E.164, as 62',
        params: { reason: 'is of no country' },
      }),
    )
    .min(1)
    .max(250)
    .optional()
    .describe('Only numbers of these countries are called by it. Absent: 62, Indonesia'),
});

const changedFields = fields.partial();

const trunk = z.object({
  id,
  name: z.string(),
  host: z.string(),
  port: z.number().int(),
  transport: z.enum(['udp', 'tcp', 'tls']),
  auth: z.enum(['ip', 'register']),
  username: z.string().nullable(),
  hasPassword: z.boolean(),
  callerIds: z.array(z.string()),
  priority: z.number().int(),
  callsPerSecond: z.number(),
  maxChannels: z.number().int(),
  firstResponseTimeoutMs: z.number().int(),
  enabled: z.boolean(),
  costPerMinuteMinor: minorUnits,
  groupId: id.nullable(),
  weight: z.number().int(),
  optionsIntervalMs: z.number().int().nullable(),
  sessionExpiresS: z.number().int().nullable(),
  minSessionExpiresS: z.number().int(),
  cliPolicy: z.object({
    header: z.enum(['both', 'from', 'asserted']),
    domain: z.string().nullable(),
    privacy: z.enum(['none', 'id']),
    diversion: z.enum(['none', 'diversion', 'history_info']),
  }),
  countryCodes: z.array(z.string()),
  registrations: trunkRegistrations,
  health: health.nullable().describe('Null: no sip process has looked at it yet'),
  createdAt: instant,
  updatedAt: instant,
});

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
        body: fields,
        response: { 201: trunk },
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
        await recordTrunk(tx, request, 'trunk.created', { before: null, after: created });
        return { status: 201, body: { ...created, health: null, registrations: [] } };
      }),
  );

  api.get(
    '/v1/trunks',
    {
      schema: {
        tags,
        summary: 'List trunks',
        querystring: pageQuery,
        response: { 200: pageOf(trunk) },
      },
    },
    async (request) => {
      const page = await listTrunkSettings(db, pageRequest(request.query));
      const ids = page.items.map((row) => row.id);
      const known = await readTrunkHealth(db, ids);
      const registered = await readTrunkRegistrations(db, ids);
      return pageAnswer(page, (row) => ({
        ...row,
        health: known.get(row.id) ?? null,
        registrations: registered.get(row.id) ?? [],
      }));
    },
  );

  trunkRoutesById(api, context);
}

function trunkRoutesById(api: Api, context: HttpContext): void {
  const { db, secretKey } = context;

  api.get(
    '/v1/trunks/:id',
    { schema: { tags, summary: 'One trunk', params: idParams, response: { 200: trunk } } },
    async (request) =>
      withHealth(db, found(await findTrunkSettings(db, request.params.id), 'trunk')),
  );

  api.patch(
    '/v1/trunks/:id',
    {
      schema: {
        tags,
        summary: 'Change a trunk; absent fields stay',
        params: idParams,
        body: changedFields,
        response: { 200: trunk },
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
        await recordTrunk(tx, request, 'trunk.changed', { before, after });
        return withHealth(tx, after);
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

async function withHealth(db: Queryable, settings: TrunkSettings): Promise<z.output<typeof trunk>> {
  const known = await readTrunkHealth(db, [settings.id]);
  const registered = await readTrunkRegistrations(db, [settings.id]);
  return {
    ...settings,
    health: known.get(settings.id) ?? null,
    registrations: registered.get(settings.id) ?? [],
  };
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
  { password, ...rest }: z.output<typeof changedFields>,
): TrunkChange {
  if (password === undefined) return rest;
  const passwordSealed = password === null ? null : seal(secretKey, TRUNK_PASSWORD, password);
  return { ...rest, passwordSealed };
}
