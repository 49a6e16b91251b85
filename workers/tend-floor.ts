import { escalateReflections } from '../src/db/conflicts';
import { nudgeConversations } from '../src/db/conversations';
import type { Database } from '../src/db/database';
import { doubtSilentNumbers } from '../src/db/number-evidence';
import { processForgotten } from '../src/db/payment-deliveries';
import { tendCases, type CasesTended } from '../src/db/tend-cases';

export interface FloorTended extends CasesTended {
  /** Agents told that nothing was offered for long. */
  readonly conversationsNudged: number;
  readonly reflectionsEscalated: number;
  /** Deliveries whose process ended before it had done what they tell. */
  readonly paymentsProcessed: number;
  readonly numbersDoubted: number;
}

const CASES_EVERY_MS = 10 * 60_000;
const DOUBT_EVERY_MS = 24 * 3_600_000;
/** Numbers of one turn; while there are more, the next one goes on. */
const DOUBTED_AT_ONCE = 500;

/**
 * One turn of what time asks for on the collections floor. Each part is by itself: one that fails is told
 * of, and neither the others nor the sweep, which ends what has outlived its limit, wait for it.
 *
 * @param deps.nowMs a clock that only goes forward
 */
export function floorTurn(deps: {
  readonly db: Database;
  readonly onError: (error: unknown, part: string) => void;
  readonly nowMs?: () => number;
}): () => Promise<FloorTended> {
  const { db, onError, nowMs = () => performance.now() } = deps;
  let casesAt = -Infinity;
  let doubtedAt = -Infinity;
  const part = async <T>(name: string, nothing: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      onError(error, name);
      return nothing;
    }
  };
  return async () => {
    const conversationsNudged = await part('conversations', 0, () => nudgeConversations(db));
    const reflectionsEscalated = await part('reflections', 0, () => escalateReflections(db));
    const paymentsProcessed = await part('payments', 0, () => processForgotten(db));
    let cases: CasesTended = { casesOverdue: 0, casesToReview: 0 };
    let numbersDoubted = 0;
    if (nowMs() - casesAt >= CASES_EVERY_MS) {
      cases = await part('cases', cases, () => tendCases(db));
      if (nowMs() - doubtedAt >= DOUBT_EVERY_MS) {
        numbersDoubted = await part('numbers', 0, () => doubtSilentNumbers(db, DOUBTED_AT_ONCE));
        if (numbersDoubted < DOUBTED_AT_ONCE) doubtedAt = nowMs();
      }
      casesAt = nowMs();
    }
    return {
      conversationsNudged,
      reflectionsEscalated,
      paymentsProcessed,
      ...cases,
      numbersDoubted,
    };
  };
}
