import type { Trigger } from '../../domain/conflict-trigger';
import { BOOKS_ZONE, isoDay } from './debtor-time';

/** Who sees to it that it does not come again. */
export const PREVENTION_OWNERS = ['me', 'supervisor', 'manager'] as const;
export type PreventionOwner = (typeof PREVENTION_OWNERS)[number];

/** What the agent writes after a conflict. */
export interface ReflectionDraft {
  readonly conflictId: string;
  readonly whatHappened: string;
  readonly trigger: Trigger | '';
  readonly whatWorked: string;
  readonly action: string;
  readonly owner: PreventionOwner;
  /** ISO date. */
  readonly dueOn: string;
}

/** Something of a week is near enough to be done. */
const USUAL_DAYS = 7;

export function emptyReflection(conflictId: string, now: Date): ReflectionDraft {
  return {
    ...{ conflictId, whatHappened: '', trigger: '', whatWorked: '', action: '', owner: 'me' },
    dueOn: isoDay(now, USUAL_DAYS, BOOKS_ZONE),
  };
}

const NEEDED = ['whatHappened', 'trigger', 'whatWorked', 'action', 'dueOn'] as const;
export type ReflectionField = (typeof NEEDED)[number];

/** What is still blank. */
export function blankFields(draft: ReflectionDraft): readonly ReflectionField[] {
  return NEEDED.filter((name) => draft[name].trim() === '');
}

const line = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** The body of `POST /v1/conflicts/{id}/reflection`; nothing is blank. */
export function reflectionBody(draft: ReflectionDraft, agentId: string): object {
  const { trigger, owner, dueOn } = draft;
  return {
    whatHappened: line(draft.whatHappened),
    trigger,
    whatWorked: line(draft.whatWorked),
    prevention: {
      action: line(draft.action),
      owner: owner === 'me' ? `agent:${agentId}` : `role:${owner}`,
      dueOn,
    },
  };
}
