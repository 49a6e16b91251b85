import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { LANGUAGES, type Language } from '../../dialer/compliance/words';

export const languageQuery = z.strictObject({
  lang: z
    .enum(LANGUAGES)
    .optional()
    .describe('Of the explanations; absent: the first known one of Accept-Language, else English'),
});

/** The language to explain in: as asked for, else the browser's best known one (RFC 9110, 12.5.4). */
export function languageOf(request: FastifyRequest, asked: Language | undefined): Language {
  return asked ?? preferred(request.headers['accept-language'] ?? '') ?? 'en';
}

function preferred(header: string): Language | null {
  const ranges = header
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const weight = parameters.map((one) => /^\s*q=([\d.]+)$/.exec(one)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const range of ranges) {
    const known = LANGUAGES.find((language) => language === range.language);
    if (known !== undefined) return known;
  }
  return null;
}
