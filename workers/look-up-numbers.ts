import type { Database } from '../src/db/database';
import { appendEvent } from '../src/db/events';
import {
  claimNumbers,
  findNumbersToAsk,
  isUnbelievable,
  listReadyLookUps,
  recordNoAnswer,
  recordNumberAnswer,
  releaseOldAnswers,
  takeBackInvalid,
  type NumberToAsk,
  type Questions,
} from '../src/db/number-answers';
import { LOOK_UP_SECRET, noteLookUpHealth } from '../src/db/number-look-ups';
import { newId } from '../src/db/new-id';
import { unseal } from '../src/db/sealed-secret';
import { parseNumberAnswer, type NumberAnswer } from '../src/domain/number-answer';
import type { Posted, PostSafely } from '../src/outbound/post-safely';
import { isSignedBy, signatureHeaders } from '../src/outbound/sign-delivery';

const SECOND_MS = 1_000;
/** Of a number, and of a look-up from which nothing useful comes; doubled each time. */
const RETRY_MS = 30 * SECOND_MS;
const RELEASED_AT_ONCE = 100;
const UNBELIEVABLE = 'it calls more numbers invalid than mostInvalidPercent';

export interface LookUpTools {
  readonly db: Database;
  readonly post: PostSafely;
  /** 32 bytes; opens the secrets. */
  readonly secretKey: Buffer;
  readonly clock: () => Date;
  /** Told of each question. */
  readonly onAsked?: (came: NumberAnswer['status'] | 'no_answer') => void;
  /** Must not throw. */
  readonly onError: (error: unknown) => void;
}

export interface NumberLookUps {
  /** Starts what is due; does not wait for those who answer, so that a slow one keeps nobody else waiting. */
  turn(): Promise<void>;
  /** Until nothing is in hand. */
  settled(): Promise<void>;
}

/**
 * Asks about numbers that are to be dialed in the next hours. Nothing waits for it: a number without an
 * answer is dialed as ever. Only the number leaves; it is in no log, event or error.
 */
export function numberLookUps(tools: LookUpTools): NumberLookUps {
  const inHand = new Map<string, Promise<void>>();
  const start = (lookUpId: string): void => {
    const done = askOne(tools, lookUpId)
      .catch(tools.onError)
      .finally(() => inHand.delete(lookUpId));
    inHand.set(lookUpId, done);
  };
  return {
    turn: async () => {
      const now = tools.clock();
      await releaseOldAnswers(tools.db, now, RELEASED_AT_ONCE);
      for (const lookUpId of await listReadyLookUps(tools.db, now)) {
        if (!inHand.has(lookUpId)) start(lookUpId);
      }
    },
    settled: async () => {
      await Promise.all(inHand.values());
    },
  };
}

async function askOne(tools: LookUpTools, lookUpId: string): Promise<void> {
  const { db, clock } = tools;
  await findNumbersToAsk(db, lookUpId, clock());
  const questions = await db.transaction((tx) => claimNumbers(tx, lookUpId, clock()));
  if (questions === null) return;
  const failures = await Promise.all(questions.numbers.map((one) => ask(tools, questions, one)));
  // one good answer, and the look-up is in order: what failed beside it is about those numbers
  const silence = failures.includes(null) ? null : (failures[0] ?? null);
  await db.transaction(async (tx) => {
    const unbelievable = silence === null && (await isUnbelievable(tx, lookUpId, clock()));
    const failure = unbelievable ? UNBELIEVABLE : silence;
    const came = { failure, now: clock(), retryMs: RETRY_MS };
    const turned = await noteLookUpHealth(tx, lookUpId, came);
    if (turned === 'as_before') return;
    if (unbelievable) await takeBackInvalid(tx, lookUpId, clock());
    const { creditorId } = questions;
    const payload = { numberLookUpId: lookUpId, failure };
    await appendEvent(tx, { type: `number_look_up.${turned}`, creditorId, payload });
  });
}

/** @returns why there was no answer; null: there was one. */
async function ask(
  tools: LookUpTools,
  questions: Questions,
  { phoneId, e164 }: NumberToAsk,
): Promise<string | null> {
  const { db, clock, secretKey, onAsked } = tools;
  const secret = unseal(secretKey, LOOK_UP_SECRET, questions.secretSealed);
  const id = newId(clock());
  const body = JSON.stringify({ id, number: e164 });
  const timestamp = Math.floor(Date.now() / SECOND_MS);
  const posted = await tools.post({
    url: questions.url,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'santun',
      ...signatureHeaders({ id, timestamp, body }, [secret]),
    },
    body,
  });
  const answer = answerOf(posted, { id, secret }, clock());
  if (typeof answer === 'string') {
    onAsked?.('no_answer');
    await recordNoAnswer(db, phoneId, { now: clock(), retryMs: RETRY_MS });
    return answer;
  }
  const of = { phoneId, lookUpId: questions.lookUpId };
  await db.transaction((tx) => recordNumberAnswer(tx, of, answer, clock()));
  onAsked?.(answer.status);
  return null;
}

/**
 * An answer takes numbers from all creditors, so it is signed as the question was, and under its id: what
 * was overheard says nothing of another number.
 */
function answerOf(
  posted: Posted,
  asked: { readonly id: string; readonly secret: string },
  now: Date,
): NumberAnswer | string {
  if (posted.kind === 'failed') return posted.reason;
  const { status, headers, body } = posted;
  if (status !== 200) return `it answered ${status.toString()}`;
  if (headers['webhook-id'] !== asked.id || !isSignedBy(asked.secret, headers, body, new Date()))
    return 'its answer was not signed with the secret, or not for this question';
  return parseNumberAnswer(body, now) ?? 'its answer was not of the agreed shape';
}
