import { createHash } from 'node:crypto';
import { OVER_STATES } from '../domain/agreement';
import { canonicalJson } from '../domain/canonical-json';
import type { OptionsPolicy } from '../domain/collection-policy/options';
import { endOfDay } from '../domain/judge-agreement';
import {
  isWithin,
  type Authority,
  type OptionFacts,
  type Options,
  type RankedOption,
  type RefusedOption,
} from '../domain/option';
import { optionFactsOf, plainOf, todayOf, type ToldAbility } from '../domain/option-facts';
import type { RootCause } from '../domain/outcome-code';
import { rankOptions } from '../domain/rank-options';
import { readCollectionPolicy } from './collection-policies';
import { one, type Transaction } from './database';
import { readDebt } from './debts';
import { appendEvent } from './events';
import { readKeepingModel } from './keeping-models';
import { readOptionHistory } from './option-history';
import type { AgentCall } from './read/agent-call';
import { readObjection } from './risk-scores';
import { addTask } from './tasks';

/** What the agent has learned in the talk. */
export interface OptionsAsked {
  readonly rootCause: RootCause;
  /** Null: as it was told before in this talk, if it was. */
  readonly ability: ToldAbility | null;
  readonly authority: Authority;
  readonly agentId: string;
  readonly actor: string;
}

export interface KeptOption extends RankedOption {
  readonly offerId: string;
  readonly rank: number;
  readonly validUntil: Date;
}

/** One reckoning of options, as it was kept. */
export interface KeptOptions {
  readonly id: string;
  readonly factsHash: string;
  readonly policyVersion: number;
  /** ISO date from which its days are counted. */
  readonly today: string;
  readonly currency: string;
  /** The one who asked may see what an option costs the lender. */
  readonly showsCost: boolean;
  readonly allowed: readonly KeptOption[];
  readonly refused: readonly RefusedOption[];
}

/** A supervisor has so long to find something for a person whom nothing fits, ms. */
const NO_OPTION_DUE_MS = 24 * 3_600_000;

/**
 * Reckons what may be offered in a talk and keeps it: facts, what was offered, what was not and why.
 * Asked again with the same facts it is the same reckoning, until an agreement that was made of it is
 * over, refused by a second person or taken back: then they are new offers, which can be accepted anew.
 * Null: there is no such account.
 */
export async function offerOptions(
  tx: Transaction,
  call: AgentCall,
  asked: OptionsAsked,
): Promise<KeptOptions | null> {
  const { accountId } = call;
  await tx.query('select from account where id = $1 for no key update', [accountId]);
  const debt = await readDebt(tx, accountId);
  if (debt === null) return null;
  const { version, policy } = await readCollectionPolicy(tx, call.creditorId);
  const ability = await keepAbility(tx, call, asked, debt.currency);
  const kept = await readKeepingModel(tx, call.creditorId);
  const facts = optionFactsOf({
    debt,
    product: await productOf(tx, accountId),
    rootCause: asked.rootCause,
    ability,
    history: await readOptionHistory(tx, accountId),
    mayBeForetold: !(await readObjection(tx, call.debtorId)),
    authority: asked.authority,
  });
  const reckoning: Reckoning = {
    ...{ facts, policyVersion: version, abilityId: ability?.id ?? null },
    ...{ today: todayOf(debt), zone: debt.zone, asOf: debt.asOf },
    factsHash: hashOf(facts),
    keepingModelId: kept?.id ?? null,
    options: rankOptions(facts, policy.options, kept?.model ?? null),
    showsCost: isWithin(policy.options.costShownFrom, asked.authority),
  };
  return (await findSame(tx, call, reckoning)) ?? keep(tx, call, asked, reckoning, policy.options);
}

interface Reckoning {
  readonly facts: OptionFacts;
  readonly factsHash: string;
  readonly options: Options;
  readonly showsCost: boolean;
  readonly policyVersion: number;
  readonly keepingModelId: string | null;
  readonly abilityId: string | null;
  readonly today: string;
  readonly zone: string;
  readonly asOf: Date;
}

/** SHA-256 of the facts as RFC 8785 writes them, lower-case hex. */
function hashOf(facts: OptionFacts): string {
  return createHash('sha256')
    .update(canonicalJson(plainOf(facts)))
    .digest('hex');
}

async function productOf(tx: Transaction, accountId: string): Promise<string | null> {
  const { rows } = await tx.query<{ product: string | null }>(
    'select product from account where id = $1',
    [accountId],
  );
  return rows[0]?.product ?? null;
}

type KeptAbility = ToldAbility & { readonly id: string };

/** What was told now, or before in the same talk; told again the same, it is one row. */
async function keepAbility(
  tx: Transaction,
  call: AgentCall,
  { ability, actor }: OptionsAsked,
  currency: string,
): Promise<KeptAbility | null> {
  const { rows } = await tx.query<KeptAbility>(
    `select id, income_minor as "incomeMinor", fixed_cost_minor as "fixedCostMinor",
       other_debts_minor as "otherDebtsMinor", next_income_on as "nextIncomeOn"
     from ability where attempt_id = $1 order by id desc limit 1`,
    [call.attemptId],
  );
  const [before = null] = rows;
  if (ability === null) return before;
  const said = ({ incomeMinor, fixedCostMinor, otherDebtsMinor, nextIncomeOn }: ToldAbility) =>
    [incomeMinor, fixedCostMinor, otherDebtsMinor, nextIncomeOn].join();
  if (before !== null && said(before) === said(ability)) return before;
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into ability (creditor_id, debtor_id, account_id, attempt_id, currency, income_minor,
         fixed_cost_minor, other_debts_minor, next_income_on, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
      [
        ...[call.creditorId, call.debtorId, call.accountId, call.attemptId, currency],
        ...[ability.incomeMinor, ability.fixedCostMinor, ability.otherDebtsMinor],
        ...[ability.nextIncomeOn, actor],
      ],
    ),
    'new ability',
  );
  return { ...ability, id };
}

async function findSame(
  tx: Transaction,
  call: AgentCall,
  reckoning: Reckoning,
): Promise<KeptOptions | null> {
  const { rows } = await tx.query<{ id: string; factsHash: string }>(
    `select id, facts_hash as "factsHash" from option_set
     where attempt_id = $1 and account_id = $2 and policy_version = $3 and today = $4
       and keeping_model_id is not distinct from $5::uuid
     order by id desc limit 1`,
    [
      ...[call.attemptId, call.accountId, reckoning.policyVersion, reckoning.today],
      reckoning.keepingModelId,
    ],
  );
  const [last] = rows;
  if (last?.factsHash !== reckoning.factsHash || (await isSpent(tx, last.id))) return null;
  const offers = await tx.query<{ id: string; rank: number; validUntil: Date }>(
    `select id, rank, valid_until as "validUntil" from offer where option_set_id = $1 order by rank`,
    [last.id],
  );
  return answerOf(reckoning, last.id, offers.rows);
}

/** One of them was accepted, and that agreement is over: no offer is accepted twice. */
async function isSpent(tx: Transaction, optionSetId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `select from agreement a join offer o on o.id = a.offer_id
     where o.option_set_id = $1 and a.state = any($2)`,
    [optionSetId, OVER_STATES],
  );
  return rowCount !== 0;
}

async function keep(
  tx: Transaction,
  call: AgentCall,
  { agentId, rootCause }: OptionsAsked,
  reckoning: Reckoning,
  policy: OptionsPolicy,
): Promise<KeptOptions> {
  const { facts, factsHash, options, policyVersion, today } = reckoning;
  const { creditorId, debtorId, accountId, attemptId } = call;
  const { id } = one(
    await tx.query<{ id: string }>(
      `insert into option_set (creditor_id, debtor_id, account_id, attempt_id, agent_id, ability_id,
         policy_version, today, facts, facts_hash, refused, keeping_model_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id`,
      [
        ...[creditorId, debtorId, accountId, attemptId, agentId, reckoning.abilityId],
        ...[policyVersion, today, JSON.stringify(plainOf(facts)), factsHash],
        ...[JSON.stringify(options.refused), reckoning.keepingModelId],
      ],
    ),
    'new options',
  );
  const offers: { id: string; rank: number; validUntil: Date }[] = [];
  for (const [index, option] of options.allowed.entries()) {
    const validUntil = validUntilOf(option, reckoning, policy);
    offers.push({
      ...(await insertOffer(tx, call, id, index + 1, option, validUntil)),
      validUntil,
    });
  }
  await appendEvent(tx, {
    type: 'options.offered',
    creditorId,
    agentId,
    payload: {
      ...{ optionSetId: id, attemptId, accountId, rootCause, policyVersion, factsHash },
      allowed: options.allowed.map(({ kind }) => kind),
      refused: options.refused,
    },
  });
  if (fitsNothing(options)) {
    const dueAt = new Date(reckoning.asOf.getTime() + NO_OPTION_DUE_MS);
    const assignee = 'role:supervisor';
    await addTask(tx, {
      ...{ creditorId, debtorId, accountId, attemptId, assignee, dueAt },
      ...{ kind: 'no_option_fits', subjectId: accountId },
    });
  }
  return answerOf(reckoning, id, offers);
}

/** A dispute is looked into elsewhere, and who owes nothing needs no option. */
function fitsNothing({ allowed, refused }: Options): boolean {
  const isOpen = refused.some(
    ({ reason }) => !['in_dispute', 'nothing_owed', 'nothing_due'].includes(reason),
  );
  return allowed.length === 0 && isOpen;
}

/** Its dates are counted from today: today alone it can be taken, but a settlement until it is to be paid. */
function validUntilOf(
  { terms }: RankedOption,
  { today, zone }: Reckoning,
  policy: OptionsPolicy,
): Date {
  const days = terms.kind === 'settlement' ? policy.settlement.validDays : 0;
  return endOfDay(today, days, zone);
}

async function insertOffer(
  tx: Transaction,
  call: AgentCall,
  optionSetId: string,
  rank: number,
  option: RankedOption,
  validUntil: Date,
): Promise<{ id: string; rank: number }> {
  return one(
    await tx.query<{ id: string; rank: number }>(
      `insert into offer (option_set_id, creditor_id, account_id, attempt_id, rank, kind, terms,
         cost_minor, strain_percent, approval, valid_until, keeping_chance)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id, rank`,
      [
        ...[optionSetId, call.creditorId, call.accountId, call.attemptId, rank, option.kind],
        ...[JSON.stringify(plainOf(option.terms)), option.costMinor, option.strainPercent],
        ...[option.approval, validUntil, option.keeping.chance],
      ],
    ),
    'new offer',
  );
}

function answerOf(
  reckoning: Reckoning,
  id: string,
  offers: readonly { id: string; rank: number; validUntil: Date }[],
): KeptOptions {
  const { factsHash, policyVersion, today, facts, options, showsCost } = reckoning;
  return {
    ...{ id, factsHash, policyVersion, today, currency: facts.currency, showsCost },
    allowed: options.allowed.flatMap((option, index) => {
      const offer = offers[index];
      return offer === undefined
        ? []
        : [{ ...option, offerId: offer.id, rank: offer.rank, validUntil: offer.validUntil }];
    }),
    refused: options.refused,
  };
}
