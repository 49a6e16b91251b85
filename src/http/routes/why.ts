import { z } from 'zod';
import { explainCampaign } from '../../../dialer/explain';
import { explainAccount } from '../../../dialer/explain-account';
import { WATERFALL_STEPS } from '../../../dialer/waterfall';
import { findCampaign } from '../../db/campaigns';
import { findAccount } from '../../db/read/accounts';
import { listPhones } from '../../db/read/debtors';
import { PHONE_OWNERS } from '../../domain/phone-owner';
import type { Api, HttpContext } from '../api';
import { certificate, certificateView } from '../certificate-view';
import { languageOf, languageQuery } from '../language';
import { phoneStanding } from '../phone-standing';
import { found } from '../problem';
import { givenInstant, id, idParams, instant } from '../schemas';

const count = z.number().int();

const accountWhy = z.object({
  accountId: id,
  at: instant,
  when: z
    .enum(['past', 'now', 'future'])
    .describe(
      'past: rules, ledger, holds, consents and wishes of then; account, campaign and trunks of now. future: all facts as now, rules of then',
    ),
  campaigns: z.array(
    z.object({
      campaignId: id,
      campaignName: z.string(),
      inAttempt: z.boolean().describe('An attempt on the person is open'),
      dueAt: instant.nullable().describe('Before it the scheduler does not look'),
      certificate,
    }),
  ),
  numbers: z
    .array(
      z.object({
        phoneId: id,
        owner: z.enum(PHONE_OWNERS),
        ...phoneStanding,
        ownership: z.number(),
      }),
    )
    .describe('The person’s numbers as they stand now; the debtor’s own active ones are dialed'),
  decided: z
    .array(
      z.object({
        decisionId: id,
        at: instant,
        stage: z.string(),
        verdict: z.string(),
        deniedBy: z.string().nullable(),
      }),
    )
    .describe('What the gate did decide, the latest before `at` first'),
});

const campaignWhy = z.object({
  campaignId: id,
  at: instant,
  summary: z.string().describe('What stops the dialing now, or that nothing does'),
  floor: z.object({
    state: z.string(),
    openAttempts: count,
    agents: z.record(z.string(), count).describe('Agents of the pools by state'),
    agentsReadyWithSkills: count.describe('Of the ready, those with all skills of the campaign'),
    trunksEnabled: count,
    currenciesBesideLimit: z
      .array(z.string())
      .readonly()
      .describe(
        'Trunks that it may call by bill in these: what that costs, its cost limit does not count',
      ),
    sipInstancesAlive: count,
    killSwitches: z.array(z.object({ id, scope: z.string(), reason: z.string() })),
  }),
  waterfall: z
    .object({
      steps: z.array(
        z.object({
          step: z.enum(WATERFALL_STEPS),
          accounts: count,
          estimated: z
            .boolean()
            .describe('Scaled up from the accounts examined; false: counted, every one'),
        }),
      ),
      selectable: count,
      examined: count.describe(
        'Accounts whose rules were asked, or those of one that is like them',
      ),
    })
    .describe('Each step is a part of the one before'),
  blocked: z.array(z.object({ reason: z.string(), accounts: count })),
  numbersOff: z
    .array(z.object({ reason: z.string(), accounts: count }))
    .describe(
      'Open accounts without a number to dial, by what became of the last one: look_up_invalid, network_invalid, ' +
        'wrong_number, doubtful, retired; none_on_file: there was none',
    ),
  refusedNow: z
    .array(z.object({ deniedBy: z.string(), accounts: count }))
    .describe('Open accounts with a number that were examined, by the first rule that denies now'),
  denials: z
    .array(z.object({ deniedBy: z.string(), decisions: count, accounts: count, latestAt: instant }))
    .describe('Denials written in the last 24 h'),
  nextSelectableAt: instant.nullable().describe('Facts frozen'),
  nextSelectableAccountId: id.nullable(),
});

/** Why something is dialed, or is not. */
export function whyRoutes(api: Api, context: HttpContext): void {
  const { db, gate } = context;

  api.get(
    '/v1/accounts/:id/why',
    {
      schema: {
        tags: ['accounts'],
        summary: 'May it be dialed, now or at an instant, and if not, why',
        params: idParams,
        querystring: languageQuery.extend({ at: givenInstant.optional() }),
        response: { 200: accountWhy },
      },
    },
    async (request) => {
      const { at, lang } = request.query;
      const account = found(await findAccount(db, request.params.id), 'account');
      const language = languageOf(request, lang);
      const asked = at === undefined ? null : new Date(at);
      const why = await explainAccount(gate, request.params.id, asked);
      return {
        ...why,
        campaigns: why.campaigns.map((campaign) => ({
          ...campaign,
          certificate: certificateView(campaign.certificate, language),
        })),
        numbers: await standingOf(db, account.debtorId),
        decided: [...why.decided],
      };
    },
  );

  api.get(
    '/v1/campaigns/:id/why',
    {
      schema: {
        tags: ['campaigns'],
        summary: 'What can be dialed now, what cannot, and why',
        params: idParams,
        querystring: languageQuery,
        response: { 200: campaignWhy },
      },
    },
    async (request) => {
      found(await findCampaign(db, request.params.id), 'campaign');
      const why = found(await explainCampaign(gate, request.params.id), 'campaign');
      const { waterfall, floor } = why;
      return {
        ...why,
        summary: why.summary[languageOf(request, request.query.lang)],
        floor: { ...floor, killSwitches: [...floor.killSwitches] },
        waterfall: { ...waterfall, steps: [...waterfall.steps] },
        blocked: [...why.blocked],
        numbersOff: [...why.numbersOff],
        refusedNow: [...why.refusedNow],
        denials: [...why.denials],
      };
    },
  );
}

/** The person's numbers without the numbers themselves. */
async function standingOf(
  db: HttpContext['db'],
  debtorId: string,
): Promise<z.output<typeof accountWhy>['numbers']> {
  return (await listPhones(db, debtorId)).map(
    ({ id: phoneId, owner, status, invalidBy, lookUp, ownership }) => ({
      ...{ phoneId, owner, status, invalidBy, lookUp, ownership },
    }),
  );
}
