import type { CallHold } from '../../src/domain/call-facts';
import { instantText, isDuring, type CallMoment, type Failure } from './call-moment';
import { instantMs } from './instant';
import type { DpdRule, HoldRule, MinDpdRule, PartyRule, WaitRule } from './rule-pack';
import { dateOfDay, dayOfDate } from './zone-clock';

/** Fails while a hold of its kinds stands on this person, this debt or this number. */
export function checkHold(rule: HoldRule, moment: CallMoment): Failure | null {
  const { debt, number } = moment.call.facts;
  const standing = moment.call.facts.holds.filter(
    (hold) =>
      (rule.on.includes('*') || rule.on.includes(hold.kind)) &&
      (hold.debt === undefined || hold.debt === debt.id) &&
      (hold.number === undefined || hold.number === number) &&
      stands(hold, moment),
  );
  const [first] = standing;
  if (first === undefined) return null;
  const untilMs = Math.max(...standing.map((hold) => endOf(hold, moment)));
  return {
    untilMs,
    inputs: () => ({
      hold: first.kind,
      holdIds: standing.flatMap(({ id }) => (id === undefined ? [] : [id])),
      scope: scopeOf(first),
      since: first.startsOn ?? first.from ?? null,
      until: instantText(untilMs),
    }),
  };
}

function scopeOf({ debt, number }: CallHold): string {
  if (number !== undefined) return 'number';
  return debt === undefined ? 'person' : 'debt';
}

/** By local dates when it names its first, else by instants. */
function stands(hold: CallHold, { atMs, local }: CallMoment): boolean {
  if (hold.startsOn === undefined) return isDuring(hold, atMs);
  if (local.date < hold.startsOn) return false;
  return hold.days === undefined || local.day < dayOfDate(hold.startsOn) + hold.days;
}

function endOf(hold: CallHold, { clock }: CallMoment): number {
  if (hold.startsOn === undefined) return hold.to === undefined ? Infinity : instantMs(hold.to);
  if (hold.days === undefined) return Infinity;
  return clock.startOfDay(dayOfDate(hold.startsOn) + hold.days);
}

/** Fails for persons whom one does not call about this debt. */
export function checkParty(rule: PartyRule, { call }: CallMoment): Failure | null {
  const { target } = call.facts;
  if (!rule.deny.includes(target)) return null;
  return { untilMs: Infinity, inputs: () => ({ target, denied: rule.deny }) };
}

/** Fails beyond so many days past due; not knowing them is beyond. */
export function checkDpd(rule: DpdRule, { call }: CallMoment): Failure | null {
  const { dpd } = call.facts.debt;
  if (dpd !== undefined && dpd <= rule.max) return null;
  return { untilMs: Infinity, inputs: () => ({ dpd: dpd ?? null, max: rule.max }) };
}

/** Fails before so many days past due; not knowing them is before. */
export function checkMinDpd(rule: MinDpdRule, { call }: CallMoment): Failure | null {
  const { dpd } = call.facts.debt;
  if (dpd !== undefined && dpd >= rule.min) return null;
  return { untilMs: Infinity, inputs: () => ({ dpd: dpd ?? null, min: rule.min }) };
}

/** Fails until more than so many local days have passed since a dated fact; no date: never passes. */
export function checkWait(rule: WaitRule, { call, clock, local }: CallMoment): Failure | null {
  const debt: Readonly<Record<string, unknown>> = call.facts.debt;
  const factDate = debt[rule.fact];
  const base = { fact: rule.fact, days: rule.days };
  if (typeof factDate !== 'string' || Number.isNaN(dayOfDate(factDate))) {
    return { untilMs: Infinity, inputs: () => ({ ...base, factDate: null, endsOn: null }) };
  }
  const endDay = dayOfDate(factDate) + rule.days + 1;
  if (local.day >= endDay) return null;
  return {
    untilMs: clock.startOfDay(endDay),
    inputs: () => ({ ...base, factDate, endsOn: dateOfDay(endDay) }),
  };
}
