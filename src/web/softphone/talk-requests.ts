import type { ConversationStep } from '../../domain/conversation-step';
import type { AgreementKind } from '../../domain/option';
import type { OptionKind } from '../../domain/option-kind';
import { isOver } from '../../domain/agreement';
import { AGREEMENT_KINDS } from '../../domain/option';
import type { AgentOutcomeCode, RootCause } from '../../domain/outcome-code';
import type { AgreementNow, Guide, Offer } from './api-answers';
import type { OutcomeDraft } from './outcome-draft';
import { amountText, parseWhole } from './promise-amount';
import type { TalkDraft, TalkProblem, TalkProblems } from './talk-draft';

/** What is sent, or why nothing is. */
export type Checked<Body> =
  { readonly body: Body; readonly problems: null } | { readonly problems: TalkProblems };

const sent = <Body>(body: Body): Checked<Body> => ({ body, problems: null });

/** As texts of one line are kept. */
const line = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** Those that are blank among the needed. */
function blanks(draft: TalkDraft, ...names: (keyof TalkDraft)[]): TalkProblems {
  const missing = names.filter((name) => {
    const value = draft[name];
    return typeof value === 'string' ? value.trim() === '' : value === false;
  });
  return Object.fromEntries(missing.map((name) => [name, 'needed' as const]));
}

const isEmpty = (problems: TalkProblems): boolean => Object.keys(problems).length === 0;

export interface OptionsBody {
  readonly rootCause: RootCause;
  readonly ability?: {
    readonly incomeMinor: string;
    readonly fixedCostMinor: string;
    readonly otherDebtsMinor: string;
    readonly nextIncomeOn?: string;
  };
}

const AMOUNTS = ['income', 'fixedCost', 'otherDebts'] as const;

/** Of `POST /v1/me/call/options`. Nothing told of the ability: as it was told before in this talk, if it was. */
export function optionsRequest(
  draft: TalkDraft,
  rootCause: RootCause,
  currency: string,
): Checked<OptionsBody> {
  const { nextIncomeOn } = draft;
  const isTold = AMOUNTS.some((name) => draft[name].trim() !== '') || nextIncomeOn !== '';
  if (!isTold) return sent({ rootCause });
  const minor = AMOUNTS.map((name) => parseWhole(draft[name], currency)?.toString() ?? null);
  const [incomeMinor = null, fixedCostMinor = null, otherDebtsMinor = null] = minor;
  if (incomeMinor === null || fixedCostMinor === null || otherDebtsMinor === null) {
    const wrong = AMOUNTS.filter((_, n) => minor[n] === null);
    return {
      problems: Object.fromEntries(wrong.map((name): [string, TalkProblem] => [name, 'money'])),
    };
  }
  const ability = { incomeMinor, fixedCostMinor, otherDebtsMinor };
  return sent({
    rootCause,
    ability: nextIncomeOn === '' ? ability : { ...ability, nextIncomeOn },
  });
}

export const isAgreementKind = (kind: OptionKind): kind is AgreementKind =>
  AGREEMENT_KINDS.some((one) => one === kind);

/** Was the agreement of this talk made of it? */
export const isOfferOf =
  (now: AgreementNow | null) =>
  ({ offerId }: Pick<Offer, 'offerId'>): boolean =>
    now?.agreement.offerId === offerId;

/** A second person did not want this kind in this talk; it may be asked for again. */
export const wasRefused = (now: AgreementNow | null, { kind, approval }: Offer): boolean =>
  now?.approval?.state === 'rejected' && now.agreement.kind === kind && approval !== null;

/** The person has chosen a way out, and it was not taken back or refused since. */
export function isAgreed(debt: NonNullable<Guide['debt']>, now: AgreementNow | null): boolean {
  const chosen = debt.options.find(({ answer }) => answer === 'chosen')?.code;
  if (chosen === undefined || now === null) return chosen !== undefined;
  return now.agreement.kind !== chosen || !isOver(now.agreement.state);
}

/** Of `POST /v1/me/call/agreements`, for an offer that an agreement is made of. */
export function agreementRequest(draft: TalkDraft, { offerId, terms }: Offer): Checked<object> {
  if (terms.kind !== 'deferment') return sent({ offerId });
  const needed = terms.needsEvidence ? (['reason', 'hasEvidence'] as const) : (['reason'] as const);
  const problems = blanks(draft, ...needed);
  if (!isEmpty(problems)) return { problems };
  return sent({ offerId, reason: line(draft.reason), hasEvidence: draft.hasEvidence });
}

/** Of `POST /v1/me/call/offers/{id}/refuse`. */
export function refusalRequest(draft: TalkDraft): Checked<{ readonly why: string }> {
  const problems = blanks(draft, 'refusal');
  return isEmpty(problems) ? sent({ why: line(draft.refusal) }) : { problems };
}

/** None of the ways fits: somebody who leads looks at it. */
export function noneFitsStep(draft: TalkDraft): Checked<ConversationStep> {
  const problems = blanks(draft, 'refusal');
  if (!isEmpty(problems)) return { problems };
  return sent({ kind: 'no_option_fits', words: line(draft.refusal) });
}

export function identityStep({ proofs }: TalkDraft): Checked<ConversationStep> {
  return proofs.length === 0
    ? { problems: { proofs: 'needed' } }
    : sent({ kind: 'identity_confirmed', by: [...proofs] });
}

export function causeStep(draft: TalkDraft, cause: RootCause): Checked<ConversationStep> {
  const words = line(draft.causeWords);
  if (cause === 'other' && words === '') return { problems: { causeWords: 'needed' } };
  const { causeDetail: detail, causeEndsOn: endsOn } = draft;
  return sent({
    ...{ kind: 'cause_told', cause },
    ...(detail === '' ? {} : { detail }),
    ...(words === '' ? {} : { words }),
    ...(endsOn === '' ? {} : { endsOn }),
  });
}

/** Null: there is nothing to note. */
export function wordsStep(draft: TalkDraft): ConversationStep | null {
  const [hope, worry] = [line(draft.hope), line(draft.worry)];
  if (hope === '' && worry === '') return null;
  return {
    kind: 'words_noted',
    ...(hope === '' ? {} : { hope }),
    ...(worry === '' ? {} : { worry }),
  };
}

/** A time that is asked for, or that no call comes at any more. */
export function wishStep(draft: TalkDraft): Checked<ConversationStep> {
  const { wish, wishDays, wishFrom, wishTo } = draft;
  const problems: TalkProblems = {
    ...blanks(draft, 'wishFrom', 'wishTo'),
    ...(wishDays.length === 0 ? { wishDays: 'needed' as const } : {}),
  };
  if (!isEmpty(problems)) return { problems };
  const to = wishTo === '00:00' ? '24:00' : wishTo;
  const days = wishDays.toSorted((a, b) => a - b);
  return sent({ kind: 'time_wished', wish, days, from: wishFrom, to });
}

const STEPS_PATH = '/v1/me/call/guide/steps';
const CASES_PATH = '/v1/me/call/cases';

/** What the customer says that must be looked into, and where it is sent. */
export function caseRequest(
  draft: TalkDraft,
): Checked<{ readonly path: string; readonly told: object }> {
  const problems = blanks(draft, 'caseKind', 'claim');
  if (!isEmpty(problems)) return { problems };
  const { caseKind: kind, caseType: type } = draft;
  const claim = line(draft.claim);
  if (kind === 'complaint')
    return sent({ path: STEPS_PATH, told: { kind: 'complaint_made', words: claim } });
  return sent({ path: CASES_PATH, told: { kind, claim, ...(type === '' ? {} : { type }) } });
}

/** The outcome that an accepted offer comes to. */
export const OUTCOME_OF: Readonly<Record<OptionKind, AgentOutcomeCode>> = {
  pay_full: 'RPC_PTP',
  pay_part: 'RPC_PTP',
  plan: 'RPC_PLAN',
  reschedule: 'RPC_DEFER',
  deferment: 'RPC_DEFER',
  settlement: 'RPC_SETTLE',
};

/** What an accepted offer fills into the outcome; of a payment also the promise. */
export function outcomeOf(
  { kind, terms }: Offer,
  { today, currency }: { readonly today: string; readonly currency: string },
): Partial<OutcomeDraft> {
  const code = OUTCOME_OF[kind];
  if (terms.kind !== 'pay_full' && terms.kind !== 'pay_part') return { code };
  return { code, amount: amountText(BigInt(terms.amountMinor), currency), dueDate: today };
}

/** Of `POST /v1/me/call/end-for-abuse`, after the warnings. */
export function endForAbuseRequest(draft: TalkDraft): Checked<object> {
  const problems = blanks(draft, 'abuseClaim');
  if (!isEmpty(problems)) return { problems };
  return sent({ code: draft.abuse, claim: line(draft.abuseClaim) });
}
