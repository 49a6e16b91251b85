import { z } from 'zod';
import { BASE_PACK_ID } from '../../dialer/compliance/judge';
import type { RulePack } from '../../dialer/compliance/rule-pack';
import { lawLayer } from '../../dialer/compliance/stack';
import type { RulePackVersion } from '../db/rule-packs';
import { decidedFields } from './rule-decision';
import { instant } from './schemas';

export const packId = z.string().regex(/^[A-Z0-9][A-Za-z0-9._-]{1,63}$/, 'ID.OJK.POJK22');
export const packParams = z.strictObject({ id: packId });
export const versionParams = packParams.extend({ version: z.coerce.number().int().min(1) });

export const versionSummary = z.object({
  packId,
  version: z.number().int(),
  ...decidedFields,
  shadowFrom: instant.nullable(),
  reviewedBy: z
    .string()
    .nullable()
    .describe('The person who has read the law and signed for this version; null: nobody yet'),
  reviewedAt: instant.nullable(),
});

export const wholeVersion = versionSummary.extend({
  pack: z.looseObject({}).describe('The rule pack as it is hashed'),
});

export const packSummary = z.object({
  id: packId,
  title: z.string().nullable(),
  jurisdiction: z.string(),
  layer: z
    .enum(['base', 'statute', 'guideline', 'association', 'policy'])
    .describe('`policy` binds when a creditor or campaign names it; the others by themselves'),
  simulatedOnly: z.boolean(),
  bindingVersion: z.number().int().nullable(),
  reviewed: z.boolean().describe('A named person has signed for the binding version'),
  versions: z.array(versionSummary),
});

export const shadowReport = z.object({
  packId,
  version: z.number().int(),
  shadowFrom: instant.nullable(),
  until: instant.describe('When it began to bind, or now'),
  days: z.number().describe('Length of the comparison'),
  decisionsCompared: z.number().int(),
  differing: z.number().int(),
  permitToDenial: z.number().int().describe('Permitted, and the version would deny'),
  denialToPermit: z.number().int().describe('Denied, and the version would permit'),
  otherReasons: z.number().int().describe('The same verdict for other reasons'),
  rules: z.array(
    z.object({
      rule: z.string(),
      newlyFailing: z.number().int().describe('Decisions in which it fails only with the version'),
      noLongerFailing: z.number().int().describe('Decisions in which it fails only without it'),
      sampleDecisionIds: z.array(z.uuid()),
    }),
  ),
});

export function packOf(version: RulePackVersion): RulePack {
  return JSON.parse(version.body) as RulePack;
}

export function wholeView(version: RulePackVersion): z.input<typeof wholeVersion> {
  return { ...version, pack: { ...packOf(version) } };
}

function layerOf(pack: RulePack): z.input<typeof packSummary>['layer'] {
  if (pack.id === BASE_PACK_ID) return 'base';
  const layer = lawLayer(pack);
  return layer === 'statute' || layer === 'guideline' || layer === 'association' ? layer : 'policy';
}

/** One line a pack: as its binding version says, else as its newest. */
export function summarisePacks(
  versions: readonly RulePackVersion[],
): z.input<typeof packSummary>[] {
  const ids = [...new Set(versions.map((one) => one.packId))];
  return ids.flatMap((id) => {
    const ofPack = versions.filter((one) => one.packId === id);
    const binding = ofPack.find((one) => one.binding);
    const shown = binding ?? ofPack[0];
    if (shown === undefined) return [];
    const pack = packOf(shown);
    return [
      {
        id,
        title: pack.title ?? null,
        jurisdiction: pack.jurisdiction,
        layer: layerOf(pack),
        simulatedOnly: pack.simulatedOnly === true,
        bindingVersion: binding?.version ?? null,
        reviewed: binding !== undefined && binding.reviewedBy !== null,
        versions: ofPack,
      },
    ];
  });
}
