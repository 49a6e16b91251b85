import { z } from 'zod';
import { findAgent } from '../../db/agents';
import { readAgentTimes } from '../../db/read/time-clock';
import { readShiftsOf } from '../../db/rosters';
import { parseTimeZone } from '../../domain/import-row';
import { localDay } from '../../domain/roster';
import { timeClock, type ClockDay } from '../../domain/time-clock';
import type { Api, HttpContext } from '../api';
import { found, Problem } from '../problem';
import { id, idParams, instant, isoDate } from '../schemas';

const MOST_DAYS = 92;
const DAY_MS = 86_400_000;

const ms = z.number().int();
const clockDay = z.object({
  date: isoDate,
  signedInAt: instant.nullable().describe('First of the day; null: the day before'),
  signedOutAt: instant.nullable().describe('Last of the day; null: not yet, or a day after'),
  signedInMs: ms,
  workedMs: ms.describe('Signed in, neither paused nor lost'),
  connectingMs: ms,
  readyMs: ms,
  previewMs: ms,
  dialingMs: ms,
  talkingMs: ms.describe('Hold included'),
  wrapUpMs: ms,
  pausedMs: ms,
  pausedMsByReason: z.record(z.string(), ms),
  lostMs: ms.describe('Softphone and app were gone'),
  rosteredMs: ms,
  workedInShiftMs: ms.describe('Of workedMs, within shifts'),
});

/** What an agent's days came to, out of what the server saw. */
export function timeClockRoutes(api: Api, { db }: HttpContext): void {
  api.get(
    '/v1/agents/:id/time-clock',
    {
      schema: {
        tags: ['rosters'],
        summary: 'Worked time of an agent by day: ready, talking, wrap-up, paused by reason',
        description:
          'Of a session over midnight each day has its part; what is open counts until now. ' +
          '`format=csv` gives one row a day, in whole seconds (`text/csv`).',
        params: idParams,
        querystring: z.strictObject({
          from: isoDate,
          to: isoDate.describe(`Inclusive; at most ${MOST_DAYS} days in all`),
          zone: z.string().max(64).default('Asia/Jakarta').describe('IANA, or WIB, WITA or WIT'),
          format: z.enum(['json', 'csv']).default('json'),
        }),
        response: {
          200: z.object({ agentId: id, zone: z.string(), days: z.array(clockDay) }),
        },
      },
    },
    async (request, reply) => {
      const { id: agentId } = found(await findAgent(db, request.params.id), 'agent');
      const { format } = request.query;
      const { zone, days } = readDays(request.query);
      const within = { from: days[0]?.from ?? new Date(0), to: days.at(-1)?.to ?? new Date(0) };
      const times = await readAgentTimes(db, agentId, within);
      const shifts = await readShiftsOf(db, [agentId], within);
      const answer = { agentId, zone, days: timeClock({ ...times, days, shifts }) };
      if (format === 'json') return answer;
      return reply.type('text/csv; charset=utf-8').send(csvOf(answer) as never);
    },
  );
}

/** @throws Problem */
function readDays(query: { readonly from: string; readonly to: string; readonly zone: string }): {
  readonly zone: string;
  readonly days: { date: string; from: Date; to: Date }[];
} {
  const refuse = (field: string, reason: string, accepted: string): never => {
    const errors = [{ field, reason, accepted }];
    throw new Problem('invalid_request', 'The days cannot be told.', { in: 'querystring', errors });
  };
  const parsed = parseTimeZone(query.zone);
  if ('problem' in parsed) return refuse('zone', parsed.problem.reason, parsed.problem.accepted);
  const [first, last] = [Date.parse(query.from), Date.parse(query.to)];
  const count = (last - first) / DAY_MS + 1;
  if (count < 1 || count > MOST_DAYS)
    return refuse('to', 'makes no such range', `a day from \`from\` on, ${MOST_DAYS} at most`);
  const days = Array.from({ length: count }, (_, index) => {
    const date = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
    return { date, ...localDay(date, parsed.value) };
  });
  return { zone: parsed.value, days };
}

const PARTS = [
  ...(['signedInMs', 'workedMs', 'connectingMs', 'readyMs', 'previewMs', 'dialingMs'] as const),
  ...(['talkingMs', 'wrapUpMs', 'pausedMs', 'lostMs', 'rosteredMs', 'workedInShiftMs'] as const),
];
/** `signedInMs` -> `signed_in_s` */
const columnOf = (part: string): string =>
  part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/_ms$/, '_s');
const seconds = (value: number): string => String(Math.round(value / 1_000));

function csvOf(of: { agentId: string; zone: string; days: readonly ClockDay[] }): string {
  const head = ['agent_id', 'date', 'zone', 'signed_in_at', 'signed_out_at'];
  const rows = of.days.map((day) => [
    ...[of.agentId, day.date, of.zone],
    ...[day.signedInAt?.toISOString() ?? '', day.signedOutAt?.toISOString() ?? ''],
    ...PARTS.map((part) => seconds(day[part])),
    // reasons are words of a-z, 0-9 and underscore
    Object.entries(day.pausedMsByReason)
      .map(([reason, paused]) => `${reason}=${seconds(paused)}`)
      .join(' '),
  ]);
  const all = [[...head, ...PARTS.map(columnOf), 'paused_s_by_reason'], ...rows];
  return all.map((row) => `${row.join(',')}\r\n`).join('');
}
