import { seededDraws, type Draws } from './seeded-draws';

/** What a simulated debtor's phone does with one call. Times in ms. */
export type CallPlan =
  | {
      readonly kind: 'answered';
      readonly by: 'person' | 'voicemail';
      readonly ringMs: number;
      /** From the ACK until this side hangs up. */
      readonly talkMs: number;
    }
  | {
      readonly kind: 'refused';
      /** SIP status of RFC 3261, 21. */
      readonly status: 404 | 480 | 486 | 603;
      /** Time after which it is refused; `rings`: with a 180 before. */
      readonly delayMs: number;
      readonly rings: boolean;
    }
  /** Rings until the caller cancels (487). */
  | { readonly kind: 'no_answer' };

export interface AnswerModelInput {
  /** The called number, digits only. */
  readonly digits: string;
  readonly seed: string;
  /** 1 for the first call that this phone ever got. */
  readonly attemptNumber: number;
}

/** A voicemail's greeting is longer than the agents need to notice it. */
const VOICEMAIL_MS = 12_000;

/**
 * How a phone takes a call: a pure function of number, seed and attempt. Whether a number exists
 * is decided once a number; everything else anew at each attempt. Rings are short (0.5 to 3 s)
 * so that a demonstration of a minute shows something.
 */
export function planCall(input: AnswerModelInput): CallPlan {
  const exists = seededDraws(input.seed, input.digits, 'exists').next() >= 0.03;
  const draws = seededDraws(input.seed, input.digits, input.attemptNumber);
  if (!exists) return refused(404, draws.integer(100, 400));
  return draws.choose<(d: Draws) => CallPlan>([
    [48, answeredByPerson],
    [8, answeredByVoicemail],
    [11, (d) => refused(486, d.integer(150, 600))],
    [15, () => ({ kind: 'no_answer' })],
    [8, (d) => ({ ...refused(603, d.integer(800, 2500)), rings: true })],
    [10, (d) => refused(480, d.integer(300, 1500))],
  ])(draws);
}

function answeredByPerson(draws: Draws): CallPlan {
  // four in ten end the talk themselves; the others leave it to the agent, within reason
  const talkMs = draws.next() < 0.4 ? draws.integer(1_500, 5_000) : draws.integer(10_000, 20_000);
  return { kind: 'answered', by: 'person', ringMs: draws.integer(500, 3_000), talkMs };
}

function answeredByVoicemail(draws: Draws): CallPlan {
  const ringMs = draws.integer(2_000, 3_000);
  return { kind: 'answered', by: 'voicemail', ringMs, talkMs: VOICEMAIL_MS };
}

function refused(
  status: 404 | 480 | 486 | 603,
  delayMs: number,
): Extract<CallPlan, { kind: 'refused' }> {
  return { kind: 'refused', status, delayMs, rings: false };
}
