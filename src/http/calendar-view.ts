import { z } from 'zod';
import { gapOf } from '../../dialer/compliance/calendar-alarm';
import type { Calendar } from '../../dialer/compliance/calendar';
import type { CalendarRevision } from '../db/calendars';
import { decidedFields } from './rule-decision';

export const calendarId = z.string().regex(/^[A-Z0-9][A-Z0-9-]{1,31}$/, 'ID');
export const calendarParams = z.strictObject({ id: calendarId });
export const revisionParams = calendarParams.extend({
  revision: z.string().regex(/^[0-9]{4}[0-9.-]{0,20}$/, '2026-11'),
});

export const revisionSummary = z.object({
  calendarId,
  revision: z.string(),
  ...decidedFields,
});
export const wholeRevision = revisionSummary.extend({
  calendar: z.looseObject({}).describe('The calendar as it is hashed'),
});
export const calendarSummary = z.object({
  id: calendarId,
  bindingRevision: z.string().nullable(),
  years: z.array(z.number().int()).describe('Covered; in any other year its rules deny'),
  estimatedYears: z.array(z.number().int()).describe('Covered, with days that are guesses'),
  missingNextYear: z.boolean(),
  inUse: z.boolean().describe('A rule that may apply to some call reads it'),
  revisions: z.array(revisionSummary),
});

export function calendarOf(revision: CalendarRevision): Calendar {
  return JSON.parse(revision.body) as Calendar;
}

export function wholeView(revision: CalendarRevision): z.input<typeof wholeRevision> {
  return { ...revision, calendar: { ...calendarOf(revision) } };
}

/** One line a calendar. @param year the present one */
export function summariseCalendars(
  revisions: readonly CalendarRevision[],
  inUse: readonly string[],
  year: number,
): z.input<typeof calendarSummary>[] {
  const ids = [...new Set(revisions.map((one) => one.calendarId))];
  return ids.map((id) => {
    const ofCalendar = revisions.filter((one) => one.calendarId === id);
    const binding = ofCalendar.find((one) => one.binding);
    const calendar = binding === undefined ? undefined : calendarOf(binding);
    const years = [...(calendar?.years ?? [])];
    return {
      id,
      bindingRevision: binding?.revision ?? null,
      years,
      estimatedYears: years.filter((one) => gapOf(calendar, one) === 'estimated'),
      missingNextYear: gapOf(calendar, year + 1) === 'missing',
      inUse: inUse.includes(id),
      revisions: ofCalendar,
    };
  });
}
