import { z } from 'zod';

/**
 * What a carrier's register says of a number: it can be called; there is no such number; its phone is
 * off or out of reach at the moment; nobody knows.
 */
export const NUMBER_STATUSES = ['valid', 'invalid', 'unreachable', 'unknown'] as const;
export type NumberStatus = (typeof NUMBER_STATUSES)[number];

export interface NumberAnswer {
  readonly status: NumberStatus;
  /** Whose network it is in now, lower case; null: not said. */
  readonly operator: string | null;
  /** Taken along from another network; null: not said. */
  readonly ported: boolean | null;
  /** When it was last given to somebody; null: not said, or never since it is known. */
  readonly lastReassigned: Date | null;
}

/** A day of Indonesia's begins at 17:00 UTC of the day before; of a date alone that is what is meant. */
const dateOrInstant = z.union([
  z.iso.date().transform((day) => new Date(`${day}T00:00:00+07:00`)),
  z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
]);

// what else a register tells is not looked at, nor kept
const answer = z.object({
  status: z.enum(NUMBER_STATUSES),
  operator: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} .&+_-]{0,39}$/u)
    .transform((name) => name.toLowerCase())
    .nullish(),
  ported: z.boolean().nullish(),
  lastReassigned: dateOrInstant.nullish(),
});

/** Clocks of two houses differ; a day ahead is a date of another zone. */
const DAY_MS = 86_400_000;

/**
 * Reads the answer of a look-up.
 * @param text JSON, as it came
 * @returns null: it is not of that shape, or tells of the future
 */
export function parseNumberAnswer(text: string, now: Date): NumberAnswer | null {
  const parsed = answer.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const { status, operator = null, ported = null, lastReassigned = null } = parsed.data;
  if (lastReassigned !== null && lastReassigned.getTime() > now.getTime() + DAY_MS) return null;
  return { status, operator, ported, lastReassigned };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
