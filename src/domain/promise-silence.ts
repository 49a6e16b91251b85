import { endOfDays, type JudgedPromise } from './judge-promises';

/**
 * Until when an account's promises for themselves keep it silent; null: not, or not any more. An agreement
 * keeps its own silence.
 */
export function silenceOfPromises(
  promises: readonly (Pick<JudgedPromise, 'silentUntil'> & {
    readonly agreementId: string | null;
  })[],
): Date | null {
  const ends = promises.flatMap(({ agreementId, silentUntil }) =>
    agreementId === null && silentUntil !== null ? [silentUntil.getTime()] : [],
  );
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

/**
 * When an account is worth calling again after its silence has ended: who kept a promise is left in peace
 * until the next local day; who broke one, or took it back, is called at the next good moment.
 */
export function lookAfterSilence(
  decided: readonly Pick<JudgedPromise, 'state'>[],
  now: Date,
  zones: readonly string[],
): Date {
  const isKept = decided.length > 0 && decided.every(({ state }) => state === 'kept');
  return isKept ? new Date(endOfDays(now, 0, zones).getTime() + 1) : now;
}
