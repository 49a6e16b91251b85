import { DateTime } from 'luxon';
import { isOver } from '../domain/agreement';
import { agreementText } from '../domain/agreement-text';
import { dateTerms, type AgreementTerms } from '../domain/agreement-terms';
import { confirmBy } from '../domain/agreement-approval';
import type { OptionsPolicy } from '../domain/collection-policy/options';
import type { Debt } from '../domain/debt';
import type { FieldProblem } from '../domain/field-problem';
import type { AgreementKind, OptionTerms } from '../domain/option';
import { todayOf } from '../domain/option-facts';
import { keptOptionTerms } from '../domain/option-terms';
import { askApproval } from './agreement-approvals';
import { activateAgreement, replaceRunning } from './activate-agreement';
import { settleAgreementHold } from './agreement-holds';
import {
  findAgreement,
  findAgreementOfOffer,
  insertAgreement,
  lockAgreements,
  tellAgreement,
  type Agreement,
} from './agreements';
import { lockAccount } from './call-locks';
import { readCollectionPolicy } from './collection-policies';
import { readCreditorName } from './creditors';
import type { Transaction } from './database';
import { readDebt } from './debts';
import type { AgentCall } from './read/agent-call';
import { dropWaiting } from './settle-agreements';
import { closeTask } from './tasks';

/** What the person said yes to. */
export interface Acceptance {
  readonly offerId: string;
  /** Of a deferment: why, in a few words. */
  readonly reason: string | null;
  /** Of a deferment: has the person shown what speaks for it? */
  readonly hasEvidence: boolean;
  readonly actor: string;
}

export type MadeAgreement =
  | { readonly kind: 'made'; readonly agreement: Agreement }
  /** Of this offer it was made before: nothing was changed. */
  | { readonly kind: 'repeated'; readonly agreement: Agreement }
  | { readonly kind: 'no_offer' }
  | { readonly kind: 'refused'; readonly problem: FieldProblem };

/**
 * Makes an agreement of what was offered: in force at once, or waiting for a second person where the
 * offer needs one. What stands in its way is told by field.
 */
export async function makeAgreement(
  tx: Transaction,
  call: AgentCall,
  acceptance: Acceptance,
): Promise<MadeAgreement> {
  const { accountId } = call;
  await lockAccount(tx, accountId);
  const offer = await readOffer(tx, accountId, acceptance.offerId);
  if (offer === null) return { kind: 'no_offer' };
  const before = await findAgreementOfOffer(tx, offer.id);
  if (before !== null) {
    return isOver(before.state)
      ? { kind: 'refused', problem: SPENT }
      : { kind: 'repeated', agreement: before };
  }
  const terms = keptOptionTerms.parse(offer.terms);
  const debt = await readDebt(tx, accountId);
  if (debt === null) return { kind: 'no_offer' };
  const problem = problemOf(offer, terms, debt, acceptance);
  if (problem !== null) return { kind: 'refused', problem };
  const agreed = terms as Extract<OptionTerms, { kind: AgreementKind }>;
  const { reason, hasEvidence, actor } = acceptance;
  const words = { reason: reason ?? '', hasEvidence };
  const agreement = await write(tx, call, offer, {
    ...{ terms: dateTerms(agreed, offer.today, words), debt, actor },
  });
  return { kind: 'made', agreement };
}

interface Offer {
  readonly id: string;
  readonly attemptId: string;
  readonly terms: unknown;
  readonly approval: 'supervisor' | 'manager' | null;
  readonly validUntil: Date;
  readonly today: string;
  readonly policyVersion: number;
  /** What was owed and due when it was reckoned; integer minor units, as text. */
  readonly facts: Record<'due' | 'total', Record<string, string>>;
}

/** Of the account that the agent talks about, in this talk or an earlier one. */
async function readOffer(tx: Transaction, accountId: string, id: string): Promise<Offer | null> {
  const { rows } = await tx.query<Offer>(
    `select o.id, o.attempt_id as "attemptId", o.terms, o.approval, o.valid_until as "validUntil",
       s.today, s.policy_version as "policyVersion", s.facts
     from offer o join option_set s on s.id = o.option_set_id
     where o.id = $1 and o.account_id = $2 for no key update of o`,
    [id, accountId],
  );
  return rows[0] ?? null;
}

const ASK_AGAIN = 'an offer of options that are reckoned anew';
const SPENT: FieldProblem = {
  field: 'offerId',
  reason: 'was accepted before, and that agreement is over',
  accepted: ASK_AGAIN,
};

function problemOf(
  offer: Offer,
  terms: OptionTerms,
  debt: Debt,
  { reason, hasEvidence }: Acceptance,
): FieldProblem | null {
  if (terms.kind === 'pay_full' || terms.kind === 'pay_part') {
    const accepted = 'an outcome RPC_PTP with its promise, or another offer';
    return { field: 'offerId', reason: 'is a payment and needs no agreement', accepted };
  }
  if (offer.validUntil <= debt.asOf) {
    return { field: 'offerId', reason: 'is not valid any more', accepted: ASK_AGAIN };
  }
  if (isStale(offer, debt)) {
    return { field: 'offerId', reason: 'what is owed has changed since', accepted: ASK_AGAIN };
  }
  if (terms.kind !== 'deferment') return null;
  if (reason === null) {
    return { field: 'reason', reason: 'a deferment needs it', accepted: 'why, in a few words' };
  }
  return terms.needsEvidence && !hasEvidence
    ? {
        field: 'hasEvidence',
        reason: `a deferment of ${terms.days} days needs evidence`,
        accepted: 'true, when it was shown; or a shorter deferment',
      }
    : null;
}

/** Another sum is owed or due than that which was reckoned with. */
export function isStale({ facts }: Pick<Offer, 'facts'>, debt: Debt): boolean {
  const told = (amounts: Record<string, string>): bigint =>
    Object.values(amounts).reduce((sum, amount) => sum + BigInt(amount), 0n);
  return told(facts.total) !== debt.totalMinor || told(facts.due) !== debt.dueMinor;
}

interface Written {
  readonly terms: AgreementTerms;
  readonly debt: Debt;
  readonly actor: string;
}

async function write(
  tx: Transaction,
  call: AgentCall,
  offer: Offer,
  { terms, debt, actor }: Written,
): Promise<Agreement> {
  const { creditorId, accountId, debtorId, attemptId } = call;
  const earlier = await lockAgreements(tx, accountId);
  for (const waiting of earlier.filter(({ state }) => state === 'pending_approval')) {
    await dropWaiting(tx, waiting, 'newer_agreement', { cause: 'agreement.made', actor });
  }
  const { policy } = await readCollectionPolicy(tx, creditorId, offer.policyVersion);
  const { approval, policyVersion } = offer;
  const replaces = earlier.findLast(({ state }) => ['active', 'broken'].includes(state)) ?? null;
  if (approval === null) await replaceRunning(tx, accountId, { cause: 'agreement.made', actor });
  const made = await insertAgreement(tx, {
    ...{ creditorId, accountId, debtorId, attemptId, offerId: offer.id, kind: terms.kind, terms },
    ...{ currency: debt.currency, zone: debt.zone, policyVersion, replaces, madeBy: actor },
    text: await textOf(tx, creditorId, terms, debt, policy.options),
    state: approval === null ? 'active' : 'pending_approval',
    nextCheckAt: approval === null ? null : waitsUntil(debt, policy.options),
  });
  await tx.query(
    `update offer set answer = 'chosen', refused_why = null, answered_at = clock_timestamp() where id = $1`,
    [offer.id],
  );
  await tellAgreement(tx, 'agreement.made', made);
  await closeTask(tx, { kind: 'no_option_fits', subjectId: accountId, actor, result: 'agreed' });
  if (approval === null) {
    await activateAgreement(tx, made, actor);
  } else {
    const { limitSeconds } = policy.options.approval;
    await askApproval(tx, made, { needsRole: approval, limitSeconds });
    const silence = { cause: 'agreement.made', actor };
    await settleAgreementHold(tx, made, made.nextCheckAt, silence);
  }
  return (await findAgreement(tx, made.id)) ?? made;
}

/** So long a yes still makes it: to the end of the day on which the person was told to hear of us. */
function waitsUntil(debt: Debt, { approval }: OptionsPolicy): Date {
  const told = confirmBy(debt.asOf, approval.confirmBy, debt.zone);
  return DateTime.fromJSDate(told, { zone: debt.zone }).endOf('day').toJSDate();
}

async function textOf(
  tx: Transaction,
  creditorId: string,
  terms: AgreementTerms,
  debt: Debt,
  { plan, payTo, complaintContact }: OptionsPolicy,
): Promise<ReturnType<typeof agreementText>> {
  const creditorName = await readCreditorName(tx, creditorId);
  return agreementText({
    ...{ terms, currency: debt.currency, creditorName, payTo, complaintContact },
    acceptedOn: todayOf(debt),
    missedToBreak: plan.missedToBreak,
    lateDaysToBreak: plan.lateDaysToBreak,
  });
}
