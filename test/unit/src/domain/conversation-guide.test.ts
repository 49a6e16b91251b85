import { conversationPolicy } from '../../../../src/domain/collection-policy/conversation';
import { foldConversation, NOTHING_SAID } from '../../../../src/domain/conversation';
import { guideOf, type GuideFacts } from '../../../../src/domain/conversation-guide';
import type { ConversationStep } from '../../../../src/domain/conversation-step';
import type { Debt } from '../../../../src/domain/debt';
import { chooseLessons, wilsonLow, type LessonFigures } from '../../../../src/domain/lesson';
import { AGENT_OUTCOME_CODES } from '../../../../src/domain/outcome-code';
import {
  checkGuided,
  OUTCOME_NEEDS,
  ticksOf,
  unmetNeeds,
  type TalkFacts,
} from '../../../../src/domain/outcome-needs';
import { sayDebt } from '../../../../src/domain/say-debt';

const AT = new Date('2026-11-17T03:00:00Z');
const fold = (...steps: ConversationStep[]) =>
  foldConversation(steps.map((step) => ({ step, at: AT })));
const KNOWN: ConversationStep = { kind: 'identity_confirmed', by: ['full_name'] };

const debt: Debt = {
  ...{ accountId: 'a', creditorId: 'c', currency: 'IDR', bucket: '11-30', zone: 'Asia/Jakarta' },
  instalments: [
    {
      ...{ id: 'i', number: 1, dueDate: '2026-11-05' },
      outstanding: {
        ...{ principalMinor: 100_000_000n, interestMinor: 20_000_000n },
        ...{ penaltyMinor: 5_000_000n, feeMinor: 0n },
      },
    },
  ],
  ...{ dueMinor: 125_000_000n, totalMinor: 225_000_000n, oldestDueDate: '2026-11-05' },
  ...{ daysPastDue: 12, asOf: AT },
};

test('K2: the statement is generated whole, in both languages', () => {
  expect(sayDebt(debt)).toEqual({
    statement: {
      id: 'Tagihan Rp1.250.000 jatuh tempo 5 November 2026, terlambat 12 hari.',
      en: 'Rp1,250,000, due on 5 November 2026, 12 days late.',
    },
    parts: {
      id: 'Terdiri dari pokok Rp1.000.000, bunga Rp200.000, denda Rp50.000.',
      en: 'Made of principal Rp1,000,000, interest Rp200,000, penalty Rp50,000.',
    },
    later: {
      id: 'Sisa yang belum jatuh tempo: Rp1.000.000.',
      en: 'Not due yet: Rp1,000,000.',
    },
  });
  const soon = { ...debt, dueMinor: 0n, daysPastDue: -1 };
  expect(sayDebt(soon).statement.en).toBe('Rp2,250,000, due on 5 November 2026, in 1 day.');
  const paid = { ...debt, dueMinor: 0n, totalMinor: 0n, oldestDueDate: null, instalments: [] };
  expect(sayDebt(paid)).toEqual({
    statement: { id: 'Tidak ada tagihan yang tersisa.', en: 'Nothing is owed any more.' },
    ...{ parts: null, later: null },
  });
});

const facts = (change: Partial<GuideFacts> = {}): GuideFacts => ({
  ...{ mode: 'asked', talk: NOTHING_SAID, ticksNeeded: 4, allowed: null, hasAgreement: false },
  ...{ hasDisputeType: false, policy: conversationPolicy.parse({}), isLocate: false, debt },
  ...{ names: { agent: 'Sari', debtor: 'Budi' }, isIdentityMode: true, lessons: [], now: AT },
  ...{ abuseWarnings: 0, ...change },
});

test('K2: a guide has the debt only with the person known, and never when it is to locate', () => {
  const shows = (change: Partial<GuideFacts>) => {
    const guide = guideOf(facts(change));
    return guide.debt !== null || JSON.stringify(guide.prompts).includes('Rp');
  };
  expect(shows({})).toBe(false);
  expect(shows({ talk: fold(KNOWN) })).toBe(true);
  expect(shows({ talk: fold(KNOWN), isLocate: true })).toBe(false);
  const asked = fold(KNOWN, { kind: 'feeling_acknowledged', feeling: 'afraid' });
  const cause = fold(
    { kind: 'opened', opening: 'greeting' },
    ...([KNOWN, { kind: 'feeling_acknowledged', feeling: 'afraid' }] as ConversationStep[]),
    { kind: 'cause_told', cause: 'illness' },
  );
  expect(guideOf(facts({ talk: asked })).debt?.checklist.every((tick) => !tick.isDone)).toBe(true);
  expect(guideOf(facts({ talk: cause })).prompts.map(({ said }) => said.id)).toEqual([
    'Tagihan Rp1.250.000 jatuh tempo 5 November 2026, terlambat 12 hari.',
    'Terdiri dari pokok Rp1.000.000, bunga Rp200.000, denda Rp50.000.',
    'Sisa yang belum jatuh tempo: Rp1.000.000.',
  ]);
});

test('L1: while it is tense the screen is four calm lines, whatever the practice', () => {
  for (const steps of [[], [KNOWN]] as ConversationStep[][]) {
    const guide = guideOf(facts({ talk: fold(...steps, { kind: 'tension', level: 2 }) }));
    expect(guide.isConflict).toBe(true);
    expect(guide.prompts.map(({ code }) => code)).toEqual(['calm_1', 'calm_2', 'calm_3', 'calm_4']);
  }
});

const talkFacts = (change: Partial<TalkFacts> = {}): TalkFacts => ({
  ...{ mode: 'required', talk: NOTHING_SAID, ticksNeeded: 4, allowed: null },
  ...{ hasAgreement: false, hasDisputeType: false, ...change },
});

test('K17: one table says what each outcome needs; what protects is never refused', () => {
  const refused = AGENT_OUTCOME_CODES.filter((code) => checkGuided(code, talkFacts()).length > 0);
  expect(refused).toEqual(['RPC_PTP', 'RPC_PLAN', 'RPC_SETTLE', 'RPC_DEFER', 'RPC_REFUSE']);
  for (const code of refused) {
    expect(checkGuided(code, talkFacts({ mode: 'asked' }))).toEqual([]);
    expect(unmetNeeds(code, talkFacts())).toEqual(OUTCOME_NEEDS[code].guided);
  }
  const whole = fold(
    ...([KNOWN, { kind: 'amount_said' }, { kind: 'due_date_said' }] as ConversationStep[]),
    { kind: 'options_said', options: ['plan'] },
    { kind: 'words_noted', hope: 'lunas' },
    ...([{ kind: 'option_chosen', option: 'plan' }] as ConversationStep[]),
    { kind: 'recap_said', agreed: true },
  );
  const done = talkFacts({ talk: whole, hasAgreement: true });
  for (const code of refused) expect(checkGuided(code, done)).toEqual([]);
  expect(unmetNeeds('RPC_PLAN', { ...done, hasAgreement: false })).toEqual(['agreement']);
});

test('K2: all options were said only when each allowed one was', () => {
  const talk = fold(KNOWN, { kind: 'options_said', options: ['pay_full', 'plan'] });
  expect(ticksOf({ talk, allowed: null })).toEqual(['options_said']);
  expect(ticksOf({ talk, allowed: ['plan'] })).toEqual(['options_said']);
  expect(ticksOf({ talk, allowed: ['plan', 'deferment'] })).toEqual([]);
});

test('c8: many talks prove more than few good ones, and the longest proven time counts', () => {
  const seen = (
    option: LessonFigures['option'],
    n: number,
    kept: number,
    days: 30 | 60 | 90 = 30,
  ) => ({ cause: 'illness', opening: 'greeting', option, afterDays: days, n, kept }) as const;
  expect(wilsonLow(0, 0)).toBe(0);
  expect(wilsonLow(150, 212)).toBeCloseTo(0.643, 3);
  expect(wilsonLow(30, 30)).toBeLessThan(wilsonLow(300, 310));
  const figures = [seen('plan', 30, 30), seen('deferment', 310, 300), seen('settlement', 29, 29)];
  const options = (more: LessonFigures[] = []) =>
    chooseLessons([...figures, ...more], 'illness', 30).map(({ option }) => option);
  expect(options()).toEqual(['deferment', 'plan']);
  expect(options([seen('reschedule', 40, 20, 90)])).toEqual(['reschedule']);
  expect(options([{ ...seen('plan', 500, 500), opening: null }])).toEqual(['plan', 'deferment']);
  expect(chooseLessons(figures, 'forgot', 30)).toEqual([]);
});
