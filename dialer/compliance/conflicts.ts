import type { HourSpan, HourVoice } from './hour-map';

/** Hours that one pack of the stack allows and another forbids; the stricter wins. */
export interface HourConflict extends HourSpan {
  readonly allowing: readonly (HourVoice & { readonly says: 'allows' })[];
  readonly forbidding: readonly (HourVoice & { readonly says: 'forbids' })[];
}

/** The spans over which the packs disagree, in order. */
export function findConflicts(spans: readonly HourSpan[]): HourConflict[] {
  return spans.flatMap((span) => {
    const allowing = span.voices.filter((voice) => voice.says === 'allows');
    const forbidding = span.voices.filter((voice) => voice.says === 'forbids');
    if (allowing.length === 0 || forbidding.length === 0) return [];
    return [{ ...span, allowing, forbidding }];
  });
}
