import { keepDenials } from '../../dialer/deny';
import { claimForDialing, lookAtLease, type Gate } from '../../dialer/gate';
import { reserveManual, reserveNext, type ManualResult } from '../../dialer/reserve';
import { showNext } from '../../dialer/show-next';
import { lockAgentSession, releaseAgent } from '../../src/db/agent-sessions';
import { recordEnded } from '../../src/db/calls';
import { endPreview, freeForCall, lockShown, noteCalled } from '../../src/db/previews';
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

/** One worker: reserves, looks, claims, and ends what it claimed, as scheduler, desk and sip role do. */
export async function workAtGate(options: CrewOptions): Promise<void> {
  while (!options.stopped()) {
    // a connection that was killed under it: what it had begun is undone, and it goes on
    await oneCall(options).catch(() => pause(20));
  }
}

async function oneCall({ gate, campaignIds, sipInstanceId, draw }: CrewOptions): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)]!;
  // by hand alone nothing has to become ready first: it would use up what may be called
  const ask = draw() < 0.05 ? askByHand : pick([reserveNext, askShown]);
  const attemptId = await ask(gate, pick(campaignIds)).then(reservedId);
  if (attemptId === null) {
    await pause(60);
    return;
  }
  const actor = 'crew';
  if (draw() < 0.1) {
    await recordEnded(gate.db, { attemptId, actor, result: 'expired', cause: 'agent_lost' });
    return;
  }
  if ((await lookAtLease(gate, { attemptId, sipInstanceId })).verdict === 'deny') return;
  if ((await claimForDialing(gate, { attemptId, sipInstanceId })).verdict === 'deny') return;
  await recordEnded(gate.db, { attemptId, actor, result: pick(ENDS), cause: 'test' });
}

const reservedId = (result: object): string | null =>
  'attemptId' in result && typeof result.attemptId === 'string' ? result.attemptId : null;

/** A ready agent asks to call an account of the campaign, as POST /v1/me/calls does. */
async function askByHand(gate: Gate, campaignId: string): Promise<object> {
  const { rows } = await gate.db.query<{ accountId: string; sessionId: string }>(
    `select a.id as "accountId", s.id as "sessionId"
     from campaign c join account a on a.creditor_id = c.creditor_id, agent_session s
     where c.id = $1 and s.state = 'ready' and a.next_attempt_at <= now() order by random() limit 1`,
    [campaignId],
  );
  const [wish] = rows;
  if (wish === undefined) return { kind: 'nobody' };
  const result = await gate.db.transaction((tx) =>
    reserveManual(gate, tx, {
      ...wish,
      ...{ campaignId, phoneId: null, purpose: 'collect', actor: 'crew' },
    }),
  );
  await keep(gate, result);
  return result;
}

async function keep(gate: Gate, result: ManualResult): Promise<void> {
  if (result.kind !== 'denied') return;
  await gate.db.transaction((tx) => keepDenials(gate, tx, result.denials));
}

/** An account is shown to an agent, who calls it, as POST /v1/me/preview/call does. */
async function askShown(gate: Gate, campaignId: string): Promise<object> {
  const shown = await showNext(gate, campaignId);
  if (shown.kind !== 'shown') return shown;
  const { rows } = await gate.db.query<{ sessionId: string }>(
    'select session_id as "sessionId" from preview where id = $1',
    [shown.previewId],
  );
  const { sessionId } = rows[0]!;
  const result = await gate.db.transaction(async (tx) => {
    const session = await lockAgentSession(tx, sessionId);
    const preview = await lockShown(tx, sessionId);
    if (session === null || preview === null) return { kind: 'not_ready' } as const;
    await freeForCall(tx, preview);
    const { accountId, choice } = preview;
    const called = await reserveManual(gate, tx, {
      ...{ accountId, campaignId, choice, sessionId, phoneId: null },
      ...{ purpose: 'collect', mode: 'preview', actor: 'crew' },
    });
    if (called.kind === 'reserved') await noteCalled(tx, preview, called.attemptId);
    else {
      await endPreview(tx, preview, { to: 'withdrawn', reason: called.kind });
      await releaseAgent(tx, session, 'preview_withdrawn', 'crew');
    }
    return called;
  });
  await keep(gate, result);
  return result;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
