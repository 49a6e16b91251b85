import { CONTACT_KINDS, type ContactKind } from './contact-kind';
import { DAY_MINUTES, HOUR_MINUTES, HOURS, minuteOfDay, type WallMinute } from './wall-minute';

/** One dial, as the person's model remembers it. */
export interface PastAttempt {
  readonly at: WallMinute;
  readonly kind: ContactKind;
  /** Chance of a right party that anybody like them would have had: a multiple of 1/65535. */
  readonly expected: number;
  /** Which number, 0 to 255: enough to tell a person's few numbers apart. */
  readonly number: number;
}

/** What is known of one person: their latest dials, oldest first. */
export interface PersonModel {
  readonly attempts: readonly PastAttempt[];
}

export const NEW_PERSON: PersonModel = { attempts: [] };

/** Dials that a person's model remembers; at seven in seven days these are nine weeks. */
export const REMEMBERED_ATTEMPTS = 64;
/** Old evidence counts half after this time. */
export const HALF_LIFE_MINUTES = 60 * DAY_MINUTES;

/** Weight of something that lies `minutes` back. */
export const decayOver = (minutes: number): number =>
  minutes <= 0 ? 1 : 2 ** (-minutes / HALF_LIFE_MINUTES);

const EXPECTED_STEPS = 65_535;
export const roundExpected = (chance: number): number =>
  Math.round(Math.min(1, Math.max(0, chance)) * EXPECTED_STEPS) / EXPECTED_STEPS;

/** The model after one more dial. The order in which dials become known does not matter. */
export function rememberAttempt(person: PersonModel, attempt: PastAttempt): PersonModel {
  const attempts = [...person.attempts];
  let place = attempts.length;
  while (place > 0 && isBefore(attempt, attempts[place - 1])) place -= 1;
  attempts.splice(place, 0, { ...attempt, expected: roundExpected(attempt.expected) });
  return { attempts: attempts.slice(-REMEMBERED_ATTEMPTS) };
}

function isBefore(one: PastAttempt, other: PastAttempt | undefined): boolean {
  return other !== undefined && one.at < other.at;
}

const VERSION = 1;
const HEADER_BYTES = 2;
const ATTEMPT_BYTES = 8;
/** The largest packed model of a person. */
export const PERSON_BYTES = HEADER_BYTES + REMEMBERED_ATTEMPTS * ATTEMPT_BYTES;

/** 2 bytes, and 8 for each dial: minute (4), expected chance (2), kind (1), number (1). */
export function packPerson({ attempts }: PersonModel): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + attempts.length * ATTEMPT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, attempts.length);
  for (const [index, { at, kind, expected, number }] of attempts.entries()) {
    const offset = HEADER_BYTES + index * ATTEMPT_BYTES;
    view.setUint32(offset, at);
    view.setUint16(offset + 4, Math.round(expected * EXPECTED_STEPS));
    view.setUint8(offset + 6, CONTACT_KINDS.indexOf(kind));
    view.setUint8(offset + 7, number);
  }
  return bytes;
}

/** @throws RangeError when the bytes are no packed model */
export function unpackPerson(bytes: Uint8Array): PersonModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length < HEADER_BYTES ? -1 : view.getUint8(1);
  if (count < 0 || view.getUint8(0) !== VERSION || bytes.length !== sizeOf(count)) {
    throw new RangeError('not a packed model of a person');
  }
  return {
    attempts: Array.from({ length: count }, (_, index) => {
      const offset = HEADER_BYTES + index * ATTEMPT_BYTES;
      return {
        at: view.getUint32(offset),
        kind: CONTACT_KINDS[view.getUint8(offset + 6)] ?? 'nobody',
        expected: view.getUint16(offset + 4) / EXPECTED_STEPS,
        number: view.getUint8(offset + 7),
      };
    }),
  };
}

const sizeOf = (attempts: number): number => HEADER_BYTES + attempts * ATTEMPT_BYTES;

/** Attempts in the seven days before, and on the same day before. */
export function recentAttempts(
  { attempts }: PersonModel,
  at: WallMinute,
): { readonly week: number; readonly today: number } {
  const dayStart = at - minuteOfDay(at);
  let week = 0;
  let today = 0;
  for (const attempt of attempts) {
    if (attempt.at >= at) continue;
    if (attempt.at > at - 7 * DAY_MINUTES) week += 1;
    if (attempt.at >= dayStart) today += 1;
  }
  return { week, today };
}

/** Dials of a number before `at` since it last brought the person. */
export function dialsInVain(
  { attempts }: PersonModel,
  number: number | null,
  at: WallMinute,
): number {
  let inVain = 0;
  for (const attempt of attempts) {
    if (attempt.at >= at || (number !== null && attempt.number !== number)) continue;
    inVain = attempt.kind === 'right_party' ? 0 : inVain + 1;
  }
  return inVain;
}

const ECHO_MINUTES = 3 * DAY_MINUTES;

/** Was the person dialed in vain within an hour of this time of day, in the last three days? */
export function isEcho({ attempts }: PersonModel, at: WallMinute): boolean {
  return attempts.some((attempt) => {
    if (attempt.at >= at || attempt.at < at - ECHO_MINUTES || attempt.kind === 'right_party') {
      return false;
    }
    const apart = Math.abs(minuteOfDay(attempt.at) - minuteOfDay(at));
    return Math.min(apart, HOURS * HOUR_MINUTES - apart) <= HOUR_MINUTES;
  });
}
