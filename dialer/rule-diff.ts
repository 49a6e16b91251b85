import { readBodies } from '../src/db/binding-rules';
import type { Database } from '../src/db/database';
import { sampleOpenAccounts } from '../src/db/due-sample';
import { streamKeptDecisions } from '../src/db/read/kept-decisions';
import type { Instant } from '../src/domain/call-facts';
import type { Calendar } from './compliance/calendar';
import { evaluate } from './compliance/evaluate';
import type { RulePack } from './compliance/rule-pack';
import { gatherCall, gatherFacts, type Gathered } from './gather-facts';
import type { KeptTexts } from './replay';
import { whatIfAll } from './replay-all';
import { createRuleStore, type RulePackBody, type RuleStore } from './rule-store';
import { changeOf, WhatIfTally, type WhatIfTotals } from './what-if';

/** Two versions to compare: `after` would take the place of `before`. */
export interface VersionPair {
  readonly before: RulePack;
  readonly after: RulePack;
}

export interface AccountDiff {
  /** Open accounts of campaigns that are not done. */
  readonly open: number;
  /** Of these, those that were asked about. */
  readonly sampled: number;
  /** Of these, those with one of the two versions in their stack. */
  readonly concerned: number;
  readonly totals: WhatIfTotals;
}

/**
 * What the rules say of calling open accounts at `at`, under the one version and under the other:
 * each account to its first number, its facts as they are now. Only the rules count, not whether
 * agents or trunks are there. Writes nothing. @param limit accounts that are asked about
 */
export async function diffAccounts(
  db: Database,
  pair: VersionPair,
  asked: { readonly at: Instant; readonly limit: number },
): Promise<AccountDiff> {
  const rules = pairInForce(createRuleStore(), pair);
  return db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read, read only');
    const { accounts, total } = await sampleOpenAccounts(tx, asked.limit);
    const tally = new WhatIfTally();
    let concerned = 0;
    for (const account of accounts) {
      const call = await gatherCall({ rules, clock: () => new Date() }, tx, {
        ...account,
        purpose: 'collect',
        phoneId: null,
        stage: 'reserve',
        mode: 'progressive',
        attemptId: null,
      });
      const [phone] = call?.row.phones ?? [];
      if (call === null || phone === undefined) continue;
      const gathered = await gatherFacts(tx, call, phone);
      const other = gathered.shadow.find(({ packId }) => packId === pair.after.id);
      if (other === undefined) continue;
      concerned += 1;
      tally.add(compare(gathered, withoutBefore(other.packs, pair), asked.at));
    }
    return { open: total, sampled: accounts.length, concerned, totals: tally.totals() };
  });
}

/** The rules as if `before` did bind, and `after` ran in shadow beside it. */
function pairInForce(store: RuleStore, { before, after }: VersionPair): RuleStore {
  const bodyOf = (pack: RulePack): RulePackBody => {
    // a file has no row to be named by: nothing here is kept
    return { id: pack.id, version: pack.version, sha256: '', pack };
  };
  return {
    bindingAt: async (tx, at, seen) => {
      const binding = await store.bindingAt(tx, at, seen);
      const others = binding.packs.filter(({ id }) => id !== before.id && id !== after.id);
      return { ...binding, packs: [...others, bodyOf(before)], shadow: [bodyOf(after)] };
    },
  };
}

/** Of two packs with different ids the one goes when the other comes. */
function withoutBefore(packs: readonly RulePack[], { before, after }: VersionPair): RulePack[] {
  return packs.filter(({ id }) => id === after.id || id !== before.id);
}

function compare(
  { facts, rules }: Gathered,
  packs: readonly RulePack[],
  at: Instant,
): Parameters<WhatIfTally['add']>[0] {
  const { call, events, guardMs } = facts;
  const decide = (stack: readonly RulePack[]) =>
    evaluate(stack, rules.calendars, call, events, at, { guardMs });
  const old = decide(rules.packs);
  const now = decide(packs);
  const [was, is] = [old.verdict !== 'deny', now.verdict !== 'deny'];
  return {
    change: changeOf(was, is, old.deniedBy === now.deniedBy),
    debtorId: call.person,
    at,
    ruleBefore: old.deniedBy,
    ruleAfter: now.deniedBy,
    wasCall: false,
  };
}

export interface DecisionDiff {
  readonly totals: WhatIfTotals;
  /** There were more than `limit`: those after it were not looked at. */
  readonly cut: boolean;
}

/** What `after` would have made of the decisions kept since `from`, oldest first. */
export async function diffDecisions(
  db: Database,
  after: RulePack,
  calendars: readonly Calendar[],
  asked: { readonly from: Date; readonly to: Date; readonly limit: number },
): Promise<DecisionDiff> {
  let read = 0;
  let cut = false;
  async function* bounded(): AsyncGenerator<KeptTexts> {
    const range = { from: asked.from, to: asked.to, creditorId: null };
    for await (const kept of streamKeptDecisions(db, range)) {
      cut = read === asked.limit;
      if (cut) return;
      read += 1;
      yield kept;
    }
  }
  const totals = await whatIfAll(
    { decisions: bounded(), readBodies: (sha256s) => readBodies(db, sha256s) },
    { packs: [after], calendars, added: false },
    () => undefined,
  );
  return { totals, cut };
}
