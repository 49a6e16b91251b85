import { createHash } from 'node:crypto';
import type { PermitRow } from '../src/db/decisions';
import type { CallPurpose } from '../src/domain/call-facts';
import type { CallMode } from '../src/domain/call-mode';
import { keyIdOf, publicKeyOf, verifySignature } from '../src/proof/sign';

/** What a permit is looked at for. */
interface PermitHolder {
  readonly id: string;
  readonly decisionId: string;
  readonly accountId: string;
  readonly campaignId: string;
  readonly phoneId: string;
  readonly purpose: CallPurpose;
  readonly mode: CallMode;
}

/**
 * Why an attempt's permit does not hold, in one word; null: it holds. Believed is what is signed
 * with the key of this installation, not the columns beside it: a row that was written or altered
 * by anybody else than the gate opens no line.
 */
export function permitFault(
  publicKey: Buffer,
  attempt: PermitHolder,
  permit: PermitRow | null,
): 'permit_invalid' | 'permit_expired' | 'agent_lost' | null {
  if (permit === null || !isGenuine(publicKey, permit)) return 'permit_invalid';
  const signed = JSON.parse(permit.record) as Readonly<Record<string, unknown>>;
  const expiresMs = Date.parse(String(signed.expiresAt));
  // what is read of the row elsewhere must be what was signed
  if (!isFor(attempt, signed) || permit.expiresAt?.getTime() !== expiresMs) return 'permit_invalid';
  if (expiresMs <= permit.now.getTime()) return 'permit_expired';
  return permit.agentHeld ? null : 'agent_lost';
}

function isGenuine(publicKey: Buffer, permit: PermitRow): boolean {
  const { record, recordSha256, signature, keyId } = permit;
  return (
    recordSha256 !== null &&
    signature !== null &&
    keyId === keyIdOf(publicKey) &&
    createHash('sha256').update(record, 'utf8').digest().equals(recordSha256) &&
    verifySignature(publicKeyOf(publicKey), record, signature)
  );
}

function isFor(attempt: PermitHolder, signed: Readonly<Record<string, unknown>>): boolean {
  return (
    signed.id === attempt.decisionId &&
    signed.stage === 'reserve' &&
    signed.attemptId === attempt.id &&
    signed.accountId === attempt.accountId &&
    signed.campaignId === attempt.campaignId &&
    signed.phoneId === attempt.phoneId &&
    signed.purpose === attempt.purpose &&
    signed.mode === attempt.mode &&
    (signed.verdict === 'allow' || signed.verdict === 'agent_reserved')
  );
}
