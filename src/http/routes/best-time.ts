import { z } from 'zod';
import { MOMENT_BASES } from '../../../dialer/best-time/decide-moment';
import { showCells } from '../../../dialer/best-time/heat-map';
import { explainBestTime, type BestTime } from '../../../dialer/explain-best-time';
import { daysBefore, readUplift, UPLIFT_DAYS } from '../../../dialer/watch-uplift';
import { readHeatMap, type ReportScope } from '../../db/best-time-report';
import type { Api, HttpContext } from '../api';
import { found, Problem } from '../problem';
import { id, idParams, instant, isoDate } from '../schemas';
import { uplift } from '../uplift-view';

const count = z.number().int();
const words = z.object({ id: z.string(), en: z.string() });
const chance = z.number().min(0).max(1);
const parts = z
  .record(z.string(), z.number())
  .describe('In chances of a right party; they add up to the score');
const basis = z
  .enum(MOMENT_BASES)
  .describe('model; control: a random lawful hour; objection, no_data: neutral order');

const bestTime = z.object({
  accountId: id,
  debtorId: id,
  at: instant,
  basis,
  words: words.describe('Why, in Indonesian and English'),
  zone: z.string().nullable().describe('Whose wall clock the hours are on'),
  segment: z.string(),
  dials: z
    .object({ person: count, segment: z.number(), portfolio: z.number() })
    .describe('With an outcome, behind each level; old ones of segment and portfolio weigh less'),
  payday: z
    .object({
      kind: z.enum(['monthly', 'weekly', 'irregular']),
      day: count.nullable(),
      source: z.enum(['stated', 'observed', 'employer']),
      confidence: z.number(),
      seen: count.describe('Payments that agree'),
      of: count.describe('Payments looked at'),
      fundsLastDays: count,
    })
    .nullable(),
  objectsToProfiling: z.boolean(),
  inControlGroup: z.boolean(),
  nextAttemptAt: instant.nullable(),
  now: z.object({
    chance,
    standing: z.number(),
    score: z.number().nullable(),
    parts: parts.nullable(),
  }),
  hours: z.array(count).describe('That the law opens on some day'),
  map: z.array(
    z.object({
      weekday: count.describe('ISO, 1 is Monday'),
      hour: count,
      dials: count,
      answered: count,
      rightParty: count,
      chance: chance.nullable().describe('Null: the law keeps it shut, or nothing is known'),
      score: z.number().nullable(),
    }),
  ),
  numbers: z
    .array(
      z.object({
        phoneId: id,
        score: z.number().describe('How much oftener than expected it brought the person; new: 1'),
        dials: count,
        answered: count,
        rightParty: count,
        triedAt: instant.nullable().describe('Latest dial of the last four weeks'),
      }),
    )
    .describe('Their own, in the order in which they are asked about unless a document differs'),
  choices: z.array(
    z.object({
      id,
      at: instant,
      basis,
      earliest: instant,
      chosen: instant,
      chance: chance.nullable(),
      score: z.number().nullable(),
      parts: parts.nullable(),
    }),
  ),
});

function viewOf(found: BestTime): z.output<typeof bestTime> {
  const { payday, objects, inControl, now, choices, numbers, map, hours, ...rest } = found;
  return {
    ...rest,
    payday: payday === null ? null : paydayView(payday),
    objectsToProfiling: objects,
    inControlGroup: inControl,
    now: {
      chance: now.chance,
      standing: now.standing,
      score: now.score?.score ?? null,
      parts: now.score?.parts ?? null,
    },
    hours: [...hours],
    map: [...map],
    numbers: [...numbers],
    choices: choices.map(
      ({ id: choiceId, at, basis: rested, chance: expected, score, parts: of, ...one }) => ({
        id: choiceId,
        at,
        basis: rested,
        earliest: new Date(one.earliest),
        chosen: new Date(one.chosen),
        chance: expected,
        score,
        parts: of,
      }),
    ),
  };
}

function paydayView({ cycle, ...rest }: NonNullable<BestTime['payday']>) {
  const day =
    cycle.kind === 'monthly' ? cycle.dayOfMonth : cycle.kind === 'weekly' ? cycle.weekday : null;
  return { kind: cycle.kind, day, ...rest };
}

const scopeQuery = z.strictObject({
  creditorId: id.optional(),
  campaignId: id.optional(),
  since: isoDate.optional().describe(`UTC; absent: ${UPLIFT_DAYS} days ago`),
});

/** @throws Problem unless one of the two is named */
function scopeOf(query: z.output<typeof scopeQuery>, now: Date): ReportScope {
  const { creditorId = null, campaignId = null, since } = query;
  if ((creditorId === null) === (campaignId === null)) {
    const errors = [
      { field: 'creditorId', reason: 'is needed, or campaignId', accepted: 'one of the two' },
    ];
    throw new Problem('invalid_request', 'Name a creditor or a campaign.', { in: 'query', errors });
  }
  const from = since === undefined ? daysBefore(now, UPLIFT_DAYS) : new Date(`${since}T00:00:00Z`);
  return { creditorId, campaignId, since: from };
}

/** When people answer, why their next attempt is when it is, and what knowing it is worth. */
export function bestTimeRoutes(api: Api, context: HttpContext): void {
  const { db, gate } = context;

  api.get(
    '/v1/accounts/:id/best-time',
    {
      schema: {
        tags: ['accounts'],
        summary: 'When its person answers, and why the next attempt is when it is',
        description:
          'Seven days by the hours that the law opens, the reasons in words, and the latest choices ' +
          'with the parts of their scores. Of who objects to profiling nothing is shown.',
        params: idParams,
        querystring: z.strictObject({
          campaignId: id.optional().describe('With the rule packs that it adds'),
        }),
        response: { 200: bestTime },
      },
    },
    async (request) => {
      const { campaignId = null } = request.query;
      const asked = { accountId: request.params.id, campaignId };
      return viewOf(found(await explainBestTime(gate, db, asked), 'account'));
    },
  );

  reportRoutes(api, context);
}

function reportRoutes(api: Api, { db, gate }: HttpContext): void {
  api.get(
    '/v1/best-time/uplift',
    {
      schema: {
        tags: ['best time'],
        summary: 'Right-party contacts per 1,000 dials: the model beside its control group',
        querystring: scopeQuery,
        response: { 200: uplift },
      },
    },
    (request) => readUplift(db, scopeOf(request.query, gate.clock())),
  );

  api.get(
    '/v1/best-time/heat-map',
    {
      schema: {
        tags: ['best time'],
        summary: 'Answers and right parties by weekday and hour; cells below 30 dials are hidden',
        querystring: scopeQuery,
        response: {
          200: z.object({
            cells: z.array(
              z.object({
                weekday: count.describe('ISO, 1 is Monday'),
                hour: count,
                hidden: z.boolean(),
                dials: count.nullable(),
                answered: count.nullable(),
                rightParty: count.nullable(),
                promisesKept: count.nullable(),
                rightPartyPer1000: z.number().nullable(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => ({
      cells: showCells(await readHeatMap(db, scopeOf(request.query, gate.clock()))),
    }),
  );
}
