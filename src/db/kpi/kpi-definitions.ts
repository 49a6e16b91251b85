import {
  BOOK_TO_LAST,
  CALLED,
  COLLECTED_BETWEEN,
  COMPLAINTS,
  COSTS,
  DIALS,
  FORBIDDEN_PHRASES,
  PAST_DUE,
  PAST_DUE_AT_LAST,
  PAST_DUE_MONEY,
  PAYMENTS,
  PRICES,
  PROMISES_DECIDED,
  PROMISES_MADE,
  RIGHT_PARTY_TALKS,
  SELECTABLE_PEOPLE,
  TALKS,
  type KpiFact,
} from './kpi-facts';

/** How one side of a figure is counted: an aggregate over rows. */
interface Measure {
  readonly fact: KpiFact;
  readonly value: string;
}

/** A figure of the floor, defined here and nowhere else. */
export interface KpiDefinition {
  readonly unit: string;
  readonly numerator: Measure & { readonly words: string };
  /** Null: the figure is a sum, not a rate. */
  readonly denominator: (Measure & { readonly words: string }) | null;
  /** The value is per so many of the denominator. */
  readonly per: number;
  /** Whose definition it is. */
  readonly source: string;
}

const M1 = 'the floor\'s own list of figures: "right-party talks / dialed persons" and so on';

/** Promises of the talks of these days that were due within so many days of the talk; all of these days are over. */
function keptWithin(days: number): KpiDefinition {
  const due = `p.due_date <= (coalesce(t.dialed_at, t.connected_at, t.created_at) at time zone $5)::date + ${String(days)}
    and (coalesce(t.dialed_at, t.connected_at, t.created_at) at time zone $5)::date + ${String(days)} < $11
    and p.state <> 'superseded'`;
  return {
    unit: 'share of money',
    numerator: {
      fact: PROMISES_MADE,
      value: `sum(least(p.kept_minor, p.amount_minor)) filter (where ${due})`,
      words: `what was kept of them so far, each at most its amount`,
    },
    denominator: {
      fact: PROMISES_MADE,
      value: `sum(p.amount_minor) filter (where ${due})`,
      words: `amounts of promises made in talks of these days and due within ${String(days)} days of the talk, of talks that are longer ago than that`,
    },
    per: 1,
    source: 'kept value at 30, 60 and 90 days instead of promises made',
  };
}

const PEOPLE_CALLED: Measure = {
  fact: DIALS,
  value: `count(distinct t.debtor_id) filter (where t.purpose = 'collect')`,
};

/** Every figure by its name. What each counts is in its words; rows that it counts from: kpi-facts.ts. */
export const KPI_DEFINITIONS = {
  right_party_contact_rate: {
    unit: 'talks per person',
    numerator: {
      fact: RIGHT_PARTY_TALKS,
      value: `count(*) filter (where t.direction = 'out')`,
      words:
        'talks with the right party that we dialed (outcomes RPC_*); calls that came in are not among them',
    },
    denominator: {
      ...PEOPLE_CALLED,
      words:
        'different people dialed to collect, abandoned and manual calls among them; groups do not add up, since one person may be in several',
    },
    per: 1,
    source: M1,
  },
  promise_rate: {
    unit: 'promises per talk',
    numerator: {
      fact: { ...PROMISES_MADE, currency: null },
      value: 'count(distinct coalesce(p.agreement_id, p.id))',
      words:
        'promises made in talks of these days, a plan counted once; refused and cancelled ones are not',
    },
    denominator: {
      fact: RIGHT_PARTY_TALKS,
      value: 'count(*)',
      words: 'talks with the right party, dialed or come in',
    },
    per: 1,
    source: M1,
  },
  kept_rate: {
    unit: 'share of money',
    numerator: {
      fact: PROMISES_DECIDED,
      value: 'sum(least(p.kept_minor, p.amount_minor))',
      words:
        'what was kept of them, each at most its amount; a payment that is reversed counts no longer',
    },
    denominator: {
      fact: PROMISES_DECIDED,
      value: 'sum(p.amount_minor)',
      words: 'amounts of promises due in these days that are decided, kept or broken',
    },
    per: 1,
    source: M1,
  },
  kept_rate_30_days: keptWithin(30),
  kept_rate_60_days: keptWithin(60),
  kept_rate_90_days: keptWithin(90),
  cure_rate: {
    unit: 'share of accounts',
    numerator: {
      fact: PAST_DUE,
      value: `count(*) filter (where e.status = 'paid' or (e.status = 'open' and e.due_date >= seen.last))`,
      words: 'of them those at 0 days past due, or paid, on the last day of these that was seen',
    },
    denominator: {
      fact: PAST_DUE,
      value: 'count(*)',
      words: 'accounts past due on the first day of these that was seen',
    },
    per: 1,
    source: M1,
  },
  recovered: {
    unit: 'minor units',
    numerator: {
      fact: PAYMENTS,
      value: 'sum(y.amount_minor)',
      words:
        'payments of these days that are matched to an account and not reversed; agent, hour and campaign are those of the latest right-party talk of the 30 days before',
    },
    denominator: null,
    per: 1,
    source: M1,
  },
  recovery_rate: {
    unit: 'share of money',
    numerator: {
      fact: PAST_DUE_MONEY,
      value: `sum((select sum(y.amount_minor) from payment y where y.account_id = b.account_id
        and y.reversed_at is null and y.paid_at >= $3 and y.paid_at < $4))`,
      words: 'payments of these days to them that are not reversed',
    },
    denominator: {
      fact: PAST_DUE_MONEY,
      value: 'sum(b.due_minor)',
      words: 'amounts due of accounts past due on the first day of these that was seen',
    },
    per: 1,
    source: M1,
  },
  collection_effectiveness_index: {
    unit: 'percent',
    numerator: {
      fact: BOOK_TO_LAST,
      value: `sum(${COLLECTED_BETWEEN})`,
      words:
        'B + S − E: payments between the first and the last day of these that were seen, not reversed. B: owed on the first; E: owed on the last; S: what was charged in between, less what was given up, which is E + payments − B',
    },
    denominator: {
      fact: BOOK_TO_LAST,
      value: `sum(${COLLECTED_BETWEEN} + ${PAST_DUE_AT_LAST})`,
      words:
        'B + S − C, with C: owed on the last day by accounts that are not past due. So: the same payments, and what is past due on the last day',
    },
    per: 100,
    source:
      'collection effectiveness index: (opening receivables + charged − closing receivables) / (opening receivables + charged − closing receivables that are current)',
  },
  cost_per_recovered_unit: {
    unit: 'minor units per minor unit',
    numerator: {
      fact: COSTS,
      value: `round(sum(c.attempt + c.minute
        * coalesce(extract(epoch from t.ended_at - t.connected_at), 0) / 60))`,
      words:
        'calls and minutes of talk at the prices of the collection policy; none of creditors without prices',
    },
    denominator: {
      fact: {
        ...PAYMENTS,
        rows: `${PAYMENTS.rows} and y.creditor_id in (select creditor_id from ${PRICES} c)`,
      },
      value: 'sum(y.amount_minor)',
      words: 'recovered, of the same creditors',
    },
    per: 1,
    source: M1,
  },
  complaints_per_10000_attempts: {
    unit: 'complaints per 10,000 calls',
    numerator: {
      fact: COMPLAINTS,
      value: 'count(*)',
      words:
        'complaints received in these days; agent, hour and campaign are those of the latest call of the 30 days before',
    },
    denominator: { fact: DIALS, value: 'count(*)', words: 'calls that reached the network' },
    per: 10_000,
    source: M1,
  },
  forbidden_phrases_per_100_talks: {
    unit: 'phrases per 100 talks',
    numerator: {
      fact: FORBIDDEN_PHRASES,
      value: 'count(*)',
      words:
        'phrases that no agent may say, marked in talks of these days by a transcriber or a supervisor; dismissed ones are not',
    },
    denominator: { fact: TALKS, value: 'count(*)', words: 'talks, whoever answered' },
    per: 100,
    source: 'the creditor’s own list of forbidden phrases (collection policy, speech)',
  },
  penetration: {
    unit: 'share of people',
    numerator: {
      fact: SELECTABLE_PEOPLE,
      value: `count(*) filter (where ${CALLED})`,
      words: 'of them those called at least once for that creditor',
    },
    denominator: {
      fact: SELECTABLE_PEOPLE,
      value: 'count(*)',
      words:
        'people who on a day of these that was seen had an open account that waits for nobody, is under no hold, and a number of their own; one a creditor',
    },
    per: 1,
    source: 'penetration = persons with at least one attempt / selectable',
  },
} as const satisfies Readonly<Record<string, KpiDefinition>>;

export type KpiName = keyof typeof KPI_DEFINITIONS;
export const KPI_NAMES = Object.keys(KPI_DEFINITIONS) as readonly KpiName[];
