import { z } from 'zod';
import { CASE_KINDS, CASE_RULES, CASE_SCOPES, type CaseScope } from './case-kind';
import { factId, factNumber, factOrigin, problem } from './fact-input';
import type { FieldProblem } from './field-problem';

/** What was said: some lines at most. */
const told = (max: number) =>
  z
    .string()
    .regex(
      new RegExp(`^(?=[^]*\\S)[^\\p{Cs}]{1,${max}}$`, 'u'),
      `1 to ${max} characters, not blank`,
    );

export const caseEvidence = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('text'), body: told(4_000) }),
  z.strictObject({
    kind: z.literal('link'),
    body: z
      .url({ protocol: /^https?$/ })
      .max(1_000)
      .describe('Where the document is kept'),
  }),
]);
export type CaseEvidenceInput = z.output<typeof caseEvidence>;

/** What was said, and by whom it is heard. */
export const toldCase = z.strictObject({
  kind: z.enum(CASE_KINDS),
  type: z
    .string()
    .max(40)
    .optional()
    .describe('Of a dispute, hardship, vulnerability or abuse: which; absent: not sorted yet'),
  scope: z.enum(CASE_SCOPES).optional().describe('What stops; absent: the least that fits'),
  claim: told(2_000).describe('In the words of whoever said it'),
  evidence: z.array(caseEvidence).max(20).default([]),
});

export const caseInput = toldCase.extend({
  creditorId: factId.optional().describe('Who answers; absent: the account’s'),
  debtorId: factId.optional(),
  accountId: factId.optional(),
  number: factNumber.optional(),
  attemptId: factId.optional().describe('The talk that it is about'),
  ...factOrigin,
});
export type CaseInput = z.output<typeof caseInput>;

type Subject = Pick<CaseInput, 'kind' | 'scope' | 'debtorId' | 'accountId' | 'number'>;

const fits = (scope: CaseScope, { debtorId, accountId, number }: Subject): boolean => {
  switch (scope) {
    case 'account':
      return accountId !== undefined;
    case 'number':
      return number !== undefined;
    case 'person':
    case 'creditor':
      return debtorId !== undefined || accountId !== undefined;
  }
};

function findScope(input: Subject): CaseScope | null {
  const { scopes } = CASE_RULES[input.kind];
  const asked = input.scope === undefined ? scopes : scopes.filter((one) => one === input.scope);
  return asked.find((one) => fits(one, input)) ?? null;
}

/** What a case stops. @throws Error when it was not checked: nothing that it may stop is named */
export function scopeOf(input: Subject): CaseScope {
  const scope = findScope(input);
  if (scope === null) throw new Error(`a ${input.kind} without a scope`);
  return scope;
}

const NEEDED: Readonly<Record<CaseScope, string>> = {
  account: 'accountId',
  person: 'debtorId',
  number: 'number',
  creditor: 'debtorId',
};

/** What does not fit together; empty: it can be opened. */
export function checkCase(input: Subject & Pick<CaseInput, 'type'>): FieldProblem[] {
  const { kind, type, scope } = input;
  const { scopes, types } = CASE_RULES[kind];
  const problems: FieldProblem[] = [];
  if (type !== undefined && !types.includes(type)) {
    const accepted = types.length === 0 ? 'leave it out' : types.join(', ');
    problems.push(problem('type', `is not one of a ${kind}`, accepted));
  }
  if (scope !== undefined && !scopes.includes(scope)) {
    problems.push(problem('scope', `is not what a ${kind} stops`, scopes.join(', ')));
  } else if (findScope(input) === null) {
    const needed = NEEDED[scope ?? scopes[0]];
    problems.push(
      problem(needed, `a ${kind} needs it`, scopes.map((one) => NEEDED[one]).join(', ')),
    );
  }
  return problems;
}
