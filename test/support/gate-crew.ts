import { claimForDialing, lookAtLease, type Gate } from '../../dialer/gate';
import { reserveNext } from '../../dialer/reserve';
import { recordEnded } from '../../src/db/calls';
import type { AttemptResult } from '../../src/domain/attempt-result';

/** How a call may end without a talk; `expired` before the claim, the rest after it. */
const ENDS: readonly AttemptResult[] = ['busy', 'no_answer', 'rejected', 'unreachable', 'unknown'];

export interface CrewOptions {
  readonly gate: Gate;
  readonly campaignIds: readonly string[];
  readonly sipInstanceId: string;
  /** 0 to 1, anew each time. */
  readonly draw: () => number;
  readonly stopped: () => boolean;
}

/** One worker: reserves, looks, claims, and ends what it claimed, as scheduler and sip role do. */
export async function workAtGate(options: CrewOptions): Promise<void> {
  while (!options.stopped()) {
    // a connection that was killed under it: what it had begun is undone, and it goes on
    await oneCall(options).catch(() => pause(20));
  }
}

async function oneCall({ gate, campaignIds, sipInstanceId, draw }: CrewOptions): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]!;
  const reserved = await reserveNext(gate, pick(campaignIds));
  if (reserved.kind !== 'reserved') {
    await pause(60);
    return;
  }
  const { attemptId } = reserved;
  const actor = 'crew';
  if (draw() < 0.1) {
    await recordEnded(gate.db, { attemptId, actor, result: 'expired', cause: 'agent_lost' });
    return;
  }
  if ((await lookAtLease(gate, { attemptId, sipInstanceId })).verdict === 'deny') return;
  if ((await claimForDialing(gate, { attemptId, sipInstanceId })).verdict === 'deny') return;
  await recordEnded(gate.db, { attemptId, actor, result: pick(ENDS), cause: 'test' });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
