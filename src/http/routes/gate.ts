import { z } from 'zod';
import { checkCall } from '../../../dialer/check';
import { previewSchedule, type SchedulePreview } from '../../../dialer/preview';
import { findCampaign } from '../../db/campaigns';
import { findAccount } from '../../db/read/accounts';
import type { Api, HttpContext } from '../api';
import { certificate, certificateView } from '../certificate-view';
import { languageOf, languageQuery } from '../language';
import { found } from '../problem';
import { givenInstant, id, instant, isoDate } from '../schemas';

const tags = ['gate'];

const count = z.number().int();
const byRule = z.array(z.object({ rule: z.string(), accounts: count }));

const check = z.strictObject({
  accountId: id,
  campaignId: id,
  phoneId: id.optional().describe("Absent: the debtor's numbers, as the scheduler would try them"),
  purpose: z.enum(['collect', 'locate']).default('collect'),
  at: givenInstant.optional().describe('Absent: now'),
});

/** The day of a campaign. */
export const preview = z.object({
  campaignId: id,
  date: isoDate,
  at: instant,
  accounts: count.describe('Open, with a number, not blocked, and due by the end of the date'),
  examined: count.describe(
    'Of these, accounts whose rules were asked, themselves or by one that is like them; what follows speaks of them alone',
  ),
  dialable: count.describe('May be dialed at some time of the date'),
  deniedAllDay: byRule.describe('At no time of the date; by the rule that denies at noon'),
  hours: z.array(
    z.object({
      zones: z.string().describe('Candidate zones; the hour is on the clock of the first'),
      hour: count,
      becomeDialable: count.describe('Become dialable in this hour, for the first time that day'),
      dialable: count.describe('May be dialed at the beginning of the hour'),
      denied: byRule.describe('Due, and may not be dialed at the beginning of the hour'),
    }),
  ),
});

/** What the gate would decide; asked freely, as nothing comes of it. */
export function gateRoutes(api: Api, context: HttpContext): void {
  checkRoute(api, context);
  previewRoute(api, context);
}

function checkRoute(api: Api, { db, gate }: HttpContext): void {
  api.post(
    '/v1/gate/check',
    {
      schema: {
        tags,
        summary: 'What the gate would decide about one call: the same certificate, without effect',
        querystring: languageQuery,
        body: check,
        response: {
          200: z.object({
            certificate,
            refusedNumbers: z
              .array(certificate)
              .describe('Numbers that the gate would refuse before it permits another'),
          }),
        },
      },
    },
    async (request) => {
      const { accountId, campaignId, purpose, phoneId = null, at } = request.body;
      const language = languageOf(request, request.query.lang);
      // the gate counts the calls of all creditors: what the caller may ask about is found before
      found(await findAccount(db, accountId), 'account or campaign');
      found(await findCampaign(db, campaignId), 'account or campaign');
      const checked = found(
        await checkCall(
          gate,
          { accountId, campaignId, purpose, phoneId },
          at === undefined ? null : new Date(at),
        ),
        'account or campaign',
      );
      return {
        certificate: certificateView(checked.certificate, language),
        refusedNumbers: checked.refusedNumbers.map((one) => certificateView(one, language)),
      };
    },
  );
}

/** Copies of its lists, as the schema speaks of them. */
export const scheduleView = (made: Omit<SchedulePreview, 'campaignId'>) => ({
  ...made,
  deniedAllDay: [...made.deniedAllDay],
  hours: made.hours.map((hour) => ({ ...hour, denied: [...hour.denied] })),
});

function previewRoute(api: Api, { db, gate }: HttpContext): void {
  api.post(
    '/v1/schedule/preview',
    {
      schema: {
        tags,
        summary:
          'What could be called on a date, hour by hour, and what would be denied by which rule',
        body: z.strictObject({
          campaignId: id,
          date: isoDate.optional().describe('Local date at the debtors; absent: tomorrow'),
        }),
        response: { 200: preview },
      },
    },
    async (request) => {
      const { campaignId, date = null } = request.body;
      found(await findCampaign(db, campaignId), 'campaign');
      const made = found(await previewSchedule(gate, campaignId, date), 'campaign');
      return { ...scheduleView(made), campaignId };
    },
  );
}
