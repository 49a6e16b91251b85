import { InvalidArgumentError, type Command } from 'commander';
import { checkDocument } from '../../../../dialer/campaign-documents';
import { NoCallsThatDay, paceCampaign, type Pace } from '../../../../dialer/pace-campaign';
import type { FloorChange } from '../../../../dialer/pacing/replay-floor';
import { findCampaign, findCampaignByName } from '../../../db/campaigns';
import type { Queryable } from '../../../db/database';
import { DEFAULT_RING_TIMEOUT_MS, WRAP_UP_LIMIT_MS } from '../../../domain/campaign-settings';
import { readGivenText } from '../given-file';
import { InputError } from '../input-error';
import { dayOption } from '../period';
import { print, say } from '../say';
import { tableLines } from '../table';
import { withPreparedDatabase } from '../with-database';
import { withDocument } from './document-file';

interface Options {
  readonly day: string;
  readonly agents?: number;
  readonly calls?: number;
  readonly ringSeconds?: number;
  readonly wrapUpSeconds?: number;
  readonly previewSeconds?: number;
  readonly json: boolean;
}

export function register(campaign: Command): void {
  campaign
    .command('pace')
    .description('replay a past day with other settings: idle time, calls an hour, waiting')
    .argument('<campaign>', 'its document, whose ring time and wrap-up are tried, or its id')
    .requiredOption('--day <date>', 'a past date, on the clock of Jakarta', dayOption)
    .option('--agents <n>', "that many, in the hours of that day's agents", whole)
    .option('--calls <n>', 'that many; more than there were are drawn from those', whole)
    .option('--ring-seconds <n>', 'longest ringing', whole)
    .option('--wrap-up-seconds <n>', 'longest wrap-up', whole)
    .option('--preview-seconds <n>', 'preview: so long a look at each account first', whole)
    .option('--json', 'one JSON object', false)
    .action(pace);
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 50_000) return value;
  throw new InvalidArgumentError('a whole number from 1 to 50000.');
}

async function pace(named: string, options: Options): Promise<void> {
  await withPreparedDatabase(async (db) => {
    const { id, settings } = await campaignOf(db, named);
    try {
      const paced = await paceCampaign(db, id, options.day, { ...settings, ...chosen(options) });
      if (options.json) print(JSON.stringify(paced, null, 2));
      else for (const line of paceLines(paced)) print(line);
      say(
        'One agent for each call, ready before it rings: no call is abandoned. Rings and wrap-ups ' +
          'that were cut off that day do not grow: what would have followed is not known.',
      );
    } catch (error) {
      if (!(error instanceof NoCallsThatDay)) throw error;
      throw new InputError(`--day ${error.day}: no calls on that day; accepted: ${error.accepted}`);
    }
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The campaign, and what its document would change. @throws InputError */
async function campaignOf(
  db: Queryable,
  named: string,
): Promise<{ readonly id: string; readonly settings: FloorChange }> {
  if (UUID.test(named)) {
    if ((await findCampaign(db, named)) === null) throw new InputError(`no campaign ${named}`);
    return { id: named, settings: {} };
  }
  const text = readGivenText(named);
  const { parts, creditor } = await withDocument(named, () => checkDocument(db, { text }));
  const standing = await findCampaignByName(db, creditor.id, parts.name);
  if (standing === null) {
    throw new InputError(
      `${named}: no campaign "${parts.name}" of ${creditor.code} has called yet`,
    );
  }
  const { ringTimeoutMs, wrapUpLimitMs } = parts.settings;
  return {
    id: standing.id,
    settings: {
      ringTimeoutMs: ringTimeoutMs ?? DEFAULT_RING_TIMEOUT_MS,
      wrapUpLimitMs: wrapUpLimitMs ?? WRAP_UP_LIMIT_MS.usual,
    },
  };
}

function chosen(options: Options): FloorChange {
  const { agents, calls, ringSeconds, wrapUpSeconds, previewSeconds } = options;
  const ms = (seconds: number): number => seconds * 1_000;
  return {
    ...(agents === undefined ? {} : { agents }),
    ...(calls === undefined ? {} : { calls }),
    ...(ringSeconds === undefined ? {} : { ringTimeoutMs: ms(ringSeconds) }),
    ...(wrapUpSeconds === undefined ? {} : { wrapUpLimitMs: ms(wrapUpSeconds) }),
    ...(previewSeconds === undefined ? {} : { previewMs: ms(previewSeconds) }),
  };
}

function paceLines({ day, recorded, replayed }: Pace): string[] {
  const row = (what: string, of: (figures: Pace['recorded']) => string): string[] => [
    what,
    of(recorded),
    of(replayed),
  ];
  return tableLines([
    [day, 'AS IT WAS', 'REPLAYED'],
    row('agents', ({ agents }) => String(agents)),
    row('staffed hours', ({ staffedHours }) => staffedHours.toFixed(1)),
    row('idle', ({ idlePercent }) => `${idlePercent.toFixed(1)} %`),
    row('calls', ({ calls }) => String(calls)),
    row('answered', ({ answered }) => String(answered)),
    row('calls an hour', ({ callsPerHour }) => callsPerHour.toFixed(1)),
    row('calls an agent hour', ({ callsPerAgentHour }) => callsPerAgentHour.toFixed(1)),
    row('account waits', ({ accountWaitMeanSeconds }) => `${accountWaitMeanSeconds.toFixed(0)} s`),
    row('agent waits', ({ agentWaitMeanSeconds }) => `${agentWaitMeanSeconds.toFixed(0)} s`),
    row('left over', ({ leftOver }) => String(leftOver)),
    row('abandoned', ({ abandonedPercent }) => `${abandonedPercent.toFixed(1)} %`),
  ]);
}
