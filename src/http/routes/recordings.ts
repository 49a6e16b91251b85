import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { recordAudit } from '../../db/audit';
import { orderErasure, type EraseMark } from '../../db/recording-erasure';
import {
  findRecording,
  listRecordings,
  recordingKey,
  RECORDING_STATES,
  type RecordingRow,
} from '../../db/read/recordings';
import { OUTCOME_CODES } from '../../domain/outcome-code';
import { audioName } from '../../recording/audio-store';
import { openDataKey } from '../../recording/data-keys';
import { readAudio } from '../../recording/read-audio';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { readByteRange } from '../byte-range';
import { pageAnswer, pageOf, pageQuery, pageRequest } from '../paging';
import { found, Problem } from '../problem';
import { givenInstant, id, idParams, instant, markPhrase, reasonText } from '../schemas';

const tags = ['recordings'];
const ms = z.number().int();

const recording = z.object({
  id,
  attemptId: id,
  callId: id,
  creditorId: id,
  debtorId: id.nullable().describe('Null: nobody knows yet who called'),
  accountId: id.nullable(),
  agentId: id,
  state: z.enum(RECORDING_STATES).describe('ready: it can be played'),
  startedAt: instant.nullable(),
  durationMs: ms.nullable(),
  bytes: z.number().int().nullable().describe('Of the WAV'),
  sha256: z.string().nullable().describe('Of the WAV, hexadecimal'),
  channels: z.number().int().nullable().describe('2: the agent left, the customer right'),
  segments: z.array(
    z.object({
      seq: z.number().int(),
      offsetMs: ms,
      durationMs: ms,
      endCause: z.string().nullable(),
      pauseReason: z.string().nullable(),
    }),
  ),
  gaps: z.array(
    z.object({
      offsetMs: ms,
      durationMs: ms,
      cause: z.string(),
      reason: z.string().nullable(),
      flagged: z.boolean().describe('Nobody asked for it, and it is longer than 2 s'),
    }),
  ),
  marks: z
    .array(z.object({ offsetMs: ms, phrase: z.string() }))
    .readonly()
    .describe('What the agent marked in the talk'),
  talkBalance: z
    .object({
      agentSpeechMs: ms,
      customerSpeechMs: ms,
      bothMs: ms,
      agentInterruptions: z.number().int(),
      openingAgentPercent: z
        .number()
        .int()
        .nullable()
        .describe('The agent’s part of all speech in the first two minutes; to listen, 55 at most'),
    })
    .nullable()
    .describe('Who spoke how long, by loudness; null: it is not ready, or was stored before'),
  failure: z.string().nullable(),
  retainUntil: instant
    .nullable()
    .describe('As the creditor wants it now; a legal hold outlasts it'),
  legalHold: z.boolean(),
  erasedAt: instant.nullable(),
  eraseReason: z.string().nullable().describe('Why it was, or is being, erased'),
  createdAt: instant,
});

/** Recordings of talks: found by whom and when, played in parts, every playback kept in the audit. */
export function recordingRoutes(api: Api, context: HttpContext): void {
  const { db } = context;

  api.get(
    '/v1/recordings',
    {
      schema: {
        tags,
        summary: 'List recordings',
        querystring: pageQuery.extend({
          debtorId: id.optional(),
          agentId: id.optional(),
          attemptId: id.optional(),
          outcome: z.enum(OUTCOME_CODES).optional().describe('Recorded of the talk'),
          mark: markPhrase.optional().describe('The agent marked it in the talk'),
          from: givenInstant.optional().describe('Begun from then on'),
          to: givenInstant.optional().describe('Begun before'),
        }),
        response: { 200: pageOf(recording) },
      },
    },
    async (request) => {
      const { debtorId = null, agentId = null, attemptId = null } = request.query;
      const { from = null, to = null, outcome = null, mark = null } = request.query;
      const filter = { debtorId, agentId, attemptId, from, to, outcome, mark };
      return pageAnswer(await listRecordings(db, filter, pageRequest(request.query)), view);
    },
  );

  api.get(
    '/v1/recordings/:id',
    { schema: { tags, summary: 'One recording', params: idParams, response: { 200: recording } } },
    async (request) => view(found(await findRecording(db, request.params.id), 'recording')),
  );

  api.get(
    '/v1/recordings/:id/audio',
    {
      schema: {
        tags,
        summary: 'The WAV, or a range of its bytes; each request is kept in the audit',
        params: idParams,
        headers: z.looseObject({ range: z.string().optional().describe('bytes=0-65535') }),
        response: { 200: z.string().describe('audio/wav'), 206: z.string().describe('audio/wav') },
      },
    },
    async (request, reply) => {
      const { status, stream } = await play(context, request.params.id, request, (headers) => {
        void reply.headers(headers);
      });
      return reply.code(status).send(stream as never);
    },
  );

  eraseRoute(api, context);
}

function eraseRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/recordings/:id/erase',
    {
      schema: {
        tags,
        summary: 'Erase the audio for good, for a reason; what it was and its SHA-256 stay',
        description:
          'Nobody plays it from then on; the store lets go of it within minutes, told by `recording.erased`. ' +
          'Refused while a legal hold stands over it.',
        params: idParams,
        body: z.strictObject({ reason: reasonText }),
        response: { 202: recording },
      },
    },
    async (request, reply) => {
      const { id: recordingId } = request.params;
      const order = { id: recordingId, reason: request.body.reason, actor: actorOf(request) };
      ordered(await context.db.transaction((tx) => orderErasure(tx, order)));
      const row = found(await findRecording(context.db, recordingId), 'recording');
      return reply.code(202).send(view(row));
    },
  );
}

function ordered(mark: EraseMark): void {
  switch (mark.kind) {
    case 'marked':
    case 'repeated':
      return;
    case 'not_found':
      found(null, 'recording');
      return;
    case 'held':
      throw new Problem('under_legal_hold', 'A legal hold stands over it.', {
        holdId: mark.holdId,
      });
    case 'no_audio':
      throw new Problem('no_audio', `It is ${mark.state}: there is no audio to be erased.`);
  }
}

function view(row: RecordingRow): z.output<typeof recording> {
  return {
    ...row,
    bytes: row.bytes === null ? null : Number(row.bytes),
    segments: [...row.segments],
    gaps: [...row.gaps],
  };
}

async function play(
  { db, secretKey, audioStore }: HttpContext,
  recordingId: string,
  request: FastifyRequest,
  setHeaders: (headers: Record<string, string | number>) => void,
): Promise<{ readonly status: 200 | 206; readonly stream: Readable }> {
  const row = found(await findRecording(db, recordingId), 'recording');
  if (row.eraseReason !== null)
    throw new Problem('erased', `It was erased: ${row.eraseReason}.`, {
      reason: row.eraseReason,
      erasedAt: row.erasedAt?.toISOString() ?? null,
    });
  const key = await recordingKey(db, recordingId);
  if (key === null || audioStore === undefined)
    throw new Problem('no_audio', 'It is not stored yet, or could not be had.');
  const bytes = Number(key.bytes);
  const asked = readByteRange(request.headers.range, bytes);
  setHeaders({ 'accept-ranges': 'bytes' });
  if (asked === 'unsatisfiable') {
    setHeaders({ 'content-range': `bytes */${bytes}` });
    throw new Problem('range_not_satisfiable', `It has ${bytes} bytes.`);
  }
  const range = asked === 'whole' ? { from: 0, to: bytes - 1 } : asked;
  const dataKey = await openDataKey(db, secretKey, { recordingId, ...key });
  const name = audioName(recordingId, key.storedTry);
  const audio = readAudio(audioStore, name, { recordingId, dataKey, bytes }, range);
  // what cannot be read is told as an error, not as an answer that breaks off
  const first = await audio.next();
  await db.transaction((tx) =>
    recordAudit(tx, {
      ...{ creditorId: key.creditorId, actor: actorOf(request), action: 'recording.played' },
      ...{ subject: 'recording', subjectId: recordingId, before: null, after: { ...range } },
      reason: null,
    }),
  );
  const { from, to } = range;
  setHeaders({ 'content-type': 'audio/wav', 'content-length': to - from + 1 });
  if (asked !== 'whole') setHeaders({ 'content-range': `bytes ${from}-${to}/${bytes}` });
  const stream = Readable.from(allOf(first, audio), { objectMode: false });
  return { status: asked === 'whole' ? 200 : 206, stream };
}

async function* allOf(
  first: IteratorResult<Buffer, void>,
  rest: AsyncGenerator<Buffer>,
): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* rest;
}
