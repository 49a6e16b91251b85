/**
 * How long the pure decision takes: microseconds of one evaluation with 100 events in the ledger,
 * against reading the same facts and events from JSON (the yardstick, in the same run: the ratio
 * travels between machines, the microseconds do not).
 * `npm run bench:evaluate`
 */
import { evaluate, type RuleDecision } from '../../../dialer/compliance/evaluate';
import type { RulePack } from '../../../dialer/compliance/rule-pack';
import { shippedCalendars } from '../../../dialer/compliance/shipped/shipped-calendars';
import { shippedPacks } from '../../../dialer/compliance/shipped/shipped-packs';
import { stackFor } from '../../../dialer/compliance/stack';
import { makeContact, makeFacts } from '../../support/call-facts';
import type { CallFacts, ContactEvent } from '../../../src/domain/call-facts';

const AIM_US = 50;
const ROUNDS = 400;
const CALLS_A_ROUND = 50;

interface Subject {
  readonly name: string;
  readonly stack: readonly RulePack[];
  readonly facts: CallFacts;
  readonly events: readonly ContactEvent[];
  readonly at: string;
  readonly verdict: RuleDecision['verdict'];
}

const newestOf = (alias: string) =>
  shippedCalendars
    .filter(({ id }) => id === alias)
    .sort((a, b) => (a.revision < b.revision ? 1 : -1))[0];
const calendars = Object.fromEntries(
  ['ID', 'AU', 'GB-EAW'].flatMap((alias) => {
    const calendar = newestOf(alias);
    return calendar === undefined ? [] : [[alias, calendar]];
  }),
);

/** A hundred contacts of the last weeks: other debts and other outcomes too, so that few reach a cap. */
function ledger(lastAt: string, debt: (index: number) => string): ContactEvent[] {
  return Array.from({ length: 100 }, (_, index) =>
    makeContact(new Date(Date.parse(lastAt) - index * 5 * 3_600_000).toISOString(), {
      id: `E${index}`,
      debts: [debt(index)],
      outcome: index % 3 === 0 ? 'busy' : 'no_answer',
    }),
  );
}

const federal = shippedPacks.filter(({ id }) => id === 'US.FEDERAL');
const indonesia = stackFor(shippedPacks, {
  country: 'ID',
  region: 'ID-JK',
  productType: 'loan',
  collector: 'third_party',
  creditorPacks: ['ID.POLICY.HOUSE', 'ID.POLICY.CUTI', 'ID.POLICY.COURTESY'],
  campaignPacks: [],
}).map(({ pack }) => pack);
const newYork = makeFacts({ zones: ['America/New_York'] });
const jakarta = makeFacts({ region: 'ID-JK' });
const someoneElses = ledger('2026-11-20T09:00:00Z', (index) => `D${index % 40}`);
const ofThisPerson = ledger('2026-11-23T01:00:00Z', () => 'D1');
const ofAnother = ofThisPerson.map((event) => ({ ...event, person: 'P2', number: 'N2' }));

const subjects: Subject[] = [
  {
    name: 'US.FEDERAL, permitted',
    stack: federal,
    facts: newYork,
    events: someoneElses,
    at: '2026-11-23T17:00:00Z',
    verdict: 'allow',
  },
  {
    name: 'US.FEDERAL, denied by the count, next instant found',
    stack: federal,
    facts: newYork,
    events: ofThisPerson,
    at: '2026-11-23T17:00:00Z',
    verdict: 'deny',
  },
  {
    name: `Indonesia (${indonesia.length} packs), permitted`,
    stack: indonesia,
    facts: jakarta,
    events: ofAnother,
    at: '2026-11-23T03:00:00Z',
    verdict: 'allow',
  },
  {
    name: `Indonesia (${indonesia.length} packs), denied by the count, next instant found`,
    stack: indonesia,
    facts: jakarta,
    events: ofThisPerson,
    at: '2026-11-23T03:00:00Z',
    verdict: 'deny',
  },
  {
    name: `Indonesia (${indonesia.length} packs), all three zones, permitted`,
    stack: indonesia,
    facts: { ...jakarta, zones: ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] },
    events: ofAnother,
    at: '2026-11-23T03:00:00Z',
    verdict: 'allow',
  },
];

/** Best round: what the machine can do when nobody else uses it; and the median of the rounds. */
function microseconds(work: () => unknown): { best: number; median: number } {
  for (let call = 0; call < 20 * CALLS_A_ROUND; call += 1) work();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS_A_ROUND; call += 1) work();
    return Number(process.hrtime.bigint() - start) / 1000 / CALLS_A_ROUND;
  }).sort((a, b) => a - b);
  return { best: rounds[0] ?? NaN, median: rounds[ROUNDS / 2] ?? NaN };
}

const guardMs = 35_000;
const slow: string[] = [];
process.stdout.write('best us  median us  x JSON.parse of its facts\n');
for (const { name, stack, facts, events, at, verdict } of subjects) {
  const decide = (): RuleDecision => evaluate(stack, calendars, facts, events, at, { guardMs });
  const decided = decide();
  if (decided.verdict !== verdict) {
    throw new Error(`${name}: ${decided.verdict}, by ${decided.deniedBy ?? 'nothing'}`);
  }
  const text = JSON.stringify({ facts, events });
  const yardstick = microseconds(() => JSON.parse(text) as unknown);
  const { best, median } = microseconds(decide);
  if (best > AIM_US) slow.push(name);
  const figures = [best.toFixed(1).padStart(7), median.toFixed(1).padStart(9)].join('  ');
  const ratio = (best / yardstick.best).toFixed(2).padStart(5);
  process.stdout.write(
    `${figures}  ${ratio}  ${name} (next: ${decided.nextAllowedAt ?? 'none'})\n`,
  );
}
const missed = slow.length === 0 ? 'met' : `missed by: ${slow.join('; ')}`;
process.stdout.write(`aim: under ${AIM_US} us with 100 events: ${missed}\n`);
