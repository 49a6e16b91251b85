import type { CallFacts } from '../../src/domain/call-facts';
import { appliesToCall } from './call-moment';
import type { RecordingRule, RulePack } from './rule-pack';
import { zoneClock } from './zone-clock';

export type RecordingMode = RecordingRule['mode'];

/** The later, the stricter. */
const BY_STRICTNESS: readonly RecordingMode[] = ['announce', 'all_party', 'none'];

/**
 * What the stack says of recording the talk of a call: its strictest rule among those that are in
 * force at any of the person's local dates and meant for such a call. Null: none says anything.
 * @param at ISO 8601 instant
 */
export function recordingMode(
  stack: readonly RulePack[],
  call: CallFacts,
  at: string,
): RecordingMode | null {
  const dates = call.zones.map((zone) => zoneClock(zone).localAt(Date.parse(at)).date);
  const modes = stack
    .filter(({ effectiveFrom, effectiveTo = '9999-12-31' }) =>
      dates.some((date) => effectiveFrom <= date && date < effectiveTo),
    )
    .flatMap(({ rules }) => rules)
    .filter((rule) => rule.kind === 'recording')
    .filter((rule) => appliesToCall(rule, call))
    .map(({ mode }) => BY_STRICTNESS.indexOf(mode));
  return BY_STRICTNESS[Math.max(-1, ...modes)] ?? null;
}
