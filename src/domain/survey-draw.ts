import type { Said } from './said';
import { seededDraws } from './seeded-draws';

/**
 * Is this talk followed by one question? Drawn by the talk's id alone, whose last digits are random, so
 * that asked again it is the same, and nobody chooses who is asked.
 * @param attemptId UUID
 * @param pct 0 to 100
 */
export function isSurveyed(attemptId: string, pct: number): boolean {
  const seed = Number.parseInt(attemptId.slice(-8), 16);
  return seededDraws(seed).uniform() < pct / 100;
}

/** The one question, answered from 1 (not at all) to 5 (fully). */
export const SURVEY_QUESTION: Said = {
  id: 'Apakah Anda diperlakukan dengan hormat dalam percakapan tadi? Balas 1 (tidak) sampai 5 (sangat).',
  en: 'Were you treated with respect in our talk? Answer 1 (not at all) to 5 (fully).',
};
