import type { FieldProblem } from './field-problem';
import type { ColumnTable } from './import-columns';
import { parseTimeZone, type RawRow } from './import-row';
import { shiftTimes, type Shift } from './roster';

/** Columns of a roster's file. */
export const ROSTER_COLUMNS: ColumnTable = {
  columns: ['agent', 'date', 'from', 'to', 'time_zone', 'pool', 'note'],
  required: [['agent'], ['date'], ['from'], ['to'], ['time_zone']],
};

export const LONGEST_NOTE = 200;

/** A shift as a file states it. */
export interface RosterRow extends Shift {
  readonly timeZone: string;
  /** SIP user name, or id. */
  readonly agent: string;
  /** Name of a pool; null: none. */
  readonly pool: string | null;
  readonly note: string | null;
}

/** Reads one row of a roster's file, or says what is wrong with it. */
export function readRosterRow(
  raw: RawRow,
): { readonly row: RosterRow } | { readonly problems: readonly FieldProblem[] } {
  const text = (name: string): string => {
    const value = raw[name];
    return typeof value === 'string' ? value.normalize('NFC').trim() : '';
  };
  const problems: FieldProblem[] = [];
  const required = (field: string, accepted: string): string => {
    const value = text(field);
    if (value === '') problems.push({ field, reason: 'is missing', accepted });
    return value;
  };
  const agent = required('agent', "the agent's SIP user name, or id");
  const date = required('date', '2026-11-23');
  const from = required('from', '08:00');
  const to = required('to', '17:00');
  const zone = required('time_zone', 'an IANA name (Asia/Makassar), or WIB, WITA or WIT');
  const note = text('note');
  if (note.length > LONGEST_NOTE || /\p{Cc}/u.test(note))
    problems.push({
      ...{ field: 'note', reason: 'is too long, or has several lines' },
      accepted: `${LONGEST_NOTE} characters in one line`,
    });
  if (problems.length > 0) return { problems };
  const timeZone = parseTimeZone(zone);
  if ('problem' in timeZone) return { problems: [{ field: 'time_zone', ...timeZone.problem }] };
  const times = shiftTimes({ date, from, to, timeZone: timeZone.value });
  if ('problem' in times) return { problems: [times.problem] };
  const pool = text('pool');
  return {
    row: {
      ...{ ...times.value, agent, timeZone: timeZone.value },
      ...{ pool: pool === '' ? null : pool, note: note === '' ? null : note },
    },
  };
}
