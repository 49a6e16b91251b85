import { z } from 'zod';
import { checkDocument } from '../../../dialer/campaign-documents';
import { planDocument } from '../../../dialer/plan-campaign';
import { previewChoice } from '../../db/account-samples';
import { BUCKET_NAMES } from '../../domain/campaign-document/account-filter';
import type { Api, HttpContext } from '../api';
import { askedDocument, sourceOf } from '../document-source';
import { id, isoDate } from '../schemas';
import { preview as schedule, scheduleView } from './gate';

const tags = ['campaign documents'];
const SAMPLES = 20;

const count = z.number().int();
const taken = z.object({
  accounts: count.describe('Open accounts of the creditor that it takes'),
  segments: z.array(z.object({ segment: z.string().nullable(), accounts: count })).readonly(),
  samples: z
    .array(
      z.object({
        accountId: id,
        externalId: z.string(),
        daysPastDue: count,
        amountDueMinor: z.string(),
        currency: z.string(),
        product: z.string().nullable(),
        province: z.string().nullable(),
        segment: z.string().nullable(),
        phone: z.string().nullable().describe('Masked'),
      }),
    )
    .readonly(),
});

const band = z
  .object({ low: z.number(), expected: z.number(), high: z.number() })
  .describe('8 of 10 such days lie within');
const forecast = z.object({
  calls: z.number(),
  talks: band,
  rightParties: band,
  agents: band.describe('At the busiest hour'),
  hours: z
    .array(
      z.object({
        floorHour: count.describe('On the clock of Jakarta'),
        calls: z.number(),
        talks: band,
        rightParties: band,
        agents: band,
      }),
    )
    .readonly(),
});

const amountBand = z
  .object({ low: z.string(), expected: z.string(), high: z.string() })
  .describe('Integer minor units; 8 of 10 such days lie within');
const cash = z.object({
  currency: z.string(),
  promises: band,
  promised: amountBand,
  paid: amountBand.nullable().describe('Null: too few promises were kept or broken'),
  days: z
    .array(z.object({ date: isoDate, promised: amountBand, paid: amountBand.nullable() }))
    .readonly()
    .describe('By the day on which the promises are due'),
});

const plan = taken.extend({
  campaignId: id.nullable().describe('Null: it would be a new campaign'),
  version: count.nullable(),
  schedule: schedule.omit({ campaignId: true }),
  refusing: z
    .array(z.object({ rule: z.string(), pack: z.string(), force: z.string(), cite: z.string() }))
    .readonly()
    .describe('The rules that the schedule names, and what they rest on'),
  calls: z
    .array(
      z.object({
        zones: z.string(),
        hour: count,
        floorHour: count,
        calls: z.number(),
        rightPartyChance: z
          .number()
          .nullable()
          .describe('Of the people called then, by the best-time model; null: it has no data'),
      }),
    )
    .readonly()
    .describe('Each account that may be called, once, evenly over the hours in which it may be'),
  forecast: forecast.nullable().describe('Null: not enough data'),
  seen: z.object({
    days: count.describe('Looked back'),
    hours: z
      .array(z.object({ hour: count, calls: count, answered: count, rightParties: count }))
      .readonly(),
    byDay: z.array(z.object({ calls: count, rightParties: count })).readonly(),
  }),
  cash: cash.nullable().describe('What its promises would bring. Null: not enough data'),
  cashSeen: z.object({
    days: count.describe('Looked back'),
    currency: z.string(),
    buckets: z
      .array(
        z.object({
          bucket: z.enum(BUCKET_NAMES),
          contacts: count.describe('Right-party contacts'),
          promises: count,
          kept: count,
          broken: count,
        }),
      )
      .readonly(),
  }),
});

/** What a document would take and do, before it is applied. */
export function campaignPlanRoutes(api: Api, { db, gate }: HttpContext): void {
  api.post(
    '/v1/campaign-documents/preview',
    {
      schema: {
        tags,
        summary: `How many accounts it takes, by segment, and ${SAMPLES} of them`,
        body: askedDocument,
        response: { 200: taken },
      },
    },
    async (request) => {
      const { parts, creditor } = await checkDocument(db, sourceOf(request.body.document));
      const { filter, settings } = parts;
      const choice = { filter, reminders: settings.reminders, segments: settings.segments };
      return previewChoice(db, creditor.id, choice, SAMPLES);
    },
  );

  api.post(
    '/v1/campaign-documents/plan',
    {
      schema: {
        tags,
        summary: 'What it would do on a date: calls by hour and zone, refusals, contacts, staff',
        body: askedDocument.extend({
          date: isoDate.optional().describe('Local date at the debtors; absent: tomorrow'),
        }),
        response: { 200: plan },
      },
    },
    async (request) => {
      const { document, date = null } = request.body;
      // its creditor must be one that the caller sees; the gate counts the calls of all
      await checkDocument(db, sourceOf(document));
      const planned = await planDocument(gate, sourceOf(document), date);
      return { ...planned, schedule: scheduleView(planned.schedule) };
    },
  );
}
