import { DateTime } from 'luxon';
import { z } from 'zod';
import { readKeepingModel } from '../../db/keeping-models';
import { readKeepingBins } from '../../db/keeping-report';
import { reportParity } from '../../db/option-parity';
import { findCreditor } from '../../db/read/creditors';
import { calibrate } from '../../domain/calibration';
import { LEAST_HISTORY, LEAST_OF_KIND } from '../../domain/keeping-chance';
import { KEEPING_FACTORS } from '../../domain/keeping-facts';
import { chanceOf, EFFECT_WEIGHT, PRIOR_SHARE, PRIOR_WEIGHT } from '../../domain/keeping-model';
import type { Api, HttpContext } from '../api';
import { calibrationAnswer, calibrationView } from '../calibration-view';
import { found } from '../problem';
import { id, idParams, isoDate } from '../schemas';

const tags = ['agreements'];
const count = z.number().int();

/** Whether equals were offered the same, and whether what was foretold of offers came true. */
export function optionReportRoutes(api: Api, context: HttpContext): void {
  parityRoute(api, context);
  keepingRoute(api, context);
}

function parityRoute(api: Api, context: HttpContext): void {
  const group = z.object({
    creditorId: id,
    factsHash: z.string(),
    policyVersion: z.number().int(),
    keepingModelId: id.nullable().describe('What was known of keeping; null: nothing'),
    reckonings: z.number().int(),
    persons: z.number().int(),
    agents: z.number().int(),
    variants: z.number().int().describe('Different lists of offers for the same facts'),
    optionSetIds: z.array(id),
  });
  api.get(
    '/v1/reports/option-parity',
    {
      schema: {
        tags,
        summary: 'Did people with the same facts get the same options?',
        querystring: z.strictObject({
          month: z.string().regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/, 'a month, 2026-08'),
          creditorId: id.optional(),
        }),
        response: {
          200: z.object({
            month: z.string(),
            reckonings: z.number().int(),
            facts: z.number().int().describe('Different facts'),
            compared: z.number().int().describe('Facts that more than one person had'),
            differences: z.array(group).describe('There should be none'),
            calibration: calibrationAnswer.describe(
              'Did the chances of being kept come true, of what could be judged in this month',
            ),
          }),
        },
      },
    },
    async (request) => {
      const { month, creditorId = null } = request.query;
      const from = DateTime.fromISO(`${month}-01`, { zone: 'Asia/Jakarta' });
      const to = from.plus({ months: 1 }).toJSDate();
      const wish = { creditorId, from: from.toJSDate(), to };
      const report = await reportParity(context.db, wish);
      const calibration = calibrationView(calibrate(await readKeepingBins(context.db, wish)));
      return { month, ...report, differences: [...report.differences], calibration };
    },
  );
}

const effect = z.object({
  value: z.string(),
  n: count,
  kept: count,
  logOdds: z.number().describe('Added to the log odds of being kept; 0: changes nothing'),
});

function keepingRoute(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/creditors/:id/keeping',
    {
      schema: {
        tags,
        summary:
          'What is kept at a creditor, as chances of options rest on it, and do they come true?',
        description:
          'Learned once a day from agreements and promises of the last two years, of which it can be said ' +
          'whether they were kept within 90 days. Each effect is drawn to none, as if so many agreements ' +
          '(`effectWeight`) had shown none.',
        params: idParams,
        response: {
          200: z.object({
            creditorId: id,
            day: isoDate.nullable().describe('Learned; null: nothing yet'),
            n: count,
            kept: count,
            usual: z.number().nullable().describe('Share that is kept of anything, shrunk'),
            prior: z.object({ share: z.number(), weight: count }),
            effectWeight: count,
            leastHistory: count.describe('With fewer nothing is foretold'),
            leastOfKind: count.describe('Likewise, of one kind of option'),
            factors: z.array(
              z.object({ factor: z.enum(KEEPING_FACTORS), values: z.array(effect) }),
            ),
            calibration: calibrationAnswer,
          }),
        },
      },
    },
    async (request) => {
      const { id: creditorId } = found(await findCreditor(db, request.params.id), 'creditor');
      const known = await readKeepingModel(db, creditorId);
      const bins = await readKeepingBins(db, { creditorId, from: null, to: null });
      return {
        ...{ creditorId, day: known?.day ?? null },
        ...{ n: known?.model.n ?? 0, kept: known?.model.kept ?? 0 },
        usual: known === null ? null : chanceOf(known.model.base),
        prior: { share: PRIOR_SHARE, weight: PRIOR_WEIGHT },
        ...{ effectWeight: EFFECT_WEIGHT, leastHistory: LEAST_HISTORY, leastOfKind: LEAST_OF_KIND },
        factors: KEEPING_FACTORS.map((factor) => ({
          factor,
          values: Object.entries(known?.model.effects[factor] ?? {}).map(([value, of]) => ({
            value,
            ...of,
          })),
        })),
        calibration: calibrationView(calibrate(bins)),
      };
    },
  );
}
