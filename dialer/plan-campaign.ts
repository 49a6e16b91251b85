import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { previewChoice, type ChoicePreview } from '../src/db/account-samples';
import { readCallsSeen } from '../src/db/calls-seen';
import { readCashSeen } from '../src/db/cash-seen';
import { findCampaignByName } from '../src/db/campaigns';
import { newId } from '../src/db/new-id';
import { packsOfCampaign } from '../src/domain/campaign-document/campaign-packs';
import type { CampaignSettings } from '../src/domain/campaign-settings';
import { canonicalJson } from '../src/domain/canonical-json';
import { forecastCash, type CashForecast, type CashSeen } from '../src/domain/cash-forecast';
import {
  forecastDay,
  type CallsSeen,
  type DayForecast,
  type PlannedCalls,
} from '../src/domain/day-forecast';
import { checkDocument, type DocumentSource } from './campaign-documents';
import { campaignPack } from './compliance/campaign-pack';
import type { RuleForce } from './compliance/rule-pack';
import type { Gate } from './create-gate';
import { withoutEffect } from './dry-run';
import { examineChoice, type Examination } from './examine';
import { readPlannedPeople } from './plan-people';
import { scheduleOf, type PreviewHour, type SchedulePreview } from './preview';
import type { RulePackBody } from './rule-store';

/** Days back from which rates are taken. */
const SEEN_DAYS = 28;
/** The same for promises: they are decided weeks after the talk. */
const CASH_SEEN_DAYS = 90;
const SAMPLES = 20;
/** The floor's clock: the creditor's books are kept by it. */
const FLOOR_ZONE = 'Asia/Jakarta';

/** A rule that refuses calls of the plan: which pack says it, how strongly, and on what it rests. */
export interface RefusingRule {
  readonly rule: string;
  readonly pack: string;
  readonly force: RuleForce;
  readonly cite: string;
}

/** Calls of one hour to people of the same zones. */
export interface ZoneCalls extends PlannedCalls {
  readonly zones: string;
}

export interface CampaignPlan extends ChoicePreview {
  /** Null: the campaign is not there yet. */
  readonly campaignId: string | null;
  readonly version: number | null;
  readonly schedule: Omit<SchedulePreview, 'campaignId'>;
  /** Those that the schedule names; what is not among them is no rule of a pack. */
  readonly refusing: readonly RefusingRule[];
  /** Every dialable account called once, evenly over the hours in which it may be. */
  readonly calls: readonly (ZoneCalls & { readonly rightPartyChance: number | null })[];
  /** Null: not enough was seen. */
  readonly forecast: DayForecast | null;
  readonly seen: CallsSeen;
  /** What its promises would bring; null: not enough was seen. */
  readonly cash: CashForecast | null;
  readonly cashSeen: Omit<CashSeen, 'promises'>;
}

/**
 * What a document would do on a date, before it is applied: whom it takes, what would be called by
 * hour and zone, what the rules will refuse, and what is to be expected of it. Writes nothing.
 * @param date local date at the debtors; null: tomorrow
 * @throws DocumentRefused
 */
export function planDocument(
  gate: Pick<Gate, 'db' | 'rules' | 'clock'>,
  source: DocumentSource,
  date: string | null,
): Promise<CampaignPlan> {
  return withoutEffect(gate, async (db) => {
    const { document, parts, creditor } = await checkDocument(db, source);
    const { filter, settings, rulePacks } = parts;
    const standing = await findCampaignByName(db, creditor.id, document.name);
    const id = standing?.id ?? newId(new Date());
    const proposed = {
      id,
      creditor_id: creditor.id,
      state: 'running',
      version: (standing?.version ?? 0) + 1,
      rule_packs: packsOfCampaign(id, creditor.country, rulePacks, settings),
      settings,
    } as const;
    const choice = { creditorId: creditor.id, filter, reminders: settings.reminders };
    const examination = await examineChoice(
      { rules: withOwnPack(gate.rules, id, settings), clock: gate.clock },
      db,
      { campaignId: id, proposed, choice },
    );
    const schedule = await scheduleOf(examination, date);
    const spread = spreadCalls(schedule.hours, schedule.date);
    const plan = { hours: spread, date: schedule.date };
    const people = await readPlannedPeople(gate, db, choice, plan);
    const calls = spread.map((one) => ({ ...one, rightPartyChance: people.chanceAt(one) }));
    const seen = await readCallsSeen(db, creditor.id, SEEN_DAYS);
    const forecast = forecastDay(calls, seen);
    const { promises, ...cashSeen } = await readCashSeen(db, creditor, CASH_SEEN_DAYS);
    const contacts = forecast && { rightParties: forecast.rightParties, parts: people.parts };
    const taken = { ...choice, segments: settings.segments };
    return {
      ...(await previewChoice(db, creditor.id, taken, SAMPLES)),
      campaignId: standing?.id ?? null,
      version: standing?.version ?? null,
      schedule,
      refusing: refusingRules(schedule, examination),
      calls,
      forecast,
      seen,
      cash: contacts && forecastCash(contacts, { ...cashSeen, promises }, schedule.date),
      cashSeen,
    };
  });
}

/** The rules that would bind: the campaign's own hours are not kept yet. */
function withOwnPack(
  rules: Gate['rules'],
  campaignId: string,
  settings: CampaignSettings,
): Gate['rules'] {
  const pack = campaignPack(campaignId, settings, 1);
  if (pack === null) return rules;
  const sha256 = createHash('sha256').update(canonicalJson(pack)).digest('hex');
  const body: RulePackBody = { id: pack.id, version: pack.version, sha256, pack };
  return {
    bindingAt: async (tx, at, seen) => {
      const binding = await rules.bindingAt(tx, at, seen);
      const others = binding.packs.filter(({ id }) => id !== pack.id);
      return { ...binding, packs: [...others, body] };
    },
  };
}

/** Each account once: in proportion to how many of its zone may be dialed at each hour. Pure. */
export function spreadCalls(hours: readonly PreviewHour[], date: string): ZoneCalls[] {
  const zones = [...new Set(hours.map((hour) => hour.zones))];
  return zones.flatMap((zone) => {
    const day = hours.filter((hour) => hour.zones === zone);
    const accounts = sum(day.map(({ becomeDialable }) => becomeDialable));
    const open = sum(day.map(({ dialable }) => dialable));
    const clock = zone.split(', ')[0] ?? FLOOR_ZONE;
    return day.flatMap(({ hour, dialable, becomeDialable }) => {
      // hours that open after their beginning alone: called as they open
      const calls = open === 0 ? becomeDialable : (accounts * dialable) / open;
      if (calls === 0) return [];
      const at = DateTime.fromISO(date, { zone: clock }).set({ hour });
      return [{ zones: zone, hour, floorHour: at.setZone(FLOOR_ZONE).hour, calls }];
    });
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);

function refusingRules(
  { hours, deniedAllDay }: CampaignPlan['schedule'],
  { likenesses }: Examination,
): RefusingRule[] {
  const named = new Set([
    ...deniedAllDay.map(({ rule }) => rule),
    ...hours.flatMap(({ denied }) => denied.map(({ rule }) => rule)),
  ]);
  const found = new Map<string, RefusingRule>();
  for (const { rules } of likenesses.values()) {
    for (const pack of rules.packs) {
      for (const { id: rule, force, cite } of pack.rules) {
        if (named.has(rule)) found.set(rule, { rule, pack: pack.id, force, cite });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
}
