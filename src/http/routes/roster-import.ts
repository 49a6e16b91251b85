import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { FileProblem } from '../../../workers/file-problem';
import { readCsvRows } from '../../../workers/file-rows';
import { recordAudit } from '../../db/audit';
import type { Transaction } from '../../db/database';
import { findRosterAgents, lockRosters, readShiftsOf, writeShifts } from '../../db/rosters';
import type { RosterAgent } from '../../db/rosters';
import type { FieldProblem } from '../../domain/field-problem';
import { REPORTED_REJECTIONS, type ImportRejection } from '../../domain/import-report';
import { planRoster, type RosterPlan, type StatedShift } from '../../domain/roster-plan';
import { readRosterRow, ROSTER_COLUMNS, type RosterRow } from '../../domain/roster-row';
import { answerOnce, idempotencyHeaders } from '../answer-once';
import type { Api, HttpContext } from '../api';
import { actorOf } from '../authenticate';
import { Problem } from '../problem';
import { refusedFields, shiftWarning, warningsOf } from './rosters';

const FILE_LIMIT_BYTES = 4 * 1_024 * 1_024;
const MOST_ROWS = 50_000;

const count = z.number().int();
const report = z.object({
  dryRun: z.boolean(),
  newCount: count,
  changedCount: count.describe('At the same times, with another pool, zone or note'),
  unchangedCount: count,
  rejectedCount: count,
  rejections: z
    .array(z.object({ line: count, field: z.string(), reason: z.string(), accepted: z.string() }))
    .describe(`The first ${REPORTED_REJECTIONS}`),
  warningCount: count,
  warnings: z
    .array(shiftWarning)
    .describe(`Of new and changed ones, the first ${REPORTED_REJECTIONS}`),
});

/** Rosters from a file. */
export function rosterImportRoutes(api: Api, context: HttpContext): void {
  // in a scope of its own: only here is a body text
  api.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    const limit = { parseAs: 'string', bodyLimit: FILE_LIMIT_BYTES } as const;
    scope.addContentTypeParser('text/csv', limit, (_request, body, parsed) => {
      parsed(null, body);
    });
    importRoute(scope.withTypeProvider(), context);
    done();
  });
}

function importRoute(api: Api, context: HttpContext): void {
  api.post(
    '/v1/rosters/import',
    {
      schema: {
        tags: ['rosters'],
        summary: 'Import shifts of agents from a file',
        description:
          `The body is the file: CSV with a header (\`text/csv\`), the columns ${ROSTER_COLUMNS.columns.join(', ')}, ` +
          `at most 4 MiB and ${MOST_ROWS} rows. Times are those of the wall clock of \`time_zone\`; a \`to\` at or ` +
          'before `from` is of the next day. A bad row is rejected and stops nothing; one that overlaps another ' +
          'shift of the agent is refused; the same file again changes nothing.',
        consumes: ['text/csv'],
        headers: idempotencyHeaders,
        querystring: z.strictObject({
          dryRun: z
            .stringbool({ truthy: ['true'], falsy: ['false'] })
            .default(false)
            .describe('true: tell what an import would do, and change nothing'),
        }),
        response: { 201: report },
      },
    },
    (request, reply) =>
      answerOnce(context, request, reply, async (tx) => {
        if (typeof request.body !== 'string')
          throw new Problem('unsupported_media_type', 'Send the file as text/csv.');
        const read = await readFile(request.body);
        const { dryRun } = request.query;
        const imported = await importRoster(tx, read, dryRun, actorOf(request));
        const warnings = await warningsOf(context, tx, imported.stated);
        const warned = {
          warningCount: warnings.length,
          warnings: warnings.slice(0, REPORTED_REJECTIONS),
        };
        return { status: 201, body: { ...imported.report, ...warned } };
      }),
  );
}

interface ReadFile {
  readonly rows: readonly (RosterRow & { readonly line: number })[];
  readonly rejections: ImportRejection[];
  readonly rejectedCount: number;
  readonly sha256: string;
}

/** @throws Problem when the file cannot be read to its end. */
async function readFile(text: string): Promise<ReadFile> {
  const rows: (RosterRow & { line: number })[] = [];
  const rejections: ImportRejection[] = [];
  let rejectedCount = 0;
  const reject = (line: number, problems: readonly FieldProblem[]): void => {
    rejectedCount += 1;
    rejections.push(...problems.map((problem) => ({ line, ...problem })));
  };
  try {
    for await (const each of readCsvRows(Readable.from([Buffer.from(text)]), ROSTER_COLUMNS)) {
      if (rows.length + rejectedCount >= MOST_ROWS)
        throw new FileProblem(`the file has more than ${MOST_ROWS} rows`, 'several files');
      const read = 'raw' in each ? readRosterRow(each.raw) : { problems: [each.problem] };
      if ('row' in read) rows.push({ ...read.row, line: each.line });
      else reject(each.line, read.problems);
    }
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    const [reason = '', accepted = ''] = error.message.split('. Accepted: ');
    throw refusedFields([{ field: 'file', reason, accepted }]);
  }
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { rows, rejections, rejectedCount, sha256 };
}

type LineShift = StatedShift & { readonly line: number };

async function importRoster(
  tx: Transaction,
  file: ReadFile,
  dryRun: boolean,
  actor: string,
): Promise<{
  readonly report: Omit<z.output<typeof report>, 'warningCount' | 'warnings'>;
  /** What is new or changed. */
  readonly stated: readonly StatedShift[];
}> {
  const agents = new Map<string, RosterAgent>();
  for (const agent of await findRosterAgents(tx, [...new Set(file.rows.map((row) => row.agent))])) {
    agents.set(agent.id, agent).set(agent.sipUsername, agent);
  }
  const rejections = [...file.rejections];
  const shifts: LineShift[] = [];
  for (const row of file.rows) {
    const named = shiftOf(row, agents.get(row.agent));
    if ('problem' in named) rejections.push({ line: row.line, ...named.problem });
    else shifts.push({ ...named.shift, line: row.line });
  }
  const plan = await planWith(tx, shifts);
  const overlapping = plan.refused.map(({ shift, problem }) => ({ line: shift.line, ...problem }));
  const counts = {
    ...{ newCount: plan.added.length, changedCount: plan.changed.length },
    unchangedCount: plan.unchanged.length,
    rejectedCount: file.rejectedCount + (file.rows.length - shifts.length) + plan.refused.length,
  };
  if (!dryRun && counts.newCount + counts.changedCount > 0) {
    await writeShifts(tx, plan, actor);
    await recordAudit(tx, {
      ...{ creditorId: null, actor, action: 'roster.imported', subject: 'roster' },
      ...{ subjectId: file.sha256, before: null, after: counts, reason: null },
    });
  }
  const all = [...rejections, ...overlapping].sort((a, b) => a.line - b.line);
  return {
    report: { dryRun, ...counts, rejections: all.slice(0, REPORTED_REJECTIONS) },
    stated: [...plan.added, ...plan.changed.map(({ to }) => to)],
  };
}

async function planWith(
  tx: Transaction,
  shifts: readonly LineShift[],
): Promise<RosterPlan<LineShift>> {
  if (shifts.length === 0) return planRoster([], shifts);
  const agentIds = [...new Set(shifts.map(({ agentId }) => agentId))];
  await lockRosters(tx, agentIds);
  const within = {
    from: new Date(Math.min(...shifts.map(({ from }) => from.getTime()))),
    to: new Date(Math.max(...shifts.map(({ to }) => to.getTime()))),
  };
  return planRoster(await readShiftsOf(tx, agentIds, within), shifts);
}

/** Whose shift it is, and of which pool. */
function shiftOf(
  row: RosterRow,
  agent: RosterAgent | undefined,
): { readonly shift: StatedShift } | { readonly problem: FieldProblem } {
  const { from, to, timeZone, note } = row;
  if (agent === undefined) {
    const accepted = 'the SIP user name, or id, of one';
    return { problem: { field: 'agent', reason: 'names no active agent', accepted } };
  }
  const pool = agent.pools.find(({ name }) => name === row.pool);
  if (row.pool !== null && pool === undefined) {
    const names = agent.pools.map(({ name }) => name).join(', ');
    const accepted =
      names === '' ? 'nothing: the agent is in no pool' : `one of ${names}, or nothing`;
    return { problem: { field: 'pool', reason: 'names no pool of the agent', accepted } };
  }
  return { shift: { agentId: agent.id, poolId: pool?.id ?? null, from, to, timeZone, note } };
}
