import { randomInt } from 'node:crypto';

/** Without 0, 1, I and O, which people read as one another. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 10;

/** A new payment reference: short enough to be typed, 50 bits that nobody guesses. */
export function newPayReference(): string {
  return Array.from({ length: LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}
