import { setTimeout as delay } from 'node:timers/promises';
import type { CampaignState } from '../../domain/campaign-state';
import type { ApiClient } from './api-client';
import type { FloorState } from './floor-state';

export interface CampaignRun {
  readonly admin: ApiClient;
  readonly campaignId: string;
  /** How long it dials, s. */
  readonly limitSeconds: number;
  /** Resolves when somebody wants it to end sooner. */
  readonly asked: Promise<unknown>;
  readonly floor: () => FloorState;
  readonly onPhase: (phase: string) => void;
}

const LOOK_MS = 500;
/** No call under way for so long: ask whether there is anything left to dial. */
const IDLE_MS = 10_000;
/** Ring, talk, and a margin: by then every call of a finished campaign has ended by itself. */
const DRAIN_LIMIT_MS = 45_000;

/** Starts the campaign, lets it dial, finishes it. @returns seconds until its last call had ended. */
export async function runCampaign(run: CampaignRun): Promise<number> {
  const { admin, campaignId } = run;
  await admin.post(`/v1/campaigns/${campaignId}/start`);
  const startedAtMs = Date.now();
  run.onPhase('dialing');
  const over = new AbortController();
  await Promise.race([
    run.asked,
    delay(run.limitSeconds * 1_000, undefined, { signal: over.signal }).catch(() => undefined),
    nothingLeft(run, over.signal),
  ]);
  over.abort();
  run.onPhase('draining');
  await admin.post(`/v1/campaigns/${campaignId}/finish`);
  await drained(admin, campaignId);
  return (Date.now() - startedAtMs) / 1_000;
}

/** Resolves when no call is under way and the rules or the accounts leave none to make. */
async function nothingLeft(run: CampaignRun, signal: AbortSignal): Promise<void> {
  let idleSinceMs = Date.now();
  let attempts = 0;
  while (!signal.aborted) {
    await delay(LOOK_MS);
    const floor = run.floor();
    if (floor.openAttempts.size > 0 || floor.attempts > attempts) idleSinceMs = Date.now();
    attempts = floor.attempts;
    if (Date.now() - idleSinceMs < IDLE_MS) continue;
    idleSinceMs = Date.now();
    const why = await run.admin.get<{ accounts: { selectable: number } }>(
      `/v1/campaigns/${run.campaignId}/why`,
    );
    if (why.accounts.selectable === 0) return;
  }
}

async function drained(admin: ApiClient, campaignId: string): Promise<void> {
  const deadline = Date.now() + DRAIN_LIMIT_MS;
  for (;;) {
    const { state } = await admin.get<{ state: CampaignState }>(`/v1/campaigns/${campaignId}`);
    // what is left then is counted in the summary
    if (state === 'done' || Date.now() > deadline) return;
    await delay(LOOK_MS);
  }
}
