import fc from 'fast-check';
import {
  BUCKET_NAMES,
  type AccountFilter,
} from '../../src/domain/campaign-document/account-filter';
import {
  RULE_METRICS,
  type AutomaticRule,
} from '../../src/domain/campaign-document/automatic-rule';
import { WEEKDAYS } from '../../src/domain/campaign-document/calling-hours';
import {
  DOCUMENT_FORMAT,
  type CampaignDocument,
  type Dialing,
} from '../../src/domain/campaign-document/campaign-document';
import { EXPERIMENT_METRICS, type Experiment } from '../../src/domain/campaign-document/experiment';
import { RETRY_OUTCOMES } from '../../src/domain/campaign-document/retry-plan';

/** Keys that are drawn as undefined are left out: a document has no such thing. */
function optional<T>(shape: { readonly [K in keyof T]: fc.Arbitrary<NonNullable<T[K]>> }) {
  return fc.record(shape, { requiredKeys: [] }) as unknown as fc.Arbitrary<Partial<T>>;
}

const some = <T>(item: fc.Arbitrary<T>, max = 3) =>
  fc.array(item, { minLength: 1, maxLength: max });
const range = (min: number, max: number) =>
  fc
    .tuple(
      fc.integer({ min, max }),
      fc.integer({ min, max }),
      fc.constantFrom('from', 'to', 'both'),
    )
    .map(([a, b, ends]) => ({
      ...(ends === 'to' ? {} : { from: Math.min(a, b) }),
      ...(ends === 'from' ? {} : { to: Math.max(a, b) }),
    }));

/** Texts that YAML reads as something else unless they are quoted, among plain ones. */
const text = fc.oneof(
  fc.constantFrom('yes', 'no', 'null', '~', '1', '1e3', '0x1f', '08:00', '2026-11-22', '- a', '#a'),
  fc.constantFrom('a: b', '{a}', '*a', '&a', '!a', '%a', '@a', "it's", '"q"', 'ü', 'true', '.5'),
  fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/),
);

export const CALLER_IDS = ['+622150001234', '+622150001235', '+62361001234'];
export const PRODUCTS = ['paylater', 'cash_loan', 'card'];
export const PROVINCES = ['ID-JK', 'ID-BA', 'ID-PA'];

const fields: fc.Arbitrary<AccountFilter> = optional<AccountFilter>({
  daysPastDue: range(-20, 120),
  bucket: some(fc.constantFrom(...BUCKET_NAMES)),
  amountDueMinor: range(0, 400).map(({ from, to }) => ({
    ...(from === undefined ? {} : { from: String(from) }),
    ...(to === undefined ? {} : { to: String(to) }),
  })),
  product: some(fc.constantFrom(...PRODUCTS)),
  debtKind: some(fc.constantFrom('loan', 'card')),
  province: some(fc.constantFrom(...PROVINCES)),
  attempts: range(0, 5),
  notCalledForDays: fc.integer({ min: 1, max: 10 }),
});

/** Filters of every field, up to three deep. */
export const accountFilters: fc.Arbitrary<AccountFilter> = fc.letrec<{ filter: AccountFilter }>(
  (tie) => ({
    filter: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'filter' },
      fields,
      fc.record({ all: some(tie('filter')) }),
      fc.record({ any: some(tie('filter')) }),
      fc.record({ not: tie('filter') }),
      fc.tuple(fields, tie('filter')).map(([one, not]): AccountFilter => ({ ...one, not })),
    ),
  }),
).filter;

/** Filters that a document accepts for accounts past due. */
const pastDueFilters = accountFilters.filter(
  (filter) => !/pre-due|"to":-?0?\d?\b/.test(JSON.stringify(filter)),
);

const rule: fc.Arbitrary<Omit<AutomaticRule, 'name'>> = fc.record(
  {
    when: fc.record({
      metric: fc.constantFrom(...RULE_METRICS),
      is: fc.constantFrom('below' as const, 'above' as const),
      value: fc.integer({ min: 1, max: 100 }),
      forSeconds: fc.integer({ min: 0, max: 3600 }),
    }),
    then: fc.oneof(
      fc.constantFrom(
        { do: 'pause' as const },
        { do: 'finish' as const },
        { do: 'notify' as const },
      ),
      fc.record({ do: fc.constant('set_mode' as const), mode: fc.constantFrom('manual' as const) }),
      fc.record({
        do: fc.constant('set_share' as const),
        priority: fc.integer({ min: 1, max: 5 }),
        weight: fc.integer({ min: 1, max: 100 }),
      }),
    ),
    dryRun: fc.boolean(),
  },
  { requiredKeys: ['when', 'then'] },
);

const window = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
    fc.integer({ min: 0, max: 22 }),
  )
  .map(([days, hour]) => ({
    days,
    from: `${String(hour).padStart(2, '0')}:00`,
    to: hour === 22 ? '24:00' : `${String(hour + 1).padStart(2, '0')}:30`,
  }));

const dialing = optional<Dialing>({
  mode: fc.constantFrom('progressive', 'preview', 'manual'),
  previewLimitMs: fc.integer({ min: 10_000, max: 600_000 }),
  numberLookUp: fc.boolean(),
  ringTimeoutMs: fc.integer({ min: 5_000, max: 120_000 }),
  callerIds: fc.uniqueArray(fc.constantFrom(...CALLER_IDS), { minLength: 1 }),
  callerIdByProvince: fc.dictionary(fc.constantFrom(...PROVINCES), fc.constantFrom(...CALLER_IDS)),
  trunks: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
});

/** Documents with any of their parts but the experiment. */
const plainDocuments: fc.Arbitrary<CampaignDocument> = fc.record(
  {
    format: fc.constant(DOCUMENT_FORMAT),
    creditor: fc.constantFrom('contoh', 'bank-a'),
    name: text,
    accounts: pastDueFilters,
    reminders: fc.record({
      daysBeforeDue: fc.integer({ min: 0, max: 30 }),
      accounts: accountFilters,
    }),
    segments: fc
      .array(pastDueFilters, { maxLength: 3 })
      .map((all) => all.map((accounts, n) => ({ name: `Bagian ${n}`, accounts }))),
    ordering: optional({
      amountDue: fc.integer({ min: 0, max: 10 }),
      waiting: fc.integer({ min: 0, max: 10 }),
    }),
    callingHours: some(window),
    courtesy: optional({
      windows: fc.boolean(),
      pauses: some(
        fc.record({
          reason: text,
          regions: some(fc.constantFrom(...PROVINCES)),
          from: fc.constant('2026-11-20'),
          to: fc.constantFrom('2026-11-20', '2026-12-01'),
        }),
      ),
    }),
    rulePacks: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    retry: optional(
      Object.fromEntries(
        RETRY_OUTCOMES.map((outcome) => [
          outcome,
          fc.record(
            {
              afterMinutes: fc.integer({ min: 5, max: 1440 }),
              shiftHours: fc.integer({ min: 0, max: 11 }),
              max: fc.integer({ min: 0, max: 9 }),
              nextPhone: fc.boolean(),
            },
            { requiredKeys: ['afterMinutes'] },
          ),
        ]),
      ),
    ),
    phones: optional({
      order: fc.constantFrom('best_chance', 'least_recent', 'listed'),
      places: fc.uniqueArray(fc.constantFrom('mobile', 'home', 'work'), { minLength: 1 }),
    }),
    dialing: fc.tuple(dialing, fc.boolean()).map(([{ callerIds, ...rest }, isOne]): Dialing => {
      if (callerIds === undefined) return rest;
      return isOne ? { ...rest, callerId: callerIds[0]! } : { ...rest, callerIds };
    }),
    pools: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    skills: fc.uniqueArray(fc.constantFrom('jawa', 'english', 'hardship-2'), { minLength: 1 }),
    share: fc.record({
      priority: fc.integer({ min: 1, max: 5 }),
      weight: fc.integer({ min: 1, max: 100 }),
    }),
    stops: optional({
      wrongParty: fc.constant(null),
      costCapMinor: fc.constant('150000'),
    } as never),
    rules: fc
      .array(rule, { maxLength: 3 })
      .map((all) => all.map((one, n) => ({ name: `rule-${n}`, ...one }))),
  },
  { requiredKeys: ['format', 'creditor', 'name'] },
);

const experiment: fc.Arbitrary<Experiment> = fc.record({
  name: fc.constantFrom('on', 'no-2', '1e3', 'later-retries'),
  share: fc.integer({ min: 1, max: 50 }),
  // unlike anything above, so that it compares something
  challenger: fc.constantFrom(
    { ordering: { promise: 9.5 } },
    { retry: { rejected: { afterMinutes: 2_000 } } },
    { phones: { places: ['work', 'home', 'mobile'] }, ordering: { daysPastDue: 0.5 } },
  ),
  metric: fc.constantFrom(...EXPERIMENT_METRICS),
  withinDays: fc.integer({ min: 1, max: 60 }),
  leastPersons: fc.integer({ min: 20, max: 1_000 }),
  alpha: fc.constantFrom(0.05, 0.1, 0.001),
  guard: fc.record({ complaintsPer1000: fc.constantFrom(0.1, 2, 100) }),
  endsOn: fc.constantFrom('2026-12-31', '2027-01-31'),
});

/** Documents with any of their parts; an experiment is of calls that the program places. */
export const campaignDocuments: fc.Arbitrary<CampaignDocument> = fc
  .tuple(plainDocuments, fc.option(experiment))
  .map(([document, one]) =>
    one === null || (document.dialing?.mode ?? 'progressive') !== 'progressive'
      ? document
      : { ...document, experiment: one },
  );
