import { readLedger, readPersonFacts } from '../src/db/call-history';
import type { Queryable } from '../src/db/database';
import { readBudgetRows, type BudgetRow } from '../src/db/read/budget-facts';
import type { CallFacts, ContactEvent } from '../src/domain/call-facts';
import { zoneEvidenceOf, type KnownPlaces } from '../src/domain/zone-evidence';
import { budget, type RuleBudget } from './compliance/budget';
import { evaluate } from './compliance/evaluate';
import type { RulePack } from './compliance/rule-pack';
import { zoneTables } from './compliance/shipped/zone-tables';
import { maxLookbackDays, stackFor } from './compliance/stack';
import { candidateZones } from './compliance/zones';
import { knownProduct } from './gather-facts';
import type { BindingRules, RuleStore } from './rule-store';

/** What the limits leave for calls about one account to one number. */
export interface CallBudget {
  readonly accountId: string;
  readonly phoneId: string;
  /** By the rules alone; the state of account and campaign comes on top. */
  readonly allowedNow: boolean;
  readonly nextAllowedAt: string | null;
  readonly limits: readonly RuleBudget[];
}

export interface DebtorBudget {
  readonly debtorId: string;
  readonly at: Date;
  readonly calls: readonly CallBudget[];
  /** What any of the limits counts: when and how it ended, not who called about what. */
  readonly events: readonly Pick<
    ContactEvent,
    'id' | 'at' | 'outcome' | 'direction' | 'creditor'
  >[];
}

/**
 * What is left of every limit on a person, of all creditors and campaigns together. Reads without
 * a lock: the gate counts again when it decides.
 * @param db what the asker may see: for its accounts a budget is shown
 * @param whole everything: what counts against them
 */
export async function readDebtorBudget(
  { db, whole }: { readonly db: Queryable; readonly whole: Queryable },
  rules: RuleStore,
  asked: { readonly debtorId: string; readonly campaignId: string | null },
): Promise<DebtorBudget> {
  const rows = await readBudgetRows(db, asked.debtorId, asked.campaignId);
  const calls: CallBudget[] = [];
  const events = new Map<string, ContactEvent>();
  for (const row of rows) {
    const counted = await budgetOf(
      whole,
      await rules.bindingAt(whole, row.at),
      asked.debtorId,
      row,
    );
    calls.push(counted.call);
    const ids = new Set(counted.call.limits.flatMap(({ eventIds }) => eventIds));
    for (const event of counted.events) {
      if (event.id !== undefined && ids.has(event.id)) events.set(event.id, event);
    }
  }
  return {
    debtorId: asked.debtorId,
    at: rows[0]?.at ?? new Date(),
    calls,
    events: [...events.values()]
      .sort((a, b) => (a.at < b.at ? -1 : 1))
      .map(({ id = '', at, outcome, direction, creditor }) => {
        return { id, at, outcome, direction, ...(creditor === undefined ? {} : { creditor }) };
      }),
  };
}

async function budgetOf(
  db: Queryable,
  binding: BindingRules,
  debtorId: string,
  row: BudgetRow,
): Promise<{ call: CallBudget; events: readonly ContactEvent[] }> {
  const stack = stackOf(binding, row);
  const { accountId, creditorId, e164, phoneId, at } = row;
  const { locateConsentId: _none, ...person } = await readPersonFacts(db, {
    debtorId,
    accountId,
    creditorId,
    e164,
    phoneId,
  });
  const since = new Date(at.getTime() - maxLookbackDays(stack) * 24 * 3_600_000);
  const events = await readLedger(db, { debtorId, e164, phoneId, since, askingAttemptId: null });
  const facts = { ...callFacts(debtorId, row), ...person };
  const calendars = Object.fromEntries(binding.calendars.map(({ id, calendar }) => [id, calendar]));
  const now = at.toISOString();
  const decision = evaluate(stack, calendars, facts, events, now);
  const call = {
    accountId,
    phoneId,
    allowedNow: decision.verdict !== 'deny',
    nextAllowedAt: decision.nextAllowedAt,
    limits: budget(stack, calendars, facts, events, now),
  };
  return { call, events };
}

function stackOf({ packs: bodies }: BindingRules, row: BudgetRow): RulePack[] {
  const packs = bodies.map(({ pack }) => pack);
  const { country, collector, creditorPacks, campaignPacks, province } = row;
  const product = knownProduct(packs, row.product);
  return stackFor(packs, {
    country,
    collector,
    creditorPacks,
    campaignPacks,
    ...(province === null ? {} : { region: province }),
    ...(product === null ? {} : { productType: product }),
  }).map(({ pack }) => pack);
}

function callFacts(
  debtorId: string,
  row: BudgetRow,
): Omit<CallFacts, 'consents' | 'preferences' | 'holds'> {
  const { evidence } = zoneEvidenceOf(row, zoneTables as KnownPlaces);
  return {
    zones: candidateZones(zoneTables, row.country, evidence),
    ...(row.province === null ? {} : { region: row.province }),
    target: 'consumer',
    collector: row.collector,
    person: debtorId,
    debt: {
      id: row.accountId,
      kind: row.debtKind,
      dpd: Math.max(0, row.daysPastDue),
      creditor: row.creditorId,
      ...(row.noticeMailedOn === null ? {} : { noticeMailedOn: row.noticeMailedOn }),
    },
    number: row.phoneId,
    place: row.place,
    line: row.line === 'fixed' ? 'residential_landline' : 'mobile',
    mode: 'live',
  };
}
