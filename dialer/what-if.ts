import {
  decideAgain,
  parseRecord,
  type KeptTexts,
  type OtherRules,
  type RuleLibrary,
} from './replay';

/** What other packs would have made of one decision. */
export type Change =
  /** The other pack is not of this stack, or changes nothing. */
  | 'none'
  | 'permit_to_denial'
  | 'denial_to_permit'
  /** Still denied, by another rule. */
  | 'other_rule';

export interface WhatIf {
  readonly change: Change;
  readonly debtorId: string;
  readonly at: string;
  readonly ruleBefore: string | null;
  readonly ruleAfter: string | null;
  /** It was the permit of an INVITE: a call left by it, or may have. */
  readonly wasCall: boolean;
}

/**
 * Decides again with other versions of packs, the facts as they were: the calls before, which the
 * other version might have prevented, still count. Both sides are decided here and now, so what
 * differs is the packs' doing. Null: not replayable.
 */
export function whatIf(kept: KeptTexts, library: RuleLibrary, other: OtherRules): WhatIf | null {
  const record = parseRecord(kept.record);
  if (record === null || kept.facts === null) return null;
  if (![...record.packs, ...record.calendars].every(({ sha256 }) => library.has(sha256)))
    return null;
  const before = decideAgain(kept, record, library);
  const after = decideAgain(kept, record, library, other);
  const wasPermit = before.verdict !== 'deny';
  const isPermit = after.verdict !== 'deny';
  return {
    change: changeOf(wasPermit, isPermit, before.deniedBy === after.deniedBy),
    debtorId: record.debtorId,
    at: record.at,
    ruleBefore: before.deniedBy,
    ruleAfter: after.deniedBy,
    wasCall: wasPermit && record.stage === 'invite',
  };
}

/** What a verdict and its rule became. */
export function changeOf(wasPermit: boolean, isPermit: boolean, sameRule: boolean): Change {
  if (wasPermit !== isPermit) return wasPermit ? 'permit_to_denial' : 'denial_to_permit';
  return isPermit || sameRule ? 'none' : 'other_rule';
}

export interface WhatIfTotals {
  readonly decided: number;
  /** Not replayable: what they rest on is not here. */
  readonly skipped: number;
  readonly permitsToDenials: ReadonlyMap<string, number>;
  readonly denialsToPermits: ReadonlyMap<string, number>;
  /** From one rule to another: `a -> b`. */
  readonly otherRules: ReadonlyMap<string, number>;
  readonly persons: number;
  /** Calls that left, or may have, and would have been denied. */
  readonly callsDenied: number;
}

/** Counts what would change; holds ids of persons and counts by rule, nothing else. */
export class WhatIfTally {
  private decided = 0;
  private skipped = 0;
  private callsDenied = 0;
  private readonly persons = new Set<string>();
  private readonly counts = {
    permit_to_denial: new Map<string, number>(),
    denial_to_permit: new Map<string, number>(),
    other_rule: new Map<string, number>(),
  };

  /** @param one null: not replayable */
  add(one: WhatIf | null): void {
    if (one === null) {
      this.skipped += 1;
      return;
    }
    this.decided += 1;
    if (one.change === 'none') return;
    this.persons.add(one.debtorId);
    const before = one.ruleBefore ?? 'permit';
    const after = one.ruleAfter ?? 'permit';
    const names = {
      permit_to_denial: after,
      denial_to_permit: before,
      other_rule: `${before} -> ${after}`,
    };
    const counts = this.counts[one.change];
    const name = names[one.change];
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (one.change === 'permit_to_denial' && one.wasCall) this.callsDenied += 1;
  }

  totals(): WhatIfTotals {
    return {
      decided: this.decided,
      skipped: this.skipped,
      permitsToDenials: this.counts.permit_to_denial,
      denialsToPermits: this.counts.denial_to_permit,
      otherRules: this.counts.other_rule,
      persons: this.persons.size,
      callsDenied: this.callsDenied,
    };
  }
}
