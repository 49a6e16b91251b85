import {
  BUCKETS,
  type AccountFilter,
  type AmountRange,
  type DayRange,
} from '../domain/campaign-document/account-filter';
import type { Segment } from '../domain/campaign-document/ordering';
import type { Reminders } from '../domain/campaign-document/reminders';
import type { CampaignSettings } from '../domain/campaign-settings';
import type { Queryable } from './database';
import { BOOKS_DATE } from './books-date';

/** Collects the values of a statement, `first` among them. */
export function parametersAfter(...first: readonly unknown[]): {
  readonly values: unknown[];
  readonly parameter: Parameter;
} {
  const values = [...first];
  return { values, parameter: (value) => `$${values.push(value)}` };
}

/** Adds a value to the statement. @returns its placeholder, `$3` */
export type Parameter = (value: unknown) => string;

/** What of a campaign says which accounts it takes. */
export interface AccountChoice {
  readonly filter: AccountFilter;
  readonly reminders?: Reminders | undefined;
}

/** The choice of a campaign as it stands; null: there is no such campaign. */
export async function readAccountChoice(
  db: Queryable,
  campaignId: string,
): Promise<CampaignChoice | null> {
  const { rows } = await db.query<Omit<CampaignChoice, 'reminders'>>(
    `select creditor_id as "creditorId", version, filter, settings from campaign where id = $1`,
    [campaignId],
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, reminders: row.settings.reminders };
}

/** Of which creditor, and which of its accounts. */
export interface CampaignChoice extends AccountChoice {
  readonly creditorId: string;
  readonly version: number;
  readonly settings: CampaignSettings;
}

/**
 * A condition on account `a` and debtor `d`: the accounts that a campaign calls. Past due by its
 * filter; before the due date only as reminders. Never null, so that it can be negated.
 */
export function campaignCondition(choice: AccountChoice, parameter: Parameter): string {
  const pastDue = `(a.due_date < ${BOOKS_DATE} and ${accountCondition(choice.filter, parameter)})`;
  const { reminders } = choice;
  if (reminders === undefined) return pastDue;
  const soon = `(a.due_date >= ${BOOKS_DATE}
    and a.due_date <= ${BOOKS_DATE} + ${parameter(reminders.daysBeforeDue)}::int
    and ${accountCondition(reminders.accounts, parameter)})`;
  return `(${pastDue} or ${soon})`;
}

/**
 * The filter as a condition on account `a` and debtor `d`; values are parameters, each of them
 * once. True or false, never null.
 */
export function accountCondition(filter: AccountFilter, parameter: Parameter): string {
  const parts = [...fieldConditions(filter, parameter), ...branchConditions(filter, parameter)];
  return parts.length === 0 ? 'true' : `(${parts.join(' and ')})`;
}

/** The index of the first segment that takes the account, from 0; null: none does. */
export function segmentIndex(segments: readonly Segment[], parameter: Parameter): string {
  if (segments.length === 0) return 'null::int';
  const cases = segments.map(
    ({ accounts }, index) => `when ${accountCondition(accounts, parameter)} then ${index}`,
  );
  return `(case ${cases.join(' ')} end)`;
}

function fieldConditions(filter: AccountFilter, parameter: Parameter): string[] {
  const { daysPastDue, bucket, amountDueMinor, product, debtKind, province } = filter;
  const { attempts, notCalledForDays } = filter;
  const among = (column: string, values: readonly string[] | undefined): string[] =>
    // a column that may be null: unknown is in no list
    values === undefined ? [] : [`(${column} = any(${parameter(values)}::text[])) is true`];
  return [
    ...(daysPastDue === undefined ? [] : pastDueBetween(daysPastDue, parameter)),
    ...(bucket === undefined
      ? []
      : [anyOf(bucket.map((name) => allOf(pastDueBetween(BUCKETS[name], parameter))))]),
    ...(amountDueMinor === undefined
      ? []
      : between('a.amount_due_minor', 'bigint', amountDueMinor, parameter)),
    ...among('a.product', product),
    ...among('a.debt_kind', debtKind),
    ...among('d.province', province),
    ...(attempts === undefined ? [] : between('a.attempt_count', 'int', attempts, parameter)),
    ...(notCalledForDays === undefined
      ? []
      : [
          `coalesce(a.last_attempt_at <= now() - make_interval(days => ${parameter(notCalledForDays)}::int), true)`,
        ]),
  ];
}

function branchConditions({ all, any, not }: AccountFilter, parameter: Parameter): string[] {
  const each = (filters: readonly AccountFilter[]) =>
    filters.map((inner) => accountCondition(inner, parameter));
  return [
    ...(all === undefined ? [] : [allOf(each(all))]),
    ...(any === undefined ? [] : [anyOf(each(any))]),
    ...(not === undefined ? [] : [`not ${allOf([accountCondition(not, parameter)])}`]),
  ];
}

const allOf = (parts: readonly string[]): string => `(${parts.join(' and ')})`;
const anyOf = (parts: readonly string[]): string => `(${parts.join(' or ')})`;

/** More days past due is an earlier due date: said of the column, so that an index serves. */
function pastDueBetween({ from, to }: DayRange, parameter: Parameter): string[] {
  return [
    ...(from === undefined ? [] : [`a.due_date <= ${BOOKS_DATE} - ${parameter(from)}::int`]),
    ...(to === undefined ? [] : [`a.due_date >= ${BOOKS_DATE} - ${parameter(to)}::int`]),
  ];
}

function between(
  column: string,
  type: 'int' | 'bigint',
  { from, to }: DayRange | AmountRange,
  parameter: Parameter,
): string[] {
  return [
    ...(from === undefined ? [] : [`${column} >= ${parameter(from)}::${type}`]),
    ...(to === undefined ? [] : [`${column} <= ${parameter(to)}::${type}`]),
  ];
}
