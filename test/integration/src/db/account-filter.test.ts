import fc from 'fast-check';
import {
  accountCondition,
  campaignCondition,
  segmentIndex,
  type Parameter,
} from '../../../../src/db/account-filter';
import {
  BUCKETS,
  type AccountFilter,
} from '../../../../src/domain/campaign-document/account-filter';
import { accountFilters } from '../../../support/document-arbitraries';
import { makeFloor } from '../../../support/floor';
import { createTestDatabase, type TestDatabase } from '../../../support/postgres';

let test: TestDatabase;
let facts: Facts[];
beforeAll(async () => {
  test = await createTestDatabase();
  const floor = await makeFloor(test.db);
  // every combination of what a filter looks at, near the edges of buckets and amounts
  await test.db.query(
    `with drawn as (
       select n, (array[-12, -3, 0, 1, 10, 11, 30, 31, 60, 61, 90, 91])[1 + n % 12] as dpd,
         (array['ID-JK', 'ID-BA', null])[1 + n / 2 % 3] as province,
         (array['paylater', 'card', null])[1 + n / 3 % 3] as product,
         (array[0, 100, 399])[1 + n / 5 % 3] as amount, n / 7 % 4 as attempts,
         (array[null, 1, 9])[1 + n / 11 % 3] as called_days_ago
       from generate_series(0, 359) n),
     person as (insert into debtor (name, province) select n::text, province from drawn returning id, name)
     insert into account (creditor_id, debtor_id, external_id, currency, amount_due_minor, due_date,
       content_hash, product, attempt_count, last_attempt_at, debt_kind)
     select $1, person.id, n::text, 'IDR', amount, (now() at time zone 'Asia/Jakarta')::date - dpd,
       '', product, attempts, now() - make_interval(days => called_days_ago, mins => 1),
       case n % 2 when 0 then 'loan' else 'card' end
     from drawn join person on person.name = n::text`,
    [floor.creditorId],
  );
  facts = (
    await test.db.query<Facts>(
      `select a.external_id as id, (now() at time zone 'Asia/Jakarta')::date - a.due_date as dpd,
         d.province, a.product, a.debt_kind as "debtKind", a.amount_due_minor::int as amount,
         a.attempt_count as attempts,
         extract(day from now() - a.last_attempt_at)::int as "calledDaysAgo"
       from account a join debtor d on d.id = a.debtor_id`,
    )
  ).rows;
});
afterAll(() => test.drop());

interface Facts {
  readonly id: string;
  readonly dpd: number;
  readonly province: string | null;
  readonly product: string | null;
  readonly debtKind: string;
  readonly amount: number;
  readonly attempts: number;
  readonly calledDaysAgo: number | null;
}

const within = (value: number, range: { from?: number | string; to?: number | string } = {}) =>
  value >= Number(range.from ?? -Infinity) && value <= Number(range.to ?? Infinity);
const listed = (value: string | null, list: readonly string[] | undefined) =>
  list === undefined || (value !== null && list.includes(value));

/** The filter's meaning, said once more, of one account in memory. */
function takes(filter: AccountFilter, one: Facts): boolean {
  const { bucket, notCalledForDays, all, any, not } = filter;
  return [
    within(one.dpd, filter.daysPastDue),
    bucket?.some((name) => within(one.dpd, BUCKETS[name])) ?? true,
    within(one.amount, filter.amountDueMinor),
    listed(one.product, filter.product),
    listed(one.debtKind, filter.debtKind),
    listed(one.province, filter.province),
    within(one.attempts, filter.attempts),
    one.calledDaysAgo === null || one.calledDaysAgo >= (notCalledForDays ?? 0),
    all?.every((inner) => takes(inner, one)) ?? true,
    any?.some((inner) => takes(inner, one)) ?? true,
    not === undefined || !takes(not, one),
  ].every(Boolean);
}

async function select(expression: (parameter: Parameter) => string): Promise<Map<string, unknown>> {
  const values: unknown[] = [];
  const sql = expression((value) => `$${values.push(value)}`);
  const { rows } = await test.db.query<{ id: string; value: unknown }>(
    `select a.external_id as id, ${sql} as value from account a join debtor d on d.id = a.debtor_id`,
    values,
  );
  return new Map(rows.map(({ id, value }) => [id, value]));
}

it('takes the accounts that the filter means', async () => {
  await fc.assert(
    fc.asyncProperty(accountFilters, async (filter) => {
      const found = await select((parameter) => accountCondition(filter, parameter));
      const wrong = facts.filter((one) => found.get(one.id) !== takes(filter, one));
      expect(wrong).toEqual([]);
    }),
    { numRuns: 100 },
  );
}, 30_000);

it('takes who is not past due as a reminder alone', async () => {
  const idsOf = async (choice: Parameters<typeof campaignCondition>[0]) => {
    const found = await select((parameter) => campaignCondition(choice, parameter));
    return facts.filter(({ id }) => found.get(id) === true);
  };
  const plain = await idsOf({ filter: {} });
  expect(plain).toHaveLength(facts.filter(({ dpd }) => dpd > 0).length);
  const reminded = await idsOf({
    filter: { bucket: ['1-10'] },
    reminders: { daysBeforeDue: 3, accounts: { product: ['card'] } },
  });
  expect(new Set(reminded.map(({ dpd }) => dpd))).toEqual(new Set([-3, 0, 1, 10]));
  expect(reminded.filter(({ dpd }) => dpd <= 0).every(({ product }) => product === 'card')).toBe(
    true,
  );
});

it('puts an account into the first segment that takes it', async () => {
  const segments = [
    { name: 'Bali', accounts: { province: ['ID-BA'] } },
    { name: 'early', accounts: { daysPastDue: { to: 30 } } },
  ];
  const found = await select((parameter) => segmentIndex(segments, parameter));
  expect(facts.map(({ id }) => found.get(id))).toEqual(
    facts.map(({ province, dpd }) => (province === 'ID-BA' ? 0 : dpd <= 30 ? 1 : null)),
  );
  expect(new Set((await select((parameter) => segmentIndex([], parameter))).values())).toEqual(
    new Set([null]),
  );
});
