import { z } from 'zod';
import {
  CLIP,
  eraseClip,
  findCarrierAnnouncement,
  labelCarrierAnnouncement,
  listCarrierAnnouncements,
  readSealedClip,
} from '../../db/carrier-announcements';
import { unseal } from '../../db/sealed-secret';
import { monoWav } from '../../domain/announcement-audio/telephone-audio';
import { ANNOUNCEMENT_CLASSES } from '../../domain/carrier-announcement';
import { decodeALaw } from '../../recording/decode-g711';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { found } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['carrier announcements'];

const announcementClass = z
  .enum(ANNOUNCEMENT_CLASSES)
  .describe(
    'inactive: the phone is off; busy; unreachable: out of reach; invalid: there is no such number; other: it ' +
      'says nothing of the number, the code stands',
  );
const announcement = z.object({
  id,
  class: announcementClass.nullable().describe('null: nobody has listened to it yet'),
  label: z.string().nullable(),
  labelledBy: z.string().nullable(),
  labelledAt: instant.nullable(),
  operator: z.string().nullable().describe('Whose number was called when it was first heard'),
  trunkId: id.nullable(),
  heard: z.int(),
  firstHeardAt: instant,
  lastHeardAt: instant,
  statuses: z
    .record(z.string(), z.int())
    .describe('How often each SIP status came after it; none: we gave up'),
  hasAudio: z.boolean(),
});

/** What carriers say before they refuse a call: somebody listens once, and calls are classed by it. */
export function carrierAnnouncementRoutes(api: Api, context: HttpContext): void {
  readRoutes(api, context);
  labelRoute(api, context);
  eraseRoute(api, context);
}

function readRoutes(api: Api, { db, secretKey }: HttpContext): void {
  api.get(
    '/v1/carrier-announcements',
    {
      schema: {
        tags,
        summary: 'Announcements that were heard before refusals, the most frequent first',
        description: '`labelled=false` is the worklist: listen, then POST …/label.',
        querystring: z.strictObject({
          labelled: z.enum(['true', 'false']).optional(),
          class: announcementClass.optional(),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: z.object({ items: z.array(announcement) }) },
      },
    },
    async (request) => {
      const { labelled, class: only = null, limit } = request.query;
      const filter = { labelled: labelled === undefined ? null : labelled === 'true', class: only };
      return { items: await listCarrierAnnouncements(db, filter, limit) };
    },
  );
  api.get(
    '/v1/carrier-announcements/:id/audio',
    {
      schema: {
        tags,
        summary: 'Its first three seconds',
        params: idParams,
        response: { 200: z.string().describe('audio/wav') },
      },
      // bytes, not JSON
      serializerCompiler: () => (bytes: unknown) => bytes as string,
    },
    async (request, reply) => {
      const sealed = found(await readSealedClip(db, request.params.id), 'announcement with audio');
      const clip = Buffer.from(unseal(secretKey, CLIP, sealed), 'base64');
      return reply.type('audio/wav').send(Buffer.from(monoWav(decodeALaw(clip))) as never);
    },
  );
}

function labelRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/carrier-announcements/:id/label',
    {
      schema: {
        tags,
        summary: 'Say what an announcement is',
        description:
          'Calls that end with it from now on are classed by it where the SIP status alone is unclear (408, 430, ' +
          '480, 487, most 5xx, or our own time limit). A later word replaces the one before.',
        params: idParams,
        headers: idempotencyHeaders,
        body: z.strictObject({
          class: announcementClass,
          label: z
            .string()
            .regex(/^\S(.{0,198}\S)?$/u, '1 to 200 characters in one line, no spaces at the ends')
            .describe('What is said in it'),
        }),
        response: { 200: announcement },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const before = found(await findCarrierAnnouncement(tx, request.params.id), 'announcement');
        const said = { ...request.body, by: actorOf(request) };
        const after = found(await labelCarrierAnnouncement(tx, before.id, said), 'announcement');
        await recordChange(tx, request, {
          ...{ creditorId: null, action: 'carrier_announcement.labelled' },
          ...{ subject: 'carrier_announcement', subjectId: before.id, before, after },
        });
        return { status: 200, body: after };
      }),
  );
}

function eraseRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/carrier-announcements/:id/erase',
    {
      schema: {
        tags,
        summary: 'Erase its sound; it is still recognized',
        params: idParams,
        headers: idempotencyHeaders,
        response: { 200: announcement },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        const before = found(await findCarrierAnnouncement(tx, request.params.id), 'announcement');
        const after = found(await eraseClip(tx, before.id), 'announcement');
        await recordChange(tx, request, {
          ...{ creditorId: null, action: 'carrier_announcement.erased' },
          ...{ subject: 'carrier_announcement', subjectId: before.id, before, after },
        });
        return { status: 200, body: after };
      }),
  );
}
