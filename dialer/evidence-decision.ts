import type { EvidenceDecisionRow } from '../src/db/read/evidence';
import type { EvidenceDecision, EvidencePack, EvidenceProof } from '../src/domain/evidence-bundle';
import { explainFailure } from './compliance/explain';
import { passedRules } from './compliance/passed-rules';
import type { RulePack } from './compliance/rule-pack';
import type { DecisionRecord } from './decision-record';

/** A pack as a decision names it. */
const packKey = (pack: { readonly id: string; readonly version: number }): string =>
  `${pack.id}@${pack.version}`;

/**
 * One look of the gate for the evidence pack: what failed in words, what passed with its citation,
 * and its certificate. Pure.
 * @param packs bodies by sha256 (hex)
 * @param checked what became of checking the signature
 */
export function toEvidenceDecision(
  row: EvidenceDecisionRow,
  packs: ReadonlyMap<string, RulePack>,
  checked: EvidenceProof['signature'],
): EvidenceDecision {
  const record = JSON.parse(row.record) as Partial<DecisionRecord>;
  const failing = record.failing ?? [];
  const stack = (record.packs ?? []).flatMap(({ sha256 }) => packs.get(sha256) ?? []);
  const localTimes = record.localTimes ?? [];
  const passed =
    row.call === null
      ? []
      : passedRules(stack, row.call, {
          // `Mon 2026-11-23 08:00:00`
          localDates: localTimes.map((text) => text.slice(4, 14)),
          failing: new Set(failing.map(({ rule }) => rule)),
        });
  return {
    id: row.id,
    at: row.at.toISOString(),
    stage: row.stage,
    verdict: row.verdict,
    deniedBy: row.deniedBy,
    creditor: row.creditor,
    campaign: row.campaign,
    accountId: row.accountId,
    phoneId: row.phoneId,
    attemptId: row.attemptId,
    localTimes,
    nextAllowedAt: row.nextAllowedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    failing: failing.map((failed) => ({
      rule: failed.rule,
      cite: failed.cite,
      force: failed.force,
      words: { id: explainFailure(failed, 'id'), en: explainFailure(failed, 'en') },
    })),
    packs: (record.packs ?? []).map(packKey),
    passed: passed.map(({ id, cite, force }) => ({ rule: id, cite, force })),
    proof: {
      signature: checked,
      recordSha256: hex(row.recordSha256),
      signatureHex: hex(row.signature),
      keyId: row.keyId,
      chain: row.chain,
      seq: row.seq?.toString() ?? null,
      hash: hex(row.hash),
    },
    record: row.record,
  };
}

export function toEvidencePack(pack: RulePack, sha256: string): EvidencePack {
  return {
    key: packKey(pack),
    title: pack.title ?? null,
    sha256,
    reviewed: typeof pack.reviewed === 'object',
    sources: (pack.sources ?? []).map(({ citation, url }) => ({ citation, url: url ?? null })),
  };
}

const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;
