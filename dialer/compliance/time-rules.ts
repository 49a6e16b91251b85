import type { Calendar, CalendarDay } from './calendar';
import { liftedByTimeConsent, nextClockChange, type CallMoment, type Failure } from './call-moment';
import { inAnyWindow, inWindow, windowEdges, windowText } from './local-window';
import { mayBeInAny } from './region';
import type { BlackoutRule, HolidayRule, PreferenceRule, WindowRule } from './rule-pack';
import type { RuleInputs } from './rule-decision';
import { localText } from './zone-clock';

/** Fails outside its windows. */
export function checkWindow(rule: WindowRule, moment: CallMoment): Failure | null {
  const { dpd } = moment.call.facts.debt;
  if (rule.exemptWhen !== undefined && dpd !== undefined && dpd > rule.exemptWhen.dpdOver) {
    return null;
  }
  if (inAnyWindow(rule.windows, moment.local)) return null;
  if (liftedByTimeConsent(rule, moment, false)) return null;
  return {
    untilMs: nextClockChange(rule, moment, windowEdges(rule.windows)),
    inputs: () => ({ windows: rule.windows.map(windowText), localTime: localText(moment.local) }),
  };
}

/** Fails inside its windows, on its dates. */
export function checkBlackout(rule: BlackoutRule, moment: CallMoment): Failure | null {
  const { local } = moment;
  if (local.date < rule.dateFrom || local.date > rule.dateTo) return null;
  if (!inAnyWindow(rule.windows, local)) return null;
  if (liftedByTimeConsent(rule, moment, false)) return null;
  return {
    untilMs: nextClockChange(rule, moment, windowEdges(rule.windows)),
    inputs: () => ({
      windows: rule.windows.map(windowText),
      dateFrom: rule.dateFrom,
      dateTo: rule.dateTo,
      localTime: localText(local),
    }),
  };
}

/** Fails inside the times that the person does not want. */
export function checkPreference(rule: PreferenceRule, moment: CallMoment): Failure | null {
  const { preferences } = moment.call.facts;
  const refused = preferences.filter((window) => inWindow(window, moment.local));
  if (refused.length === 0 || liftedByTimeConsent(rule, moment, false)) return null;
  return {
    untilMs: nextClockChange(rule, moment, windowEdges(preferences)),
    inputs: () => ({ windows: refused.map(windowText), localTime: localText(moment.local) }),
  };
}

/** Fails on a day of its types, and on every day of which no calendar is known. */
export function checkHoliday(rule: HolidayRule, moment: CallMoment): Failure | null {
  const inputs = holidayInputs(rule, moment);
  if (inputs === null || liftedByTimeConsent(rule, moment, true)) return null;
  return { untilMs: nextClockChange(rule, moment, []), inputs: () => inputs };
}

function holidayInputs(rule: HolidayRule, { call, local }: CallMoment): RuleInputs | null {
  const calendar = call.calendars[rule.calendar];
  const base = { date: local.date, calendar: rule.calendar, revision: calendar?.revision ?? null };
  if (calendar === undefined) return { ...base, reason: 'calendar_missing' };
  if (!calendar.years.includes(Number(local.date.slice(0, 4)))) {
    return { ...base, reason: 'year_not_covered' };
  }
  const day = calendarDay(calendar, local.date, call.facts.region);
  if (day === null || !rule.types.includes(day.type)) return null;
  const { type, name = null, decree = null } = day;
  return { ...base, reason: 'day', type, name, decree };
}

/** The entry that holds for a person in this region; null: a day as any other. */
function calendarDay(
  calendar: Calendar,
  date: string,
  region: string | undefined,
): CalendarDay | null {
  const entry = calendar.entries[date];
  if (entry === undefined) return null;
  if (typeof entry === 'string') return { type: entry };
  if (entry.status === 'cancelled') return null;
  return entry.regions === undefined || mayBeInAny(entry.regions, region) ? entry : null;
}
