import { TransitionError } from './transition-error';

/**
 *     draft <-> ready -> running -> pausing -> paused -> running
 *                 |         |          |         |
 *                 |         +----------+----> draining -> done -> archived
 *                 +------------------------------+-------> done
 *
 * - `pausing`, `draining`: no new attempt; calls in flight end by themselves. The scheduler moves
 *   to `paused` / `done` when the last has ended (`system`), and from `running` to `draining`
 *   never by itself.
 * - `archived`: out of sight, with all that it did; a draft or a ready one may go there too.
 */
export const CAMPAIGN_STATES = [
  'draft',
  'ready',
  'running',
  'pausing',
  'paused',
  'draining',
  'done',
  'archived',
] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What a person can ask for. */
export const CAMPAIGN_COMMANDS = [
  'validate',
  'edit',
  'start',
  'pause',
  'finish',
  'archive',
] as const;
export type CampaignCommand = (typeof CAMPAIGN_COMMANDS)[number];

const COMMANDS: Record<CampaignState, Partial<Record<CampaignCommand, CampaignState>>> = {
  draft: { validate: 'ready', edit: 'draft', archive: 'archived' },
  ready: { start: 'running', edit: 'draft', finish: 'done', archive: 'archived' },
  running: { pause: 'pausing', finish: 'draining', edit: 'running' },
  pausing: { start: 'running', finish: 'draining', edit: 'pausing' },
  paused: { start: 'running', edit: 'paused', finish: 'done' },
  draining: {},
  done: { archive: 'archived' },
  archived: {},
};

/** @throws TransitionError naming the commands that would be allowed. */
export function commandCampaign(from: CampaignState, command: CampaignCommand): CampaignState {
  const to = COMMANDS[from][command];
  if (to === undefined) {
    throw new TransitionError('campaign', from, command, Object.keys(COMMANDS[from]));
  }
  return to;
}

/** Where a campaign without calls in flight goes by itself; null: it stays. */
export function settledCampaign(state: CampaignState): CampaignState | null {
  if (state === 'pausing') return 'paused';
  if (state === 'draining') return 'done';
  return null;
}
