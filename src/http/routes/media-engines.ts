import { z } from 'zod';
import { drainMediaEngine, findMediaEngine, listMediaEngines } from '../../db/media-engines';
import type { Api, HttpContext } from '../api';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const engine = z.object({
  id,
  name: z.string().describe('host:port of SANTUN_RTPENGINES'),
  state: z
    .enum(['up', 'down', 'unknown'])
    .describe('up: a sip process reaches it; unknown: none that lives is configured with it'),
  since: instant.describe('When it went up or down'),
  draining: z.boolean().describe('It takes no new call; a talk on it goes on to its end'),
  lines: z.number().int().describe('Legs of softphones that go through it'),
  calls: z.number().int().describe('Calls on those legs; none: a drained engine may be stopped'),
  processes: z.number().int().describe('Sip processes that are configured with it'),
  reachedBy: z.number().int().describe('Those of them that reach it'),
});

const tags = ['media engines'];

/** The rtpengines, entered by the sip processes that are configured with them. */
export function mediaEngineRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/media-engines',
    {
      schema: {
        tags,
        summary: 'List media engines',
        response: { 200: z.object({ items: z.array(engine) }) },
      },
    },
    async () => ({ items: await listMediaEngines(db) }),
  );

  api.patch(
    '/v1/media-engines/:id',
    {
      schema: {
        tags,
        summary: 'Drain a media engine, or take it back into use',
        description:
          'Every sip process heeds it within a second. A softphone whose leg goes through it ' +
          'changes over to another engine before its next call.',
        params: idParams,
        body: z.strictObject({ draining: z.boolean() }),
        response: { 200: engine },
      },
    },
    (request) =>
      db.transaction(async (tx) => {
        const { id: engineId } = request.params;
        const before = found(await findMediaEngine(tx, engineId), 'media engine');
        const { draining } = request.body;
        if (before.draining !== draining) {
          await drainMediaEngine(tx, engineId, draining);
          await recordChange(tx, request, {
            creditorId: null,
            action: draining ? 'media_engine.drained' : 'media_engine.taken_back',
            subject: 'media_engine',
            subjectId: engineId,
            before: { draining: !draining },
            after: { draining },
          });
        }
        return found(await findMediaEngine(tx, engineId), 'media engine');
      }),
  );
}
