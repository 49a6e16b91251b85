import { z } from 'zod';
import { TRUNK_CAPS } from '../db/trunk-usage';
import { DEFAULT_CLI_POLICY } from '../domain/cli-policy';
import { isCountryCode } from '../domain/country-code';
import { displayName, e164, id, instant, minorUnits } from './schemas';
import { health } from './trunk-health-view';
import { trunkRegistrations } from './trunk-registration-view';

/** RFC 4028, 5: no shorter than 90 s; 4: the refreshes of shorter ones are a load of their own. */
const sessionSeconds = z.number().int().min(90).max(86_400);

const host = z
  .string()
  .regex(/^(?=.{1,253}$)([A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9a-fA-F:.]+\])$/, {
    error: 'a host name, an IPv4 address, or an IPv6 address in brackets',
  });

const currency = z.string().regex(/^[A-Z]{3}$/, { error: 'a currency of ISO 4217, as IDR' });
const billingSeconds = z.number().int().min(1).max(3_600);
const capMinutes = z.number().int().min(0).max(100_000_000);

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

/** What a person sets. */
export const trunkFields = z.strictObject({
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
    .describe('Of an answered call, in costCurrency; for cost limits'),
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
  costCurrency: currency
    .optional()
    .describe(
      'Of the cost a minute and the caps. Absent: IDR. A running campaign with a cost limit in another one must name other trunks',
    ),
  billingFirstS: billingSeconds
    .optional()
    .describe('An answered call costs at least so many seconds. Absent: 60'),
  billingNextS: billingSeconds.optional().describe('And after them by so many begun. Absent: 60'),
  dailySpendCapMinor: minorUnits.nullable().optional().describe('Null, or absent: none'),
  monthlySpendCapMinor: minorUnits.nullable().optional().describe('Null, or absent: none'),
  dailyMinutesCap: capMinutes.nullable().optional().describe('Null, or absent: none'),
  monthlyMinutesCap: capMinutes.nullable().optional().describe('Null, or absent: none'),
  callLeaseMinutes: z
    .number()
    .int()
    .min(1)
    .max(120)
    .optional()
    .describe(
      'A call that runs counts as so many minutes against the caps until it has ended, for talks are ' +
        'never cut off. Absent: 120, the longest talk, so that no cap is ever overrun',
    ),
  callsPerCallerIdPerDay: z
    .number()
    .int()
    .min(1)
    .max(100_000)
    .nullable()
    .optional()
    .describe(
      'So many calls a day show one of its numbers (150 is sensible); then people are shown the next of ' +
        'their order, and with all of them spent no call leaves by it. Null, or absent: no limit',
    ),
});

export const changedTrunkFields = trunkFields.partial();

const used = z.object({ minutes: z.number(), spendMinor: minorUnits });

const usage = z.object({
  today: used.describe('Billed, of the calls answered today that have ended'),
  thisMonth: used,
  held: used
    .extend({ calls: z.number().int() })
    .describe('What the calls that run count as until they have ended'),
  capReached: z
    .enum(TRUNK_CAPS)
    .nullable()
    .describe('One more call could overrun it, so none is placed by this trunk'),
});

/** What is shown. */
export const trunkView = z.object({
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
  costCurrency: z.string(),
  billingFirstS: z.number().int(),
  billingNextS: z.number().int(),
  dailySpendCapMinor: minorUnits.nullable(),
  monthlySpendCapMinor: minorUnits.nullable(),
  dailyMinutesCap: z.number().int().nullable(),
  monthlyMinutesCap: z.number().int().nullable(),
  callLeaseMinutes: z.number().int(),
  callsPerCallerIdPerDay: z.number().int().nullable(),
  usage,
  registrations: trunkRegistrations,
  health: health.nullable().describe('Null: no sip process has looked at it yet'),
  createdAt: instant,
  updatedAt: instant,
});
