import { IANAZone } from 'luxon';
import { z } from 'zod';
import {
  CALL_TARGETS,
  CONTACT_OUTCOMES,
  DEBT_DATES,
  type ContactOutcome,
  type LocalWindow,
} from '../../src/domain/call-facts';
import { RULE_HOLD_KINDS } from '../../src/domain/hold-kind';
import { nearestWord } from '../../src/domain/nearest-word';
import { DAY_TYPES, type Calendar } from './calendar';
import { RULE_FORCES, SCOPES, type Rule, type RulePack, type When } from './rule-pack';
import type { ZoneTables } from './zones';

/**
 * Schemas of the rule-pack format. A schema's message says what would be accepted. Keys that are not
 * known are kept and mean nothing (a note, a source), unless one looks like a known one misspelt:
 * a rule that silently loses its exception is another rule.
 */
export function record<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$loose> {
  // shorter words are near to too many others
  const known = Object.keys(shape).filter((key) => key.length > 3);
  return z.looseObject(shape).superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      const meant = key in shape || NOTES.has(key) ? null : nearestWord(key, known);
      if (meant !== null) refuseField(context, key, meant);
    }
  });
}

/** What people write beside the data, however near it is to a field's name. */
const NOTES: ReadonlySet<string> = new Set(['note', 'notes', 'source', 'sources']);

/** A record whose every field is read: one that is not known would be believed, and is not looked at. */
export function wholeRecord<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$loose> {
  const known = Object.keys(shape);
  return z.looseObject(shape).superRefine((value, context) => {
    for (const key of Object.keys(value)) {
      if (!(key in shape))
        refuseField(context, key, nearestWord(key, known) ?? `one of ${known.join(', ')}`);
    }
  });
}

function refuseField(context: z.core.$RefinementCtx, key: string, accepted: string): void {
  context.addIssue({
    code: 'custom',
    path: [key],
    message: accepted,
    params: { reason: 'is not a known field' },
  });
}

export const word = z.string({ error: 'a text' }).min(1, 'a text');
export const localDate = z.iso.date({ error: 'a date, 2026-11-23' });
export const instant = z.iso.datetime({
  offset: true,
  error: 'an instant with its offset, 2026-11-23T01:00:00.000Z',
});
export const zoneName = z
  .string({ error: 'an IANA time zone, Asia/Jakarta' })
  .refine((zone) => IANAZone.create(zone).isValid, 'an IANA time zone, Asia/Jakarta');
export const flag = z.boolean({ error: 'true or false' });

export function count(min: number): z.ZodNumber {
  const accepted = `a whole number, ${min} or more`;
  return z.int({ error: accepted }).min(min, accepted);
}

/** At least one: an empty list would say nothing, or deny everything, by accident. */
export function some<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item, { error: 'a list' }).min(1, 'a list with at least one item');
}

export const PLACES = ['home', 'mobile', 'work'] as const;
export const LINES = ['mobile', 'residential_landline', 'business'] as const;
export const MODES = ['live', 'preview', 'predictive', 'prerecorded', 'text'] as const;
export const COLLECTORS = ['first_party', 'third_party'] as const;
export const PURPOSES = ['collect', 'locate'] as const;

function named(known: readonly string[], reason: string) {
  const error = known.join(', ');
  return word.refine((name) => known.includes(name), { error, params: { reason } });
}

/** A rule that waits for what no debt has would deny every call for good. */
const debtDate = named(DEBT_DATES, 'is no dated fact of a debt: no call would ever be allowed');
/** `*` is every kind; a rule on holds that nobody knows would never stop a call. */
const holdKind = named(['*', ...RULE_HOLD_KINDS], 'is no kind of hold: it would never stop a call');

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
export const localWindow: z.ZodType<LocalWindow> = record({
  days: some(
    z
      .int({ error: 'ISO weekdays, 1 to 7' })
      .min(1, 'ISO weekdays, 1 to 7')
      .max(7, 'ISO weekdays, 1 to 7'),
  ),
  from: z.string({ error: '00:00 to 23:59' }).regex(clock, '00:00 to 23:59'),
  to: z
    .string({ error: '00:00 to 24:00' })
    .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, '00:00 to 24:00'),
}).refine(({ from, to }) => from !== to, {
  path: ['to'],
  error: 'another time than from; a whole day is 00:00 to 24:00',
});

/** What never left the switch frees its slot: it is read, and is nothing. */
const excludedOutcomes = z
  .array(z.enum([...CONTACT_OUTCOMES, 'cancelled']), { error: 'a list of outcomes' })
  .transform((all) => all.filter((one): one is ContactOutcome => one !== 'cancelled'));
/** A rule that counts nothing would never fail. */
const listedOutcomes = excludedOutcomes.refine(
  (all) => all.length > 0,
  `a list of outcomes, at least one of ${CONTACT_OUTCOMES.join(', ')}`,
);

const when: z.ZodType<When> = z.strictObject({
  place: some(z.enum(PLACES)).exactOptional(),
  line: some(z.enum(LINES)).exactOptional(),
  mode: some(z.enum(MODES)).exactOptional(),
  collector: some(z.enum(COLLECTORS)).exactOptional(),
  debtKind: some(word).exactOptional(),
  purpose: some(z.enum(PURPOSES)).exactOptional(),
  region: some(word).exactOptional(),
});

const period = z.union(
  [z.strictObject({ localDays: count(1) }), z.strictObject({ hours: count(1) })],
  { error: '{"localDays": n} or {"hours": n}, n a whole number from 1' },
);
const scope = some(z.enum(SCOPES));
const windows = some(localWindow);

function rule<Kind extends string, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) {
  return record({
    kind: z.literal(kind),
    id: word,
    force: z.enum(RULE_FORCES),
    cite: word,
    sourceIds: z.array(word).exactOptional(),
    when: when.exactOptional(),
    overridableBy: z.array(z.literal('time')).exactOptional(),
    exemptBy: z.array(z.literal('frequency')).exactOptional(),
    effect: z.enum(['deny', 'agent_reserved']).exactOptional(),
    ...shape,
  });
}

const eventWhen = when.exactOptional();

const ruleSchema: z.ZodType<Rule> = z.discriminatedUnion('kind', [
  rule('window', { windows, exemptWhen: z.strictObject({ dpdOver: count(0) }).exactOptional() }),
  rule('blackout', { dateFrom: localDate, dateTo: localDate, windows }).refine(
    ({ dateFrom, dateTo }) => dateFrom <= dateTo,
    { path: ['dateTo'], error: 'dateFrom or a later date: both are within' },
  ),
  rule('holiday', { calendar: word, types: some(z.enum(DAY_TYPES)) }),
  rule('preference', {}),
  rule('hold', { on: some(holdKind) }),
  rule('party', { deny: some(z.enum(CALL_TARGETS)) }),
  rule('dpd', { max: count(0) }),
  rule('minDpd', { min: count(0) }),
  rule('wait', { fact: debtDate, days: count(0) }),
  rule('cap', {
    scope,
    count: z.union([z.literal('attempt'), listedOutcomes], {
      error: `"attempt", or a list of outcomes: ${CONTACT_OUTCOMES.join(', ')}`,
    }),
    excludeOutcomes: excludedOutcomes.exactOptional(),
    max: count(0),
    period,
    blockFor: period.exactOptional(),
    eventWhen,
  }),
  rule('cooloff', { scope, outcomes: listedOutcomes, period, eventWhen }),
  rule('gap', { scope, minutes: count(1), eventWhen }),
  rule('redial', { after: listedOutcomes, scope, period, eventWhen }),
  rule('abandonment', {
    maxPct: z
      .number({ error: 'a number from 0 to 100' })
      .min(0, '0 or more')
      .max(100, '100 or less'),
    over: z.literal('campaign').exactOptional(),
    window: z
      .union([z.strictObject({ hours: count(1) }), z.strictObject({ days: count(1) })], {
        error: '{"hours": n} or {"days": n}',
      })
      .exactOptional(),
  }),
  rule('dialing', {
    ringMinSeconds: count(0).exactOptional(),
    connectMaxSeconds: count(0).exactOptional(),
    messageOnAbandon: flag.exactOptional(),
    amd: record({ allowed: flag, falsePositivePct: z.number().exactOptional() }).exactOptional(),
  }),
  rule('recording', {
    mode: z.enum(['none', 'announce', 'all_party']),
    announceLocale: z.array(word).exactOptional(),
    retentionDays: count(0).exactOptional(),
    audioRetentionDays: count(0).exactOptional(),
  }),
  rule('identify', {
    atStart: flag.exactOptional(),
    callerId: z.literal('registered').exactOptional(),
  }),
]);

const packBody = {
  title: word.exactOptional(),
  jurisdiction: z
    .string({ error: 'ISO 3166: ID, US-MA; or *' })
    .regex(/^(\*|[A-Z]{2}(-[A-Z0-9]{1,4})*)$/, 'ISO 3166: ID, US-MA; or *'),
  appliesTo: z
    .strictObject({
      productTypes: some(word).exactOptional(),
      collector: some(z.enum(COLLECTORS)).exactOptional(),
    })
    .exactOptional(),
  effectiveFrom: localDate,
  effectiveTo: localDate.exactOptional(),
  sources: z
    .array(
      record({
        id: word,
        title: word,
        citation: word,
        url: word.exactOptional(),
        retrievedOn: localDate.exactOptional(),
        evidence: z.enum(['text', 'secondary', 'unverified']),
        quoteSha256: word.exactOptional(),
      }),
    )
    .exactOptional(),
  reviewed: z
    .union([z.literal(false), record({ by: word, on: localDate })], {
      error: 'false, or {"by": name, "on": date}',
    })
    .exactOptional(),
  simulatedOnly: z.literal(true).exactOptional(),
  rules: z.array(ruleSchema, { error: 'a list of rules' }).superRefine((all, context) => {
    refuseRepeated(all, context);
  }),
};

function refuseNeverInForce(
  { effectiveFrom, effectiveTo }: Pick<RulePack, 'effectiveFrom' | 'effectiveTo'>,
  context: z.core.$RefinementCtx,
): void {
  if (effectiveTo === undefined || effectiveFrom < effectiveTo) return;
  const message = 'a date after effectiveFrom: the first on which it is not in force';
  context.addIssue({ code: 'custom', path: ['effectiveTo'], message });
}

const REPEATED = { reason: 'is there twice' };
const OUTSIDE = { reason: 'lies in a year that the calendar does not cover' };

/** Things that are named by their id, in decisions and by people: each has its own. */
function refuseRepeated(
  all: readonly { readonly id: string }[],
  context: z.core.$RefinementCtx,
): void {
  const seen = new Set<string>();
  all.forEach(({ id }, index) => {
    if (seen.has(id)) {
      const message = 'an id that nothing else has';
      context.addIssue({ code: 'custom', path: [index, 'id'], message, params: REPEATED });
    }
    seen.add(id);
  });
}

/** A pack as its own file or request holds it. */
export const rulePackSchema: z.ZodType<RulePack> = record({
  id: word,
  version: count(1),
  ...packBody,
}).superRefine(refuseNeverInForce);

/** A pack within a rule file: its id is the key there, and its version may be left out. */
export const filePackSchema: z.ZodType<Omit<RulePack, 'id'>> = record({
  version: count(1).default(1),
  ...packBody,
}).superRefine(refuseNeverInForce);

const calendarBody = {
  years: some(count(1)),
  entries: z.record(
    localDate,
    z.union(
      [
        z.enum(DAY_TYPES),
        record({
          type: z.enum(DAY_TYPES),
          name: word.exactOptional(),
          decree: word.exactOptional(),
          announcedAt: word.exactOptional(),
          status: z.enum(['firm', 'estimated', 'cancelled']).exactOptional(),
          regions: some(word).exactOptional(),
        }),
      ],
      {
        error: `${DAY_TYPES.join(', ')}; or {"type": one of them, "name", "decree", "status", "regions"}`,
      },
    ),
  ),
};

/** A day of a year that is not covered would never be read. */
function refuseDaysOutside(
  { years, entries }: Pick<Calendar, 'years' | 'entries'>,
  context: z.core.$RefinementCtx,
): void {
  for (const date of Object.keys(entries)) {
    if (years.includes(Number(date.slice(0, 4)))) continue;
    const message = `a date in ${years.join(', ')}; or its year in years, with all of its days`;
    context.addIssue({ code: 'custom', path: ['entries', date], message, params: OUTSIDE });
  }
}

/** A calendar as its own file or request holds it. */
export const calendarSchema: z.ZodType<Calendar> = record({
  id: word,
  revision: word,
  ...calendarBody,
}).superRefine(refuseDaysOutside);

/** A calendar within a rule file: its key there, `ID@2026-11`, is id and revision. */
export const fileCalendarSchema: z.ZodType<Omit<Calendar, 'id' | 'revision'>> =
  record(calendarBody).superRefine(refuseDaysOutside);

/** Tables that a file brings; one that it does not bring is the shipped one. */
export const zoneTablesSchema: z.ZodType<Partial<ZoneTables>> = record({
  countryZones: z.record(word, some(zoneName)).exactOptional(),
  provinces: z
    .record(
      word,
      z.tuple([z.string(), z.string(), zoneName], { error: 'a list: name, code, time zone' }),
    )
    .exactOptional(),
  areaCodes: z.record(word, z.record(word, some(zoneName))).exactOptional(),
});
