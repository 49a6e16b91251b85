import { createHash } from 'node:crypto';
import { canonicalJson } from '../src/domain/canonical-json';
import type { Calendar } from './compliance/calendar';
import type { RulePack } from './compliance/rule-pack';
import { makeRecord, recordText, type DecisionRecord } from './decision-record';
import { decideCall, type GateDecision } from './gate-decision';
import type { GateFacts } from './gate-facts';

/** A decision as it was kept: two texts of canonical JSON. */
export interface KeptTexts {
  readonly id: string;
  readonly record: string;
  /** Null: withheld from whom the file is for. */
  readonly facts: string | null;
}

/** Bodies of packs and calendars by the SHA-256 of their text: none can pass for another. */
export class RuleLibrary {
  private readonly bodies = new Map<string, unknown>();

  /** @returns the hash under which it is kept, hex */
  add(body: string): string {
    const sha256 = sha256Hex(body);
    if (!this.bodies.has(sha256)) this.bodies.set(sha256, JSON.parse(body));
    return sha256;
  }

  has(sha256: string): boolean {
    return this.bodies.has(sha256);
  }

  /** @throws Error naming the version when its body is not here */
  pack(named: DecisionRecord['packs'][number]): RulePack {
    return this.body(named.sha256, `${named.id}@${named.version}`) as RulePack;
  }

  /** @throws Error naming the revision when its body is not here */
  calendar(named: DecisionRecord['calendars'][number]): Calendar {
    return this.body(named.sha256, `${named.id}@${named.revision}`) as Calendar;
  }

  private body(sha256: string, name: string): unknown {
    const body = this.bodies.get(sha256);
    if (body === undefined) throw new Error(`no body of ${name} with sha256 ${sha256}`);
    return body;
  }
}

export type Replay =
  /** Decided again to the same bytes. */
  | { readonly kind: 'same' }
  | { readonly kind: 'differs'; readonly fields: readonly string[] }
  /** Something it rests on is not here, or it was kept before decisions were replayable. */
  | { readonly kind: 'not_replayable'; readonly reason: string };

/** What of a decision's making is not the same here. */
export interface MadeElsewhere {
  readonly tzdb: string;
  readonly engine: string;
}

const WITHHELD = "its facts tell of other creditors' calls and are not in the file";

/** The record of a decision, parsed; null: it was kept before records named what they rest on. */
export function parseRecord(text: string): DecisionRecord | null {
  const record = JSON.parse(text) as Partial<DecisionRecord>;
  const named = record.factsSha256 !== undefined && record.packs !== undefined;
  return named ? (record as DecisionRecord) : null;
}

/**
 * Decides again from the facts and versions that were kept, and compares the text of the record
 * byte for byte. Its id is taken over: it was drawn, not decided. Pure: no clock, no database.
 */
export function replay(kept: KeptTexts, library: RuleLibrary): Replay {
  const record = parseRecord(kept.record);
  if (record === null) return { kind: 'not_replayable', reason: 'kept before facts were whole' };
  if (kept.facts === null) return { kind: 'not_replayable', reason: WITHHELD };
  if (sha256Hex(kept.facts) !== record.factsSha256) return { kind: 'differs', fields: ['facts'] };
  let decided: GateDecision;
  try {
    decided = decideAgain(kept, record, library);
  } catch (error) {
    return { kind: 'not_replayable', reason: error instanceof Error ? error.message : 'unknown' };
  }
  const facts = JSON.parse(kept.facts) as GateFacts;
  const again = makeRecord(record, facts, decided, record);
  if (recordText(again) === kept.record) return { kind: 'same' };
  return { kind: 'differs', fields: differingFields(record, again) };
}

/** Rules to decide by instead of those that a record names. */
export interface OtherRules {
  /** Each takes the place of the pack with its id. */
  readonly packs: readonly RulePack[];
  /** For rules of these packs whose calendar the record does not name. */
  readonly calendars: readonly Calendar[];
  /** Whether they are put at the end of a stack that has no pack of their id. */
  readonly added: boolean;
}

/**
 * The decision by the versions that its record names.
 * @param other rules that take their place
 * @throws Error when a body is not in the library, or the facts are withheld
 */
export function decideAgain(
  kept: KeptTexts,
  record: DecisionRecord,
  library: RuleLibrary,
  other: OtherRules = { packs: [], calendars: [], added: false },
): GateDecision {
  const stack = record.packs.map((named) => library.pack(named));
  const packs = stack.map((pack) => other.packs.find(({ id }) => id === pack.id) ?? pack);
  if (other.added) {
    packs.push(...other.packs.filter(({ id }) => !stack.some((pack) => pack.id === id)));
  }
  const calendars = [...other.calendars, ...record.calendars.map((one) => library.calendar(one))];
  if (kept.facts === null) throw new Error(WITHHELD);
  return decideCall(JSON.parse(kept.facts) as GateFacts, {
    packs,
    // of two with one id the last counts: the record's own
    calendars: Object.fromEntries(calendars.map((calendar) => [calendar.id, calendar])),
  });
}

/** Names of the record's members whose values are not the same. */
function differingFields(before: DecisionRecord, after: DecisionRecord): string[] {
  const a = before as unknown as Record<string, unknown>;
  const b = after as unknown as Record<string, unknown>;
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const text = (value: unknown): string => (value === undefined ? '' : canonicalJson(value));
  return names.filter((name) => text(a[name]) !== text(b[name]));
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
