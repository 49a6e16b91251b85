import { z } from 'zod';
import { findRulePackVersion, listRulePackVersions } from '../../db/rule-packs';
import { readShadowReport } from '../../db/shadow-comparisons';
import type { Api, HttpContext } from '../api';
import { found } from '../problem';
import {
  packParams,
  packSummary,
  shadowReport,
  summarisePacks,
  versionParams,
  wholeVersion,
  wholeView,
} from '../rule-pack-view';

const tags = ['rule packs'];

export function rulePackRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/rule-packs',
    {
      schema: {
        tags,
        summary: 'Every rule pack and its versions',
        response: { 200: z.object({ items: z.array(packSummary) }) },
      },
    },
    async () => ({ items: summarisePacks(await listRulePackVersions(db, null)) }),
  );

  api.get(
    '/v1/rule-packs/:id',
    {
      schema: {
        tags,
        summary: 'One rule pack',
        params: packParams,
        response: { 200: packSummary },
      },
    },
    async (request) => {
      const [pack] = summarisePacks(await listRulePackVersions(db, request.params.id));
      return found(pack ?? null, 'rule pack');
    },
  );

  api.get(
    '/v1/rule-packs/:id/versions/:version',
    {
      schema: {
        tags,
        summary: 'One version, whole',
        params: versionParams,
        response: { 200: wholeVersion },
      },
    },
    async ({ params }) =>
      wholeView(found(await findRulePackVersion(db, params.id, params.version), 'version')),
  );

  api.get(
    '/v1/rule-packs/:id/versions/:version/shadow-report',
    {
      schema: {
        tags,
        summary: 'What a version in shadow would have decided otherwise',
        params: versionParams,
        response: { 200: shadowReport },
      },
    },
    async ({ params }) => {
      const version = found(await findRulePackVersion(db, params.id, params.version), 'version');
      return readShadowReport(db, version);
    },
  );
}
