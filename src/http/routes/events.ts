import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../db/api-keys';
import type { StoredEvent } from '../../db/read/events';
import { formatCursor, parseCursor, type EventCursor } from '../../events/event-cursor';
import type { Api, HttpContext } from '../api';
import { callerOf } from '../authenticate';
import { Problem } from '../problem';

const HEARTBEAT_MS = 15_000;
/** How soon a client should come back after the stream broke, ms. */
const RETRY_MS = 1_000;

/** The live stream: server-sent events (WHATWG HTML, 9.2) with resume. */
export function eventRoutes(api: Api, context: HttpContext): void {
  const streams = new Set<AbortController>();

  api.get(
    '/v1/events',
    {
      schema: {
        tags: ['events'],
        summary: 'Live events (text/event-stream)',
        description:
          'Each event has an `id`; send the last one as `Last-Event-ID` to go on from there, ' +
          'without gap or repeat. An agent gets its own events, a key bound to creditors those of its creditors. A comment comes every 15 seconds. ' +
          'A client that reads too slowly is cut off and can resume.',
        headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
        produces: ['text/event-stream'],
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const after = resumePlace(request);
      const ending = new AbortController();
      streams.add(ending);
      reply.hijack();
      try {
        await stream(context, request, reply.raw, { after, ending });
      } catch (error) {
        request.log.warn({ err: error, requestId: request.id }, 'a live stream broke');
      } finally {
        streams.delete(ending);
        // not end(): what a slow client has not read would be waited for
        reply.raw.destroy();
      }
    },
  );

  // a stream never ends by itself: without this the server would wait for it
  api.addHook('preClose', async () => {
    for (const ending of streams) ending.abort();
    await context.live.close();
  });
}

/** @throws Problem when the header names no place of the stream. */
function resumePlace(request: FastifyRequest): EventCursor | null {
  const text = request.headers['last-event-id'];
  if (typeof text !== 'string' || text === '') return null;
  const cursor = parseCursor(text);
  if (cursor === null) {
    throw new Problem('invalid_cursor', 'Send the id of an event of this stream, or no header.');
  }
  return cursor;
}

async function stream(
  context: HttpContext,
  request: FastifyRequest,
  raw: ServerResponse,
  { after, ending }: { after: EventCursor | null; ending: AbortController },
): Promise<void> {
  const caller = callerOf(request);
  const { signal } = ending;
  const end = (): void => {
    ending.abort();
  };
  raw.on('close', end);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // a proxy that buffers would hold events back
    'x-accel-buffering': 'no',
    'x-request-id': request.id,
  });
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => {
    raw.write(':\n\n');
  }, context.heartbeatMs ?? HEARTBEAT_MS);
  try {
    const accept = (event: StoredEvent): boolean => mayConcern(caller, event);
    for await (const event of context.live.stream({ after, accept, signal, onOverflow: end })) {
      if (endsKey(caller, event)) return;
      if (!mayRead(caller, event)) continue;
      // waits for a slow reader; its queue fills meanwhile, and overflows
      if (!raw.write(render(seenBy(caller, event)))) await once(raw, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
    raw.off('close', end);
  }
}

function mayConcern(caller: Caller, event: StoredEvent): boolean {
  return mayRead(caller, event) || endsKey(caller, event);
}

/** An agent: its own events. A bound key: its creditors'. Keys: admins alone. */
function mayRead(caller: Caller, event: StoredEvent): boolean {
  if (caller.role === 'agent') return event.agentId === caller.agentId;
  if (caller.creditorIds !== null) {
    return event.creditorId !== null && caller.creditorIds.includes(event.creditorId);
  }
  return event.type !== 'api_key.revoked' || caller.role === 'admin';
}

/** Of an event about a talk in identity mode, what its agent gets: that something came, and nothing of the debt. */
const SAID_IN_IDENTITY_MODE = ['identityMode', 'attemptId', 'accountId', 'paymentId'];

function seenBy(caller: Caller, event: StoredEvent): StoredEvent {
  const { payload } = event;
  if (caller.role !== 'agent' || payload.identityMode !== true) return event;
  const said = Object.entries(payload).filter(([key]) => SAID_IN_IDENTITY_MODE.includes(key));
  return { ...event, payload: Object.fromEntries(said) };
}

function endsKey(caller: Caller, event: StoredEvent): boolean {
  return event.type === 'api_key.revoked' && event.payload.apiKeyId === caller.keyId;
}

function render(event: StoredEvent): string {
  const data = JSON.stringify({
    type: event.type,
    at: event.at,
    creditorId: event.creditorId,
    campaignId: event.campaignId,
    agentId: event.agentId,
    ...event.payload,
  });
  return `id: ${formatCursor(event)}\nevent: ${event.type}\ndata: ${data}\n\n`;
}
