import { readLedger, readPersonFacts } from '../src/db/call-history';
import type { Queryable } from '../src/db/database';
import {
  readCampaignStats,
  type CallAsked,
  type DialingRow,
  type PhoneRow,
} from '../src/db/dialing-facts';
import { readCall, type FactsOfNumber } from '../src/db/read-call';
import type { CallMode } from '../src/domain/call-mode';
import { zoneEvidenceOf, type KnownPlaces } from '../src/domain/zone-evidence';
import type { AbandonmentRule, RulePack } from './compliance/rule-pack';
import { zoneTables } from './compliance/shipped/zone-tables';
import { maxLookbackDays, stackFor } from './compliance/stack';
import { candidateZones } from './compliance/zones';
import type { Gate } from './create-gate';
import type { RuleSources } from './decision-record';
import type { CallRules } from './gate-decision';
import { toGateFacts, type GateFacts, type GateStage } from './gate-facts';
import type { BindingRules, RulePackBody } from './rule-store';

/** The call that is asked about, and by whom. */
export interface Question extends Omit<CallAsked, 'accountId'> {
  /** Null: the one that the transaction locked last. */
  readonly accountId: string | null;
  readonly stage: GateStage;
  readonly mode: CallMode;
  /** The attempt that asks for itself: it does not count against itself. */
  readonly attemptId: string | null;
}

/** What is read once a question: the call itself and the rules that bind. */
export interface Call {
  readonly question: Question;
  readonly row: DialingRow;
  readonly clock: GateFacts['clock'];
  readonly binding: BindingRules;
  readonly stack: readonly RulePackBody[];
  readonly shadow: readonly ShadowStack[];
  /** How far back the rules look at the ledger. */
  readonly lookbackDays: number;
  /** What was read with the call, of the number that is asked about first. */
  readonly first: FactsOfNumber;
}

/** The stack that the call would have if a version in shadow did bind. */
export interface ShadowStack {
  readonly packId: string;
  readonly version: number;
  readonly packs: readonly RulePack[];
}

/** All that a decision needs. */
export interface Gathered {
  readonly facts: GateFacts;
  readonly rules: CallRules;
  readonly sources: RuleSources;
  readonly shadow: readonly ShadowStack[];
}

/**
 * How far the rules looked back at the last call of each campaign. The next one will look as far, and
 * its ledger is read with it; what was read too short is read again.
 */
const lastLookbackDays = new Map<string, number>();

/** The call as it is now; null when account or campaign is not there. */
export async function gatherCall(
  gate: Pick<Gate, 'rules' | 'clock'>,
  db: Queryable,
  question: Question,
): Promise<Call | null> {
  const askedAt = gate.clock().toISOString();
  const read = await readCall(db, question, lastLookbackDays.get(question.campaignId) ?? 0);
  const clock = { askedAt, answeredAt: gate.clock().toISOString() };
  if (read === null) return null;
  const { row, first } = read;
  const binding = await gate.rules.bindingAt(db, row.at, row.rulesRevision);
  const stack = stackOf(binding, row);
  const shadow = shadowStacks(binding, stack, row);
  // what decides and what is only compared: both need the same ledger
  const packs = [...stack.map(({ pack }) => pack), ...shadow.flatMap((one) => one.packs)];
  const lookbackDays = maxLookbackDays(packs, question.purpose);
  lastLookbackDays.set(question.campaignId, lookbackDays);
  return { question, row, clock, binding, stack, shadow, lookbackDays, first };
}

/** One for each version in shadow that this call has to do with: before, after, or both. */
function shadowStacks(
  binding: BindingRules,
  stack: readonly RulePackBody[],
  row: DialingRow,
): ShadowStack[] {
  return binding.shadow.flatMap((shadow) => {
    const others = binding.packs.filter(({ id }) => id !== shadow.id);
    const packs = stackOf({ ...binding, packs: [...others, shadow] }, row);
    if (![...stack, ...packs].some(({ id }) => id === shadow.id)) return [];
    const { id, version } = shadow;
    return [{ packId: id, version, packs: packs.map(({ pack }) => pack) }];
  });
}

function stackOf(
  binding: BindingRules,
  { account, debtor, creditor, campaign }: DialingRow,
): RulePackBody[] {
  const packs = binding.packs.map(({ pack }) => pack);
  const productType = knownProduct(packs, account.product);
  const stack = stackFor(packs, {
    country: creditor.country,
    collector: creditor.collector,
    creditorPacks: creditor.rulePacks,
    campaignPacks: campaign.rulePacks,
    ...(debtor.province === null ? {} : { region: debtor.province }),
    ...(productType === null ? {} : { productType }),
  });
  return stack.map(({ pack }) => bodyOf(binding, pack));
}

function bodyOf(binding: BindingRules, pack: RulePack): RulePackBody {
  const body = binding.packs.find((one) => one.pack === pack);
  if (body === undefined) throw new Error(`pack ${pack.id} does not bind`);
  return body;
}

/**
 * Creditors name their products as they like. A name that no pack knows is an unknown product: the
 * packs of every product then apply.
 */
export function knownProduct(packs: readonly RulePack[], product: string | null): string | null {
  const known = packs.some((pack) => pack.appliesTo?.productTypes?.includes(product ?? ''));
  return known ? product : null;
}

/** The facts of the call to one number; null: the person has none that may be meant. */
export async function gatherFacts(
  db: Queryable,
  call: Call,
  phone: PhoneRow | null,
): Promise<Gathered> {
  const { question, row, binding, stack, shadow } = call;
  const { debtor, creditor } = row;
  const packs = stack.map(({ pack }) => pack);
  const [{ person, events }, stats] = await Promise.all([
    factsOfNumber(db, call, phone),
    campaignStats(db, row, packs),
  ]);
  const where = zoneEvidenceOf(
    {
      statedZone: debtor.statedZone,
      province: debtor.province,
      country: creditor.country,
      e164: phone?.e164 ?? null,
      line: phone?.line ?? 'unknown',
    },
    // a country without area codes has no key
    zoneTables as KnownPlaces,
  );
  const facts = toGateFacts({
    stage: question.stage,
    purpose: question.purpose,
    mode: question.mode,
    row,
    phone,
    person,
    events,
    zones: candidateZones(zoneTables, creditor.country, where.evidence),
    zoneSource: where.source,
    zoneConfidence: where.confidence,
    campaignStats: stats,
    clock: call.clock,
  });
  const calendars = Object.fromEntries(binding.calendars.map(({ id, calendar }) => [id, calendar]));
  return { facts, rules: { packs, calendars }, sources: sourcesOf(call), shadow };
}

/** As they were read with the call, if they were. */
async function factsOfNumber(
  db: Queryable,
  { question, row, lookbackDays, first }: Call,
  phone: PhoneRow | null,
): Promise<Pick<FactsOfNumber, 'person' | 'events'>> {
  const { account } = row;
  const asked = {
    debtorId: account.debtorId,
    accountId: account.id,
    creditorId: account.creditorId,
    e164: phone?.e164 ?? null,
    phoneId: phone?.id ?? null,
  };
  const since = daysBefore(row.at, lookbackDays);
  const known = first.phoneId === asked.phoneId ? first : null;
  const [person, events] = await Promise.all([
    known?.person ?? readPersonFacts(db, asked),
    known?.since.getTime() === since.getTime()
      ? known.events
      : readLedger(db, { ...asked, since, askingAttemptId: question.attemptId }),
  ]);
  return { person, events };
}

/** The calendars that the stack's rules read are what it rests on, not every calendar there is. */
function sourcesOf({ stack, binding }: Call): RuleSources {
  const read = new Set(
    stack.flatMap(({ pack }) =>
      pack.rules.flatMap((rule) => (rule.kind === 'holiday' ? [rule.calendar] : [])),
    ),
  );
  return {
    packs: stack.map(({ id, version, sha256 }) => ({ id, version, sha256 })),
    calendars: binding.calendars
      .filter(({ id }) => read.has(id))
      .map(({ id, revision, sha256 }) => ({ id, revision, sha256 })),
  };
}

const DAY_MS = 24 * 3_600_000;
const daysBefore = (at: Date, days: number): Date => new Date(at.getTime() - days * DAY_MS);

async function campaignStats(
  db: Queryable,
  row: DialingRow,
  packs: readonly RulePack[],
): Promise<{ abandoned: number; liveAnswered: number } | null> {
  const rules = packs.flatMap((pack) =>
    pack.rules.filter((rule): rule is AbandonmentRule => rule.kind === 'abandonment'),
  );
  if (rules.length === 0) return null;
  const days = Math.max(...rules.map(({ window }) => windowDays(window)));
  return readCampaignStats(db, row.campaign.id, daysBefore(row.at, days));
}

function windowDays(window: AbandonmentRule['window']): number {
  if (window === undefined) return 1;
  return 'hours' in window ? window.hours / 24 : window.days;
}
