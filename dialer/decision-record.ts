import { createHash } from 'node:crypto';
import type { KeptDecision } from '../src/db/decisions';
import { newId } from '../src/db/new-id';
import type { CallPurpose, Instant } from '../src/domain/call-facts';
import type { CallMode } from '../src/domain/call-mode';
import { canonicalJson } from '../src/domain/canonical-json';
import type { ZoneConfidence, ZoneSource } from '../src/domain/zone-evidence';
import type { Signer } from '../src/proof/sign';
import type { FailedRule } from './compliance/rule-decision';
import type { ClosingTime, GateDecision } from './gate-decision';
import type { GateFacts, GateStage } from './gate-facts';

/** A version of what a decision rests on, named so that it can be found again and compared. */
export interface RuleSource {
  readonly id: string;
  readonly sha256: string;
}

/** What the stack and its calendars were made of. */
export interface RuleSources {
  /** In stack order. */
  readonly packs: readonly (RuleSource & { readonly version: number })[];
  readonly calendars: readonly (RuleSource & { readonly revision: string })[];
}

/** With what a decision was made, and is signed. */
export interface DecidingProgram {
  readonly signer: Signer;
  /** Version of the time zone database. */
  readonly tzdb: string;
  /** Version of this program. */
  readonly engine: string;
}

/** What was decided and what it rests on: the text of this, canonical, is signed and kept. */
export interface DecisionRecord {
  readonly id: string;
  readonly at: Instant;
  readonly stage: GateStage;
  readonly creditorId: string;
  readonly campaignId: string;
  readonly accountId: string;
  readonly debtorId: string;
  readonly phoneId: string | null;
  readonly attemptId: string | null;
  readonly purpose: CallPurpose;
  readonly mode: CallMode;
  readonly verdict: GateDecision['verdict'];
  readonly deniedBy: string | null;
  readonly failing: readonly FailedRule[];
  readonly zones: readonly string[];
  readonly zoneSource: ZoneSource;
  readonly zoneConfidence: ZoneConfidence;
  readonly localTimes: readonly string[];
  readonly nextAllowedAt: Instant | null;
  readonly expiresAt: Instant | null;
  /** Until when the person may be called, and the rule that says so; null: not within two days. */
  readonly mayCallUntil: ClosingTime | null;
  readonly guardMs: number;
  /** The trunks that a permit holds for, best first; none on a denial. */
  readonly trunkIds: readonly string[];
  readonly packs: RuleSources['packs'];
  readonly calendars: RuleSources['calendars'];
  readonly tzdb: string;
  readonly engine: string;
  readonly factsSha256: string;
}

/** The record of a decision. Pure: the same values give the same record. */
export function makeRecord(
  named: { readonly id: string; readonly attemptId: string | null },
  facts: GateFacts,
  decision: GateDecision,
  made: RuleSources & Pick<DecidingProgram, 'tzdb' | 'engine'>,
  factsSha256: string = sha256Hex(factsText(facts)),
): DecisionRecord {
  return {
    id: named.id,
    at: facts.at,
    stage: facts.stage,
    creditorId: facts.account.creditorId,
    campaignId: facts.campaign.id,
    accountId: facts.account.id,
    debtorId: facts.account.debtorId,
    phoneId: facts.phoneId,
    attemptId: named.attemptId,
    purpose: facts.call.purpose ?? 'collect',
    mode: facts.mode,
    verdict: decision.verdict,
    deniedBy: decision.deniedBy,
    failing: decision.failing,
    zones: decision.zones,
    zoneSource: facts.zoneSource,
    zoneConfidence: facts.zoneConfidence,
    localTimes: decision.localTimes,
    nextAllowedAt: decision.nextAllowedAt,
    expiresAt: decision.expiresAt,
    mayCallUntil: decision.mayCallUntil,
    guardMs: facts.guardMs,
    trunkIds: decision.trunkIds,
    packs: made.packs,
    calendars: made.calendars,
    tzdb: made.tzdb,
    engine: made.engine,
    factsSha256,
  };
}

export const factsText = (facts: GateFacts): string => canonicalJson(facts);
export const recordText = (record: DecisionRecord): string => canonicalJson(record);

const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A decision as it is kept: signed, under a new id. */
export function signDecision(
  program: DecidingProgram,
  sources: RuleSources,
  facts: GateFacts,
  decision: GateDecision,
  attemptId: string | null,
): KeptDecision {
  const { signer, tzdb, engine } = program;
  const at = new Date(facts.at);
  const id = newId(at);
  const kept = factsText(facts);
  const made = { ...sources, tzdb, engine };
  const record = makeRecord({ id, attemptId }, facts, decision, made, sha256Hex(kept));
  const text = recordText(record);
  return {
    id,
    at,
    stage: facts.stage,
    verdict: decision.verdict,
    deniedBy: decision.deniedBy,
    nextAllowedAt: dateOf(decision.nextAllowedAt),
    expiresAt: dateOf(decision.expiresAt),
    creditorId: record.creditorId,
    campaignId: record.campaignId,
    accountId: record.accountId,
    debtorId: record.debtorId,
    phoneId: record.phoneId,
    attemptId,
    record: text,
    facts: kept,
    recordSha256: createHash('sha256').update(text, 'utf8').digest(),
    signature: signer.sign(text),
    keyId: signer.keyId,
  };
}

const dateOf = (instant: Instant | null): Date | null =>
  instant === null ? null : new Date(instant);
