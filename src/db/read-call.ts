import type { ContactEvent } from '../domain/call-facts';
import {
  contactEvent,
  ledgerOf,
  personFacts,
  personFactsOf,
  type LedgerJson,
  type PersonFacts,
  type PersonRow,
} from './call-history';
import { LOCKED_ACCOUNT } from './call-locks';
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
 * @param asked account null: the one that the transaction locked last
 * @param lookbackDays of the ledger, each of 24 hours; for another number, or further back, it is read apart
 */
export async function readCall(
  db: Queryable,
  asked: Omit<CallAsked, 'accountId'> & {
    readonly accountId: string | null;
    readonly attemptId: string | null;
  },
  lookbackDays: number,
): Promise<{ readonly row: DialingRow; readonly first: FactsOfNumber } | null> {
  const { accountId, campaignId, phoneId, attemptId, proposed } = asked;
  const tried = idsOfLatestDays(TRIED_DAYS);
  const { rows } = await db.query<DialingRow & PersonRow & { readonly ledger: LedgerJson[] }>(
    textFor(accountId === null, proposed !== undefined, lookbackDays),
    [
      ...[campaignId, phoneId, tried.from, tried.to, lookbackDays * 24, attemptId],
      ...(accountId === null ? [] : [accountId]),
      ...(proposed === undefined ? [] : [JSON.stringify(proposed)]),
    ],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const firstId = row.phones[0]?.id ?? null;
  return {
    row,
    first: {
      phoneId: firstId,
      person: personFacts(row, firstId),
      events: row.ledger.flatMap(contactEvent),
      since: new Date(row.at.getTime() - lookbackDays * DAY_MS),
    },
  };
}

/** The statements of a day: writing one down, and finding its name by it, takes as long as sending it. */
const texts = { day: 0, byKind: new Map<string, string>() };

function textFor(isLocked: boolean, isProposed: boolean, lookbackDays: number): string {
  const day = Math.floor(Date.now() / DAY_MS);
  if (day !== texts.day) texts.byKind.clear();
  texts.day = day;
  const kind = `${isLocked} ${isProposed} ${lookbackDays}`;
  const text = texts.byKind.get(kind) ?? write(isLocked, isProposed, lookbackDays);
  texts.byKind.set(kind, text);
  return text;
}

function write(isLocked: boolean, isProposed: boolean, lookbackDays: number): string {
  const proposed = isLocked ? '$7' : '$8';
  const campaign = isProposed
    ? `jsonb_populate_record(null::campaign, ${proposed}::jsonb)`
    : 'campaign';
  const call = dialingRow(
    isLocked ? LOCKED_ACCOUNT : '$7',
    campaign,
    monthsOfLatestDays(TRIED_DAYS),
  );
  // by this process's clock, so with a day to spare; months outside are left out
  const { ids, instants } = monthsOfLatestDays(lookbackDays + 1);
  const ledger = ledgerOf(FIRST, {
    since: `call.at - $5::int * interval '1 hour'`,
    ids,
    instants,
    askingAttempt: '$6',
  });
  return `with call as materialized (${call})
     select call.*, person.*, history.ledger
     from call, lateral (select (account->>'id')::uuid as account,
         (account->>'debtorId')::uuid as debtor, (account->>'creditorId')::uuid as creditor,
         (phones->0->>'id')::uuid as phone, phones->0->>'e164' as e164 offset 0) first,
       lateral (${personFactsOf(FIRST)}) person,
       lateral (${ledger}) history`;
}
