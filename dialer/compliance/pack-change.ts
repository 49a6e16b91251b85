import { canonicalJson } from '../../src/domain/canonical-json';
import type { FieldProblem } from '../../src/domain/field-problem';
import { BASE_PACK_ID } from './judge';
import type { Rule, RulePack } from './rule-pack';
import { lawLayer } from './stack';

/** Has it a rule that is more than a tenant's own policy? Then it applies by itself. */
const isOfTheLaw = (pack: RulePack): boolean => lawLayer(pack) !== null;

/**
 * May `proposed` take the place of `binding` (null: there is none yet)? The law changes, so a
 * version may be looser than the one before, when two people say so; but none may take a pack of
 * the law out of its place, make policy of it, or loosen {@link BASE_PACK_ID}.
 * @returns what stands against it; empty: nothing
 */
export function checkPackChange(proposed: RulePack, binding: RulePack | null): FieldProblem[] {
  if (proposed.id === BASE_PACK_ID) return binding === null ? [] : loosened(proposed, binding);
  const problems: FieldProblem[] = [];
  const add = (field: string, reason: string, accepted: string): void => {
    problems.push({ field, reason, accepted });
  };
  const law = isOfTheLaw(proposed);
  if (law && proposed.jurisdiction === '*') {
    add('pack.jurisdiction', 'law belongs to a place', 'ID, US-MA; or rules of force policy alone');
  }
  if (law && proposed.simulatedOnly === true) {
    add('pack.simulatedOnly', 'law is not for made-up people', 'leave it out');
  }
  if (binding === null || !isOfTheLaw(binding)) return problems;
  if (!law) {
    add('pack.rules', 'the binding version is of the law: this one would be policy alone', 'law');
  }
  if (proposed.jurisdiction !== binding.jurisdiction) {
    add('pack.jurisdiction', 'a pack of the law keeps its place', binding.jurisdiction);
  }
  const narrower = narrowed(proposed, binding);
  if (narrower !== null) add(narrower, 'a pack of the law keeps whom it applies to', 'as it binds');
  return problems;
}

/** A day of a calendar that nobody has is a holiday: the rule would deny every call for good. */
export function checkCalendars(
  { rules }: RulePack,
  calendarIds: readonly string[],
): FieldProblem[] {
  return rules.flatMap((rule, index) => {
    if (rule.kind !== 'holiday' || calendarIds.includes(rule.calendar)) return [];
    const reason = `there is no calendar ${rule.calendar}: no call would ever be allowed`;
    const accepted = `${calendarIds.join(', ')}; or propose that calendar first`;
    return [{ field: `pack.rules[${index}].calendar`, reason, accepted }];
  });
}

/**
 * A version of the law that begins to bind before it is in force, or after it has ended, would leave
 * a gap with no rule.
 * @param bindsFrom when it would take the place of `binding`
 */
export function checkStart(
  proposed: RulePack,
  binding: RulePack | null,
  bindsFrom: Date,
): FieldProblem[] {
  if (binding === null || !isOfTheLaw(binding)) return [];
  const dayAt = (hours: number): string =>
    new Date(bindsFrom.getTime() + hours * 3_600_000).toISOString().slice(0, 10);
  // the easternmost zone is 14 h before UTC
  if (proposed.effectiveTo !== undefined && proposed.effectiveTo <= dayAt(14)) {
    return [
      {
        field: 'pack.effectiveTo',
        reason: `the version ends before ${proposed.effectiveTo}: nothing would bind`,
        accepted: 'a version that is still in force, or without effectiveTo',
      },
    ];
  }
  // the westernmost zone is 12 h behind UTC
  if (proposed.effectiveFrom <= dayAt(-12)) return [];
  return [
    {
      field: 'bindsFrom',
      reason: `the version is in force from ${proposed.effectiveFrom}: until then nothing would bind`,
      accepted: `${proposed.effectiveFrom}T12:00:00Z or later; or a version with an earlier effectiveFrom`,
    },
  ];
}

/** A field of appliesTo by which fewer calls would fall under the pack than now, or null. */
function narrowed(proposed: RulePack, binding: RulePack): string | null {
  for (const field of ['productTypes', 'collector'] as const) {
    const now: readonly string[] | undefined = binding.appliesTo?.[field];
    const then: readonly string[] | undefined = proposed.appliesTo?.[field];
    if (then === undefined) continue;
    if (now === undefined || now.some((value) => !then.includes(value))) {
      return `pack.appliesTo.${field}`;
    }
  }
  return null;
}

/**
 * A rule can only deny, and all rules of a stack must pass. So a version that holds every rule of
 * the binding one, unchanged, for as long and everywhere, allows nothing that the binding one
 * denies. More than that cannot be shown of changed rules, so none is accepted.
 */
function loosened(proposed: RulePack, binding: RulePack): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const kept = new Map(proposed.rules.map((rule) => [rule.id, meaning(rule)]));
  for (const rule of binding.rules) {
    if (kept.get(rule.id) === meaning(rule)) continue;
    problems.push({
      field: 'pack.rules',
      reason: `${rule.id} is ${kept.has(rule.id) ? 'changed' : 'missing'}: ${BASE_PACK_ID} is never loosened`,
      accepted: 'every rule of the binding version as it is, and more rules',
    });
  }
  const open = proposed.appliesTo === undefined && proposed.simulatedOnly === undefined;
  const always =
    proposed.effectiveFrom <= binding.effectiveFrom && proposed.effectiveTo === undefined;
  if (proposed.jurisdiction !== '*' || !open || !always) {
    problems.push({
      field: 'pack',
      reason: `${BASE_PACK_ID} applies everywhere, to everybody, always`,
      accepted: `jurisdiction *, effectiveFrom ${binding.effectiveFrom} or earlier; no effectiveTo, appliesTo, simulatedOnly`,
    });
  }
  return problems;
}

/** All of a rule but the words beside it. */
function meaning(rule: Rule): string {
  const { cite: _cite, sourceIds: _sourceIds, ...rest } = rule;
  return canonicalJson(rest);
}
