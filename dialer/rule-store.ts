import { readBindingNames, readBodies, readRulesRevision } from '../src/db/binding-rules';
import type { BindingNames, VersionName } from '../src/db/binding-rules';
import type { Queryable } from '../src/db/database';
import type { Calendar } from './compliance/calendar';
import type { RulePack } from './compliance/rule-pack';

/** A version of a pack as it is kept: named by id, version and the hash of its canonical JSON. */
export interface RulePackBody {
  readonly id: string;
  readonly version: number;
  /** Hex. */
  readonly sha256: string;
  readonly pack: RulePack;
}
export interface CalendarBody {
  readonly id: string;
  readonly revision: string;
  /** Hex. */
  readonly sha256: string;
  readonly calendar: Calendar;
}

/** What decides at an instant. */
export interface BindingRules {
  /** Every pack that binds, wherever it applies: the stack of a call is chosen among them. */
  readonly packs: readonly RulePackBody[];
  readonly calendars: readonly CalendarBody[];
  /** Versions that run in shadow: compared, deciding nothing. */
  readonly shadow: readonly RulePackBody[];
}

export interface RuleStore {
  /**
   * The rules that bind at `at`, as this transaction sees them. One statement of one row as long
   * as nothing has changed; bodies are read once a process.
   * @param seen the revision of the rules, when the caller has read it in this transaction
   */
  bindingAt(tx: Queryable, at: Date, seen?: bigint): Promise<BindingRules>;
}

/** Reads packs and calendars from the database and keeps what it has read. */
export function createRuleStore(): RuleStore {
  const bodies = new Map<string, unknown>();
  let last: { revision: bigint; names: BindingNames; rules: BindingRules } | undefined;

  async function readMissing(tx: Queryable, names: readonly VersionName[]): Promise<void> {
    const missing = names.map(({ sha256 }) => sha256).filter((sha256) => !bodies.has(sha256));
    if (missing.length === 0) return;
    for (const [sha256, body] of await readBodies(tx, missing)) {
      bodies.set(sha256, deepFreeze(JSON.parse(body)));
    }
  }

  return {
    bindingAt: async (tx, at, seen) => {
      const revision = seen ?? (await readRulesRevision(tx));
      const ms = at.getTime();
      if (last?.revision === revision) {
        const { holdsFromMs, holdsToMs } = last.names;
        if (ms >= holdsFromMs && ms < holdsToMs) return last.rules;
      }
      const names = await readBindingNames(tx, at);
      await readMissing(tx, [...names.packs, ...names.calendars, ...names.shadow]);
      const pack = ({ id, version, sha256 }: VersionName): RulePackBody => {
        return { id, version: Number(version), sha256, pack: bodies.get(sha256) as RulePack };
      };
      const rules: BindingRules = {
        packs: names.packs.map(pack),
        shadow: names.shadow.map(pack),
        calendars: names.calendars.map(({ id, version, sha256 }) => {
          return { id, revision: version, sha256, calendar: bodies.get(sha256) as Calendar };
        }),
      };
      last = { revision, names, rules };
      return rules;
    },
  };
}

/** Shared by every decision of the process: nobody may write into it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
