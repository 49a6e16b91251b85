import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import {
  addAnnouncement,
  countCampaignsThatPlay,
  findAnnouncement,
  listAnnouncements,
  readAnnouncementAudio,
  retireAnnouncement,
  type Announcement,
} from '../../db/announcements';
import { listMediaEngines } from '../../db/media-engines';
import { findCreditor } from '../../db/read/creditors';
import { ANNOUNCEMENT_KINDS, ANNOUNCEMENT_LANGUAGES, isSpoken } from '../../domain/announcement';
import { readWav, type WavAudio } from '../../domain/announcement-audio/read-wav';
import {
  monoWav,
  telephoneAudio,
  TELEPHONE_RATE,
} from '../../domain/announcement-audio/telephone-audio';
import { actorOf } from '../authenticate';
import type { Api, HttpContext } from '../api';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { recordChange } from '../record-change';
import { id, idParams, instant } from '../schemas';

const tags = ['announcements'];
const WAV_TYPES = ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'];
/** Five minutes of stereo at 48 kHz. */
const FILE_LIMIT_BYTES = 60 * 1_024 * 1_024;
/** One per cent of full scale: below it nobody hears anything. */
const SILENT_BELOW = 328;

const kind = z.enum(ANNOUNCEMENT_KINDS);
const announcement = z.object({
  id,
  creditorId: id
    .nullable()
    .describe('null: of the house, for creditors that have none of their own'),
  kind,
  language: z.enum(ANNOUNCEMENT_LANGUAGES),
  version: z.number().int(),
  text: z.string().nullable().describe('What is said in it'),
  sourceSha256: z.string().describe('Of the file as it was sent, hexadecimal'),
  sha256: z.string().describe('Of the WAV that is played, hexadecimal'),
  durationMs: z.number().int(),
  createdAt: instant,
  createdBy: z.string(),
  retiredAt: instant.nullable(),
  inForce: z.boolean().describe('It is the one that is played'),
});
const withWarnings = announcement.extend({
  warnings: z
    .array(z.object({ code: z.literal('needs_engine'), reason: z.string() }))
    .describe('Why it could not be played now'),
});

/** What callers and debtors hear without an agent: whole versions, checked when they are sent. */
export function announcementRoutes(api: Api, context: HttpContext): void {
  // in a scope of its own: only here is a body audio
  api.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      WAV_TYPES,
      { parseAs: 'buffer', bodyLimit: FILE_LIMIT_BYTES },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    uploadRoute(scope.withTypeProvider(), context);
    done();
  });
  readRoutes(api, context);
  retireRoute(api, context);
}

function uploadRoute(api: Api, { db }: HttpContext): void {
  api.post(
    '/v1/announcements',
    {
      schema: {
        tags,
        summary: 'Put an announcement in force, as the next version of its kind and language',
        description:
          'The body is a WAV: PCM of 16 bits, 1 or 2 channels, 8, 16, 44.1 or 48 kHz, 0.2 s to 5 ' +
          'minutes, and not silent. It is kept as a telephone carries it: mono, 8 kHz. The file that ' +
          'is in force already, with the same words, changes nothing (200).',
        consumes: WAV_TYPES,
        querystring: z.strictObject({
          kind,
          language: z.enum(ANNOUNCEMENT_LANGUAGES),
          creditorId: id.optional().describe('Left out: of the house'),
          text: z
            .string()
            .regex(/^\S(.{0,998}\S)?$/u, '1 to 1000 characters in one line, no spaces at the ends')
            .optional()
            .describe('What is said in it; safe_message and recording_notice need it'),
        }),
        response: { 200: withWarnings, 201: withWarnings },
      },
    },
    async (request, reply) => {
      const { creditorId = null, text = null, kind: given, language } = request.query;
      if (isSpoken(given) && text === null)
        throw invalid('text', 'is missing', `the words that are said in a ${given}`);
      if (!Buffer.isBuffer(request.body) || request.body.length === 0)
        throw new Problem('unsupported_media_type', `Send the file as ${WAV_TYPES.join(' or ')}.`);
      if (creditorId !== null && (await findCreditor(db, creditorId)) === null)
        throw new Problem('unknown_reference', 'creditorId names no creditor.', {
          field: 'creditorId',
        });
      const wav = await playable(request.body);
      const { announcement: kept, isNew } = await db.transaction(async (tx) => {
        const added = await addAnnouncement(tx, {
          ...{ creditorId, kind: given, language, text, ...wav, createdBy: actorOf(request) },
        });
        if (added.isNew)
          await recordChange(tx, request, {
            ...{ creditorId, action: 'announcement.added', subject: 'announcement' },
            ...{ subjectId: added.announcement.id, before: null, after: added.announcement },
          });
        return added;
      });
      return reply
        .code(isNew ? 201 : 200)
        .send({ ...kept, warnings: warnings(await listMediaEngines(db)) });
    },
  );
}

const invalid = (field: string, reason: string, accepted: string): Problem =>
  new Problem('invalid_request', `${field}: ${reason}.`, { errors: [{ field, reason, accepted }] });

interface Playable {
  readonly audio: Uint8Array;
  readonly durationMs: number;
  readonly sha256: Buffer;
  readonly sourceSha256: Buffer;
}

/** @throws Problem when it is no WAV that can be played. */
async function playable(file: Buffer): Promise<Playable> {
  const wav = readWav(file);
  if ('reason' in wav) throw invalid('body', wav.reason, wav.accepted);
  const samples = await converted(wav);
  if (!samples.some((sample) => Math.abs(sample) >= SILENT_BELOW))
    throw invalid('body', 'nothing can be heard in it', 'audio that is not silent throughout');
  const audio = monoWav(samples);
  return {
    audio,
    durationMs: Math.round((samples.length * 1_000) / TELEPHONE_RATE),
    sha256: sha256(audio),
    sourceSha256: sha256(file),
  };
}

/** Calls may be carried by the same process: it is left to them after each second of audio. */
async function converted(wav: WavAudio): Promise<Int16Array> {
  const slices: Int16Array[] = [];
  for (const slice of telephoneAudio(wav)) {
    slices.push(slice);
    await setImmediate();
  }
  const samples = new Int16Array(slices.reduce((sum, { length }) => sum + length, 0));
  slices.forEach((slice, i) => {
    samples.set(slice, i * TELEPHONE_RATE);
  });
  return samples;
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Audio that flows directly between softphone and carrier leaves nobody who could play anything. */
function warnings(
  engines: readonly { readonly processes: number }[],
): z.output<typeof withWarnings>['warnings'] {
  if (engines.some(({ processes }) => processes > 0)) return [];
  const reason = 'No sip process that lives is configured with a media engine (SANTUN_RTPENGINES).';
  return [{ code: 'needs_engine', reason }];
}

function readRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/announcements',
    {
      schema: {
        tags,
        summary: 'List announcements, all versions',
        querystring: pageQuery.extend({
          creditorId: id.or(z.literal('house')).optional().describe('house: those of the house'),
          kind: kind.optional(),
        }),
        response: { 200: pageOf(announcement) },
      },
    },
    async (request) => {
      const { creditorId: owner = null, kind: only = null } = request.query;
      const page = pageRequest(request.query);
      return pageAnswer(await listAnnouncements(db, { owner, kind: only }, page), view);
    },
  );

  api.get(
    '/v1/announcements/:id',
    {
      schema: { tags, summary: 'One version', params: idParams, response: { 200: announcement } },
    },
    async (request) => found(await findAnnouncement(db, request.params.id), 'announcement'),
  );

  api.get(
    '/v1/announcements/:id/audio',
    {
      schema: {
        tags,
        summary: 'The WAV that is played',
        params: idParams,
        response: { 200: z.string().describe('audio/wav') },
      },
      // bytes, not JSON
      serializerCompiler: () => (bytes: unknown) => bytes as string,
    },
    async (request, reply) => {
      const audio = found(await readAnnouncementAudio(db, request.params.id), 'announcement');
      return reply.type('audio/wav').send(audio as never);
    },
  );
}

const view = (row: Announcement): z.output<typeof announcement> => row;

function retireRoute(api: Api, { db }: HttpContext): void {
  api.delete(
    '/v1/announcements/:id',
    {
      schema: {
        tags,
        summary: 'Take a version out of force; the one before it is played then',
        description:
          'Not while a running campaign plays it: send its next version instead. What was played is ' +
          'kept, so that it can be heard what a debtor was told.',
        params: idParams,
        response: { 200: announcement },
      },
    },
    (request) =>
      db.transaction(async (tx) => {
        const before = found(await findAnnouncement(tx, request.params.id), 'announcement');
        const playing = await countCampaignsThatPlay(tx, before);
        if (playing > 0)
          throw new Problem('in_use', `${playing} running campaigns play it.`, {
            accepted: 'its next version in its place, or the campaigns paused',
          });
        const retired = await retireAnnouncement(tx, before.id, actorOf(request));
        if (retired === null) return before;
        await recordChange(tx, request, {
          ...{ creditorId: before.creditorId, action: 'announcement.retired' },
          ...{ subject: 'announcement', subjectId: before.id, before, after: retired },
        });
        return retired;
      }),
  );
}
