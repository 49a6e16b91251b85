import type { ContactEvent } from '../domain/call-facts';
import { parametersAfter } from './account-filter';
import {
  contactEvent,
  ledgerOf,
  personFacts,
  personFactsOf,
  type LedgerJson,
  type PersonFacts,
  type PersonRow,
} from './call-history';
import type { Queryable } from './database';
import { dialingRow, type CallAsked, type DialingRow } from './dialing-facts';
import { idsOfLatestDays, monthsOfLatestDays } from './new-id';

/** A number that was tried longer ago counts as never tried. */
const TRIED_DAYS = 28;
const DAY_MS = 86_400_000;

/** Person and ledger as a call to one number sees them. */
export interface FactsOfNumber {
  /** Null: the person has no number that may be meant. */
  readonly phoneId: string | null;
  readonly person: PersonFacts;
  /** All since that instant. */
  readonly events: readonly ContactEvent[];
  readonly since: Date;
}

/** {@link AskedOf} the number that is asked about first. */
const FIRST = {
  debtor: 'first.debtor',
  account: 'first.account',
  creditor: 'first.creditor',
  e164: 'first.e164',
  phone: 'first.phone',
};

/**
 * What is so of a call at this moment, and of its first number, in one statement; null when account
 * or campaign is not there. Under the locks of the call all of it is exact: it sees what was
 * committed before its own beginning.
 * @param lookbackDays of the ledger, each of 24 hours; for another number, or further back, it is read apart
 */
export async function readCall(
  db: Queryable,
  asked: CallAsked & { readonly attemptId: string | null },
  lookbackDays: number,
): Promise<{ readonly row: DialingRow; readonly first: FactsOfNumber } | null> {
  const tried = idsOfLatestDays(TRIED_DAYS);
  const { values, parameter } = parametersAfter(
    ...[asked.accountId, asked.campaignId, asked.phoneId, tried.from, tried.to],
  );
  const { proposed } = asked;
  const campaign =
    proposed === undefined
      ? 'campaign'
      : `jsonb_populate_record(null::campaign, ${parameter(JSON.stringify(proposed))}::jsonb)`;
  // by this process's clock, so with a day to spare; months outside are left out
  const { ids, instants } = monthsOfLatestDays(lookbackDays + 1);
  const ledger = ledgerOf(FIRST, {
    since: `call.at - ${parameter(lookbackDays * 24)}::int * interval '1 hour'`,
    ids,
    instants,
    askingAttempt: parameter(asked.attemptId),
  });
  const { rows } = await db.query<DialingRow & PersonRow & { readonly ledger: LedgerJson[] }>(
    `with call as materialized (${dialingRow(campaign, monthsOfLatestDays(TRIED_DAYS))})
     select call.*, person.*, history.ledger
     from call, lateral (select (account->>'id')::uuid as account,
         (account->>'debtorId')::uuid as debtor, (account->>'creditorId')::uuid as creditor,
         (phones->0->>'id')::uuid as phone, phones->0->>'e164' as e164) first,
       lateral (${personFactsOf(FIRST)}) person,
       lateral (${ledger}) history`,
    values,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const phoneId = row.phones[0]?.id ?? null;
  return {
    row,
    first: {
      phoneId,
      person: personFacts(row, phoneId),
      events: row.ledger.flatMap(contactEvent),
      since: new Date(row.at.getTime() - lookbackDays * DAY_MS),
    },
  };
}
