import { DateTime } from 'luxon';
import type { RuleInputs } from './rule-decision';
import type { Language } from './words';
import { localTimeInWords, wallClock, windowTextInWords, zoneName } from './words-time';

/** What a failed rule looked at, ready to be put in a sentence of one language. */
export interface Told {
  readonly language: Language;
  /** A value as text; what is absent or null: empty. */
  text(name: string): string;
  /** A value as number; what is absent or null: null. */
  number(name: string): number | null;
  list(name: string): readonly string[];
  /** Its instant on the debtor's wall clock; what is absent or null: null. */
  instant(name: string): string | null;
  /** Windows as `Senin–Sabtu 08.00–20.00; Minggu 09.00–12.00`. */
  windows(): string;
  /** The local time that the rule looked at, with the zone's name. */
  localTime(): string;
  /** The rule holds now, and fails at the end of the ringing. */
  readonly atRingEnd: boolean;
}

export function tell(inputs: RuleInputs, zone: string | null, language: Language): Told {
  const text = (name: string): string => {
    const value = inputs[name];
    if (value === undefined || value === null) return '';
    return Array.isArray(value) ? value.join(', ') : String(value);
  };
  const list = (name: string): readonly string[] => {
    const value = inputs[name];
    if (Array.isArray(value)) return value as readonly string[];
    const one = text(name);
    return one === '' ? [] : [one];
  };
  return {
    language,
    text,
    list,
    number: (name) => {
      const value = inputs[name];
      return typeof value === 'number' ? value : null;
    },
    instant: (name) => {
      const at = new Date(text(name));
      if (text(name) === '' || Number.isNaN(at.getTime())) return null;
      return wallClock(at, zone ?? 'UTC', language);
    },
    windows: () =>
      list('windows')
        .map((window) => windowTextInWords(window, language))
        .join('; '),
    localTime: () => {
      const local = localTimeInWords(text('localTime'), language);
      return zone === null ? local : `${local} ${localZoneName(zone, text('localTime'))}`;
    },
    atRingEnd: inputs.ringEnd === true,
  };
}

/** `WIB`; `EDT/EST` of an hour that the clock shows twice: the text does not say which was meant. */
function localZoneName(zone: string, local: string): string {
  const at = DateTime.fromSQL(local.slice(local.indexOf(' ') + 1), { zone });
  if (!at.isValid) return zoneName(zone, new Date(0));
  return at
    .getPossibleOffsets()
    .map((one) => zoneName(zone, one.toJSDate()))
    .join('/');
}
