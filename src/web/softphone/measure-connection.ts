import { summarise, type ConnectionCheck } from './connection-check';

const QUESTIONS = 12;
const ANSWER_LIMIT_MS = 2_000;

/** Asks the server a dozen small questions, one after the other. */
export async function measureConnection(): Promise<ConnectionCheck> {
  const times: number[] = [];
  // the first opens the connection, and is not counted
  for (let n = 0; n <= QUESTIONS; n += 1) {
    const startedAt = performance.now();
    const answer = await fetch('/livez', {
      cache: 'no-store',
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    }).catch(() => null);
    if (n > 0 && answer?.ok === true) times.push(performance.now() - startedAt);
  }
  return summarise(times, QUESTIONS);
}
