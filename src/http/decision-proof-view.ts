import { z } from 'zod';
import { decisionLines, explainDecision } from '../../dialer/compliance/explain-decision';
import type { DecisionRecord } from '../../dialer/decision-record';
import type { ChainedDecisionRow } from '../db/read/chained-decisions';
import type { SigningKey } from '../db/signing-keys';
import type { DecisionProof } from '../proof/prove-decision';
import { id, instant, isoDate } from './schemas';

export const signingKey = z.object({
  id: z.string().describe('First 16 hex digits of the SHA-256 of the raw public key'),
  publicKey: z.string().describe('Raw Ed25519 public key, base64'),
  createdAt: instant,
});

const step = z.object({ side: z.enum(['left', 'right']), hash: z.string() });
const hash = z.string().describe('SHA-256, hex');

export const ledgerRoot = z.object({
  chain: z.string(),
  day: isoDate.describe('UTC'),
  firstSeq: z.number().int(),
  lastSeq: z.number().int(),
  root: hash,
  headHash: hash,
  flawed: z
    .number()
    .int()
    .describe('Entries whose own signature did not hold when they were chained'),
  keyId: z.string(),
  signature: z.string().describe('Ed25519 over `text`, base64'),
  text: z.string(),
  madeAt: instant,
});

const explanation = z.object({ id: z.array(z.string()), en: z.array(z.string()) });

export const decisionProof = z.object({
  id,
  at: instant,
  stage: z.enum(['reserve', 'lease', 'invite']),
  verdict: z.enum(['allow', 'agent_reserved', 'deny']),
  deniedBy: z.string().nullable(),
  attemptId: id.nullable(),
  explanation: explanation.describe('In Indonesian and in English'),
  record: z.string().describe('Canonical JSON, exactly as signed and hashed'),
  factsSha256: hash,
  signature: z
    .object({ keyId: z.string(), value: z.string().describe('Ed25519 over `record`, base64') })
    .nullable(),
  ledger: z
    .object({
      chain: z.string(),
      seq: z.number().int(),
      previousHash: hash.nullable(),
      hash,
      nextHash: hash.nullable(),
      root: ledgerRoot
        .extend({ path: z.array(step) })
        .nullable()
        .describe('null: the day is open'),
    })
    .nullable()
    .describe('null: it is not chained yet, which takes about a second'),
  checks: z
    .object({
      signature: z.boolean(),
      facts: z.boolean(),
      hash: z.boolean().nullable(),
      inclusion: z.boolean().nullable(),
    })
    .describe('What was checked for this answer; null: there is nothing to check yet'),
});

const hex = (bytes: Buffer | null): string | null => bytes?.toString('hex') ?? null;

export function decisionProofView(proof: DecisionProof): z.output<typeof decisionProof> {
  const { decision, factsSha256, inclusion, checks } = proof;
  const { keyId, signature, place } = decision;
  return {
    ...kept(decision),
    explanation: explained(decision),
    record: decision.record,
    factsSha256,
    signature:
      keyId === null || signature === null ? null : { keyId, value: signature.toString('base64') },
    ledger: place && {
      ...{ chain: place.chain, seq: place.seq, hash: place.hash.toString('hex') },
      previousHash: hex(place.previousHash),
      nextHash: hex(place.nextHash),
      root: inclusion && {
        ...ledgerRootView(inclusion.root, inclusion.text),
        path: inclusion.path.map((taken) => ({ ...taken, hash: taken.hash.toString('hex') })),
      },
    },
    checks,
  };
}

function kept(
  decision: ChainedDecisionRow,
): Pick<
  z.output<typeof decisionProof>,
  'id' | 'at' | 'stage' | 'verdict' | 'deniedBy' | 'attemptId'
> {
  const { at, deniedBy, attemptId } = decision;
  return {
    ...{ id: decision.id, at, deniedBy, attemptId },
    stage: decision.stage as 'reserve' | 'lease' | 'invite',
    verdict: decision.verdict as 'allow' | 'agent_reserved' | 'deny',
  };
}

export function ledgerRootView(
  root: NonNullable<DecisionProof['inclusion']>['root'],
  text: string,
): z.output<typeof ledgerRoot> {
  return {
    ...root,
    root: root.root.toString('hex'),
    headHash: root.headHash.toString('hex'),
    signature: root.signature.toString('base64'),
    text,
  };
}

export function signingKeyView(key: SigningKey): z.output<typeof signingKey> {
  return { ...key, publicKey: key.publicKey.toString('base64') };
}

/** Out of the record, which is what was decided. */
function explained({ record }: ChainedDecisionRow): z.output<typeof explanation> {
  try {
    const decided = JSON.parse(record) as DecisionRecord;
    const lines = (language: 'id' | 'en'): string[] =>
      decisionLines(explainDecision(decided, language, decided));
    return { id: lines('id'), en: lines('en') };
  } catch {
    // an earlier release's record, or one that somebody else wrote: the checks tell which
    return { id: [], en: [] };
  }
}
