import { z } from 'zod';
import type { Certificate } from '../../dialer/certificate';
import type { Language } from '../../dialer/compliance/words';
import { id, instantText } from './schemas';

const failedRule = z.object({
  rule: z.string(),
  pack: z.string(),
  version: z.number().int(),
  kind: z.string(),
  force: z.enum(['law', 'presumption', 'guideline', 'association', 'policy']),
  cite: z.string(),
  zones: z.array(z.string()).describe('Candidate zones in which it failed'),
  inputs: z
    .record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
    )
    .describe('What the rule looked at'),
  words: z.string().describe('Why, and the text that it rests on'),
});

/** The record of a decision that was not kept: no id, no signature. */
export const certificate = z.object({
  at: instantText,
  stage: z.enum(['reserve', 'lease', 'invite']),
  creditorId: id,
  campaignId: id,
  accountId: id,
  debtorId: id,
  phoneId: id.nullable(),
  attemptId: z.null(),
  purpose: z.enum(['collect', 'locate']),
  mode: z.string(),
  verdict: z.enum(['allow', 'agent_reserved', 'deny']),
  deniedBy: z.string().nullable().describe('The first failing rule by precedence'),
  failing: z.array(failedRule),
  zones: z.array(z.string()),
  zoneSource: z.string(),
  zoneConfidence: z.string(),
  localTimes: z.array(z.string()).describe('In each zone: Mon 2026-11-23 07:59:59'),
  nextAllowedAt: instantText.nullable(),
  expiresAt: instantText.nullable(),
  guardMs: z
    .number()
    .int()
    .describe('Longest ringing and its margin: it must be allowed until then'),
  trunkIds: z.array(id),
  packs: z.array(z.object({ id: z.string(), version: z.number().int(), sha256: z.string() })),
  calendars: z.array(z.object({ id: z.string(), revision: z.string(), sha256: z.string() })),
  tzdb: z.string(),
  engine: z.string(),
  factsSha256: z.string(),
  signature: z.null().describe('Never signed: nothing was decided'),
  words: z.object({
    verdict: z.string(),
    reasons: z.array(z.string()),
    when: z.string(),
    where: z.string(),
  }),
});

export function certificateView(
  { failing, words, ...made }: Certificate,
  language: Language,
): z.infer<typeof certificate> {
  const told = words[language];
  return {
    ...made,
    attemptId: null,
    failing: failing.map((failed, at) => ({
      ...failed,
      zones: [...failed.zones],
      inputs: Object.fromEntries(
        Object.entries(failed.inputs).map(([name, value]) => [
          name,
          typeof value === 'object' && value !== null ? [...value] : value,
        ]),
      ),
      words: told.reasons[at] ?? '',
    })),
    zones: [...made.zones],
    localTimes: [...made.localTimes],
    trunkIds: [...made.trunkIds],
    packs: [...made.packs],
    calendars: [...made.calendars],
    signature: null,
    words: { ...told, reasons: [...told.reasons] },
  };
}
