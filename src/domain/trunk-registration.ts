/** What a REGISTER at a carrier came to. */
export interface RegisterAnswer {
  /** Final status; 0: none came within the limit. */
  readonly status: number;
  /** For how long the carrier keeps our contact, seconds; null: it does not say. */
  readonly grantedSeconds: number | null;
  /** Of a 423: the shortest that it takes, seconds. */
  readonly minExpiresSeconds: number | null;
  readonly retryAfterSeconds: number | null;
  /** Why it could not even be sent, for people. */
  readonly failure: string | null;
}

export interface RegistrationStep {
  /** Until when the carrier keeps our contact, ms from now; null: it does not; `as_before`: as it said before. */
  readonly keptForMs: number | null | 'as_before';
  /** Why it does not; null: it does. */
  readonly reason: string | null;
  /** The next REGISTER, ms from now. */
  readonly nextInMs: number;
  /** What that one asks for, seconds. */
  readonly askSeconds: number;
}

/** Asked for at first, seconds. */
export const ASKED_SECONDS = 600;
/** No longer than this, whatever a carrier wants for a least. */
const LONGEST_ASKED_SECONDS = 86_400;
/** Part of the granted time after which it is asked for again. */
const REFRESH_AT = 0.8;
const SHORTEST_REFRESH_MS = 1_000;
/** Doubles with each failure. */
const FIRST_BACK_OFF_MS = 4_000;
const LONGEST_BACK_OFF_MS = 300_000;
/** Who is refused is not sooner believed by asking often: carriers lock out who guesses. */
const FIRST_REFUSED_BACK_OFF_MS = 60_000;
const LONGEST_REFUSED_BACK_OFF_MS = 1_800_000;

/**
 * What to do after a REGISTER (RFC 3261, 10.2): the binding is asked for again at four fifths of the time
 * that was granted; after a failure it is tried again, later each time, and not by all at once
 * (RFC 5626, 4.5); a Retry-After is the least wait. A carrier that is away does not end the binding that
 * it granted; one that refuses us does, for no call would pass either.
 *
 * @param before.failures in a row, this one not counted
 * @param draw from 0 to 1, spreads the next one
 */
export function nextRegistrationStep(
  answer: RegisterAnswer,
  before: { readonly failures: number; readonly askedSeconds: number },
  draw: number,
): RegistrationStep {
  const { status } = answer;
  if (status >= 200 && status < 300) return granted(answer, before.askedSeconds, draw);
  const askSeconds = longerAsked(answer, before.askedSeconds);
  if (askSeconds !== null) return { keptForMs: 'as_before', reason: null, nextInMs: 0, askSeconds };
  const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 480;
  const [first, longest] = isRefused
    ? [FIRST_REFUSED_BACK_OFF_MS, LONGEST_REFUSED_BACK_OFF_MS]
    : [FIRST_BACK_OFF_MS, LONGEST_BACK_OFF_MS];
  const backOffMs = Math.min(longest, first * 2 ** Math.min(before.failures, 20));
  const leastMs = Math.min((answer.retryAfterSeconds ?? 0) * 1_000, LONGEST_REFUSED_BACK_OFF_MS);
  return {
    keptForMs: isRefused ? null : 'as_before',
    reason: reasonOf(answer),
    nextInMs: Math.round(Math.max(backOffMs * (0.5 + draw / 2), leastMs)),
    askSeconds: before.askedSeconds,
  };
}

/** What a 423 wants to be asked for (RFC 3261, 10.2.8); null: it is none that we could follow. */
function longerAsked(answer: RegisterAnswer, askedSeconds: number): number | null {
  const { status, minExpiresSeconds: least } = answer;
  if (status !== 423 || least === null) return null;
  return least > askedSeconds && least <= LONGEST_ASKED_SECONDS ? least : null;
}

function granted(answer: RegisterAnswer, askedSeconds: number, draw: number): RegistrationStep {
  const seconds = answer.grantedSeconds ?? askedSeconds;
  const nextInMs = Math.max(
    SHORTEST_REFRESH_MS,
    Math.round(seconds * 1_000 * (REFRESH_AT - draw / 20)),
  );
  if (seconds > 0)
    return { keptForMs: seconds * 1_000, reason: null, nextInMs, askSeconds: askedSeconds };
  return {
    keptForMs: null,
    reason: 'the carrier answers 200 and does not keep our contact',
    nextInMs: FIRST_REFUSED_BACK_OFF_MS,
    askSeconds: askedSeconds,
  };
}

function reasonOf({ status, failure }: RegisterAnswer): string {
  if (failure !== null) return failure;
  switch (status) {
    case 0:
    case 408:
      return 'the carrier does not answer REGISTER';
    case 401:
    case 403:
    case 407:
      return `the carrier refuses the user name or the password (answered ${status})`;
    case 404:
      return 'the carrier does not know this user name (answered 404)';
    default:
      return `the carrier refuses REGISTER (answered ${status})`;
  }
}
