import { OUTCOME_NEEDS, type Need } from '../../domain/outcome-needs';
import type { Guide } from './api-answers';
import type { FieldError } from './api-error';
import type { DraftProblem, DraftProblems, OutcomeDraft } from './outcome-draft';

/** A step of the talk that the outcome still lacks, and where on the page it is done. */
export interface MissingStep {
  readonly need: Need;
  /** Selectors, the first that the page has is where the agent is led. */
  readonly at: readonly string[];
}

export interface Missing {
  readonly steps: readonly MissingStep[];
  /** Without them it is refused; else they are kept as not done. */
  readonly isRefused: boolean;
}

const OFFER = [
  '#offers input:checked',
  '#offers input',
  '#income',
  '#guide-cause',
  '#proofs input',
];
const PLACES: Readonly<Record<Need, readonly string[]>> = {
  identity: ['#proofs input'],
  ticks: ['.ticks button[aria-pressed="false"]', '#hope', '#proofs input'],
  answer: OFFER,
  agreement: OFFER,
  recap: ['#recap', '#proofs input'],
  dispute_type: ['#caseType', '#caseKind'],
};

const stepOf = (need: Need): MissingStep => ({ need, at: PLACES[need] });

const NOTHING: Missing = { steps: [], isRefused: false };

/** What the outcome that is chosen still needs of the talk, by what the server says of it. */
export function missingSteps(guide: Guide | null, code: OutcomeDraft['code']): Missing {
  if (guide === null || code === '' || guide.mode === 'off') return NOTHING;
  const told = guide.debt?.outcomes.find((outcome) => outcome.code === code);
  if (told !== undefined) {
    return { steps: told.missing.map(stepOf), isRefused: told.isRefused };
  }
  // nothing is told of the debt before the person is known: then all of it is missing
  const { guided, protects } = OUTCOME_NEEDS[code];
  const isRefused = guide.mode === 'required' && !protects && guided.length > 0;
  return { steps: guided.map(stepOf), isRefused };
}

/** The one behind the last that the agent was led to; null: none is missing. */
export function nextMissing(steps: readonly MissingStep[], last: Need | null): MissingStep | null {
  const at = steps.findIndex(({ need }) => need === last);
  return steps[at + 1] ?? steps[0] ?? null;
}

/** Where an error of the outcome is shown. */
const FIELDS: Readonly<Record<string, keyof OutcomeDraft>> = {
  code: 'code',
  rootCause: 'rootCause',
  note: 'note',
  callbackAt: 'callbackAt',
  promise: 'amount',
  'promise.amountMinor': 'amount',
  'promise.dueDate': 'dueDate',
  'promise.method': 'method',
};
const PROBLEMS: Readonly<Partial<Record<keyof OutcomeDraft, DraftProblem>>> = {
  amount: 'amount',
  dueDate: 'date',
  callbackAt: 'future',
};

export interface PlacedErrors {
  readonly needs: readonly Need[];
  readonly problems: DraftProblems;
  /** What has no place of its own is told as the server says it. */
  readonly rest: readonly FieldError[];
}

/** A refused outcome's errors, each where the agent can do something about it. */
export function placeErrors(errors: readonly FieldError[]): PlacedErrors {
  const needs: Need[] = [];
  const problems: Partial<Record<keyof OutcomeDraft, DraftProblem>> = {};
  const rest: FieldError[] = [];
  for (const error of errors) {
    const need = needOf(error.field);
    const field = FIELDS[error.field];
    if (need !== null) needs.push(need);
    else if (field === undefined) rest.push(error);
    else problems[field] = peaceIn(error) ?? PROBLEMS[field] ?? 'needed';
  }
  return { needs, problems, rest };
}

/** A callback before the end of a cool-down: the server names it. */
function peaceIn({ field, accepted }: FieldError): DraftProblem | null {
  const [, until] = /^(\S+Z) or later$/.exec(accepted) ?? [];
  return field === 'callbackAt' && until !== undefined ? `peace:${until}` : null;
}

function needOf(field: string): Need | null {
  const [, name] = /^guide\.(\w+)$/.exec(field) ?? [];
  return (Object.keys(PLACES) as Need[]).find((need) => need === name) ?? null;
}
