import { z } from 'zod';
import { BUCKET_NAMES } from '../campaign-document/account-filter';
import { AUTHORITIES } from '../option';
import { ROOT_CAUSES } from '../outcome-code';

const percent = z.number().int().min(0).max(100);
const minor = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,17})$/, 'integer minor units as text, 150000')
  .describe('Integer minor units, as text');

const line = z.string().regex(/^\S[^\p{Cc}\p{Cs}]{0,118}\S$/u, '2 to 120 characters in one line');

/** What may be given up of each component, percent. */
const discount = z.strictObject({
  penaltyPercent: percent.default(0),
  interestPercent: percent.default(0),
  feePercent: percent.default(0),
  principalPercent: percent.default(0).describe('Never below principalFloorPercent'),
});
export type Discount = z.output<typeof discount>;

const settlementRow = z
  .strictObject({
    buckets: z.array(z.enum(BUCKET_NAMES)).min(1).describe('Days past due'),
    products: z.array(z.string().min(1)).min(1).optional().describe('Absent: every product'),
    agent: z
      .strictObject({ penaltyPercent: percent.default(0) })
      .prefault({})
      .describe('An agent gives up penalty alone'),
    supervisor: discount.prefault({}),
    manager: discount.prefault({}),
  })
  .refine(
    ({ agent, supervisor, manager }) =>
      agent.penaltyPercent <= supervisor.penaltyPercent &&
      (['penaltyPercent', 'interestPercent', 'feePercent', 'principalPercent'] as const).every(
        (field) => supervisor[field] <= manager[field],
      ),
    { path: ['manager'], message: 'a higher role may give up at least what a lower one may' },
  );
export type SettlementRow = z.output<typeof settlementRow>;

const SETTLEMENTS: z.input<typeof settlementRow>[] = [
  {
    buckets: ['11-30'],
    agent: { penaltyPercent: 25 },
    supervisor: { penaltyPercent: 50 },
    manager: { penaltyPercent: 100 },
  },
  {
    buckets: ['31-60', '61-90'],
    agent: { penaltyPercent: 50 },
    supervisor: { penaltyPercent: 100 },
    manager: { penaltyPercent: 100, interestPercent: 25 },
  },
  {
    buckets: ['90+'],
    agent: { penaltyPercent: 75 },
    supervisor: { penaltyPercent: 100, interestPercent: 50 },
    manager: { penaltyPercent: 100, interestPercent: 100, feePercent: 100, principalPercent: 10 },
  },
];

const reschedule = z.strictObject({
  maxDays: z.number().int().min(0).max(30).default(30).describe('0: not offered'),
  per12Months: z.number().int().min(0).max(12).default(2),
  maxDaysPastDue: z.number().int().min(0).default(60).describe('Later it is too late for it'),
  freePer12Months: z.number().int().min(0).max(12).default(2).describe('Then the fee is due'),
  feeMinor: minor.default('0'),
});

const plan = z.strictObject({
  minInstalments: z.number().int().min(2).max(12).default(2),
  maxInstalments: z.number().int().min(2).max(12).default(12),
  firstWithinDays: z.number().int().min(0).max(14).default(14),
  disposablePercent: z
    .number()
    .int()
    .min(1)
    .max(40)
    .default(40)
    .describe('An instalment takes at most so much of the disposable income'),
  gentlePercent: z
    .number()
    .int()
    .min(1)
    .max(40)
    .default(25)
    .describe('A second, gentler plan is reckoned with this share'),
  maxInstalmentMinor: minor.nullable().default(null).describe('Null: no other limit'),
  minInstalmentMinor: minor.default('5000000'),
  missedToBreak: z.number().int().min(1).max(12).default(2),
  lateDaysToBreak: z.number().int().min(1).max(60).default(10).describe('More than so many'),
});

const deferment = z.strictObject({
  days: z
    .array(z.number().int().min(1).max(30))
    .max(5)
    .default([7, 14, 30])
    .describe('None: not offered'),
  per12Months: z.number().int().min(0).max(12).default(2),
  causes: z
    .array(z.enum(ROOT_CAUSES))
    .default([
      'salary_late',
      'income_lost',
      'illness',
      'family_emergency',
      'disaster',
      'payment_channel_problem',
    ]),
  evidenceFromDays: z
    .number()
    .int()
    .min(1)
    .default(14)
    .describe('As long or longer: with evidence'),
  interestRuns: z.boolean().default(true),
});

const settlement = z.strictObject({
  matrix: z
    .array(settlementRow)
    .max(50)
    .prefault(SETTLEMENTS)
    .describe('The first row of the bucket and product counts; none: no settlement'),
  validDays: z.number().int().min(0).max(7).default(7).describe('Paid within so many days'),
  floorPercent: percent.default(50).describe('At least so much of what is owed is paid'),
  principalFloorPercent: percent.default(100).describe('At least so much of the principal'),
});

const approval = z.strictObject({
  limitSeconds: z.number().int().min(5).max(60).default(60).describe('The person waits so long'),
  confirmBy: z
    .string()
    .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'HH:MM')
    .default('17:00')
    .describe('Where the account is; said when nobody answered in time'),
});

/** What may be offered, by whom, and how far. Every field has its default. */
export const optionsPolicy = z
  .strictObject({
    reschedule: reschedule.prefault({}),
    plan: plan.prefault({}),
    deferment: deferment.prefault({}),
    settlement: settlement.prefault({}),
    approval: approval.prefault({}),
    heavyPercent: percent
      .default(70)
      .describe('An option that takes more of the disposable income is told last'),
    keepingPlaces: z
      .number()
      .int()
      .min(0)
      .max(5)
      .default(2)
      .describe(
        'How far the chance of being kept moves an option: so many places for a whole 100 points above or below what is usually kept, rounded; 0: not at all',
      ),
    partPercent: percent.min(1).default(50).describe('A part payment, when the ability allows it'),
    partMinPercent: percent.min(1).default(25).describe('A part payment is at least so much'),
    roundToMinor: minor.default('100').describe('Instalments are whole multiples, but the last'),
    brokenBeforeApproval: z
      .number()
      .int()
      .min(0)
      .max(12)
      .default(2)
      .describe('After so many broken agreements in 12 months a supervisor decides'),
    yearlyRatePercent: z
      .number()
      .min(0)
      .max(100)
      .default(12)
      .describe('Price of waiting, for cost'),
    debtRatePercent: z
      .number()
      .min(0)
      .max(100)
      .default(0)
      .describe('Yearly interest of the debt, for what a deferment adds'),
    costShownFrom: z
      .enum(AUTHORITIES)
      .default('supervisor')
      .describe('From this role on one sees what an option costs the lender'),
    payTo: line.nullable().default(null).describe('Where to pay, in the words of a recap'),
    complaintContact: line.nullable().default(null).describe('Where to complain, in its words'),
  })
  .refine(({ plan: { minInstalments, maxInstalments } }) => minInstalments <= maxInstalments, {
    path: ['plan', 'maxInstalments'],
    message: 'not below minInstalments',
  });
export type OptionsPolicy = z.output<typeof optionsPolicy>;
