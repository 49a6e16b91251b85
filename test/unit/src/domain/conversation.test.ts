import fc from 'fast-check';
import { checkStep } from '../../../../src/domain/check-step';
import {
  foldConversation,
  isRepeat,
  needsNudge,
  practiceNow,
  PRACTICES,
  practicesDone,
  type StepTold,
} from '../../../../src/domain/conversation';
import {
  conversationStep,
  isOfTheDebt,
  type ConversationStep,
} from '../../../../src/domain/conversation-step';
import { ROOT_CAUSES } from '../../../../src/domain/outcome-code';
import { causesInWords, CAUSE_WORDS } from '../../../../src/domain/root-cause';

const START = Date.parse('2026-11-05T03:00:00Z');
const told = (steps: readonly ConversationStep[], everyMs = 10_000): StepTold[] =>
  steps.map((step, n) => ({ step, at: new Date(START + n * everyMs) }));
const fold = (...steps: ConversationStep[]) => foldConversation(told(steps));
const facts = { isLocate: false, today: '2026-11-05' };
const reason = (steps: ConversationStep[], step: ConversationStep, change = {}) =>
  checkStep(fold(...steps), step, { ...facts, ...change })?.reason ?? null;

const IDENTIFIED: ConversationStep = { kind: 'identity_confirmed', by: ['full_name'] };
/** A talk as it should be. */
const WHOLE: ConversationStep[] = [
  { kind: 'opened', opening: 'greeting' },
  IDENTIFIED,
  { kind: 'feeling_acknowledged', feeling: 'ashamed' },
  { kind: 'cause_told', cause: 'salary_late', detail: 'salary', endsOn: '2026-11-25' },
  { kind: 'amount_said' },
  { kind: 'due_date_said' },
  { kind: 'options_said', options: ['pay_full', 'reschedule', 'plan'] },
  { kind: 'option_offered', option: 'reschedule' },
  { kind: 'option_chosen', option: 'reschedule' },
  { kind: 'next_steps_said' },
  { kind: 'words_noted', hope: 'tetap bisa bayar', worry: 'ditelepon di kantor' },
  { kind: 'recap_said', agreed: true },
  { kind: 'closed' },
];

test('L5, L8: a talk goes through the practices in their order, one step behind the other', () => {
  const path = WHOLE.map((_, n) => practiceNow(fold(...WHOLE.slice(0, n))));
  expect([...new Set(path)]).toEqual([...PRACTICES]);
  const talk = fold(...WHOLE);
  expect(practiceNow(talk)).toBeNull();
  expect(talk).toMatchObject({
    ...{ opening: 'greeting', identity: 'confirmed', feeling: 'ashamed', isAgreed: true },
    cause: { cause: 'salary_late', detail: 'salary', endsOn: '2026-11-25' },
    optionsSaid: ['pay_full', 'reschedule', 'plan'],
    ...{ optionsOffered: ['reschedule'], optionChosen: 'reschedule', hope: 'tetap bisa bayar' },
    ticks: ['amount_said', 'due_date_said', 'options_said', 'next_steps_said', 'words_noted'],
  });
});

test('K2: no word of the debt before the person is known to be the one, in any order of steps', () => {
  const anyStep = fc.constantFrom(...WHOLE, {
    kind: 'identity_not_confirmed',
    because: 'declined',
  });
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
      const kept: ConversationStep[] = [];
      for (const step of steps) {
        const talk = fold(...kept);
        const refused = checkStep(talk, step, facts) !== null;
        if (isOfTheDebt(step.kind)) expect(refused || talk.identity === 'confirmed').toBe(true);
        if (!refused) kept.push(step);
      }
      const last = kept.findLast(({ kind }) => kind.startsWith('identity'));
      expect(practicesDone(fold(...kept)).has('identity')).toBe(last === IDENTIFIED);
    }),
  );
});

test('K18, K2: a call to learn where somebody is has no identity to confirm and no debt to tell', () => {
  for (const step of WHOLE) {
    const allowed = ['opened', 'feeling_acknowledged', 'words_noted', 'closed'].includes(step.kind);
    expect(reason([], step, { isLocate: true }) === null).toBe(allowed);
  }
});

test('L3: the causes are closed on two levels, with words for both and a creditor’s own labels', () => {
  for (const cause of ROOT_CAUSES) {
    for (const detail of Object.keys(CAUSE_WORDS[cause].details))
      expect(reason([IDENTIFIED], { kind: 'cause_told', cause, detail, words: 'x' })).toBeNull();
    const strange = { kind: 'cause_told', cause, detail: 'gossip', words: 'x' } as const;
    expect(reason([IDENTIFIED], strange)).toBe(`is none of ${cause}`);
  }
  expect(reason([IDENTIFIED], { kind: 'cause_told', cause: 'other' })).toBe('needed with other');
  const past = { kind: 'cause_told', cause: 'illness', endsOn: '2026-11-04' } as const;
  expect(reason([IDENTIFIED], past)).toBe('is in the past');
  const label = { id: 'lupa tanggal', en: 'missed the day' };
  expect(causesInWords({ forgot: label }).find(({ code }) => code === 'forgot')?.said).toBe(label);
});

test('L4: an answer to an offer is kept, changed by the next one, and no yes without a choice', () => {
  const yes: ConversationStep = { kind: 'recap_said', agreed: true };
  const refused = { kind: 'option_refused', option: 'plan', why: 'too_long' } as const;
  expect(reason([IDENTIFIED, refused], yes)).toBe('no option was chosen');
  expect(fold(IDENTIFIED, refused)).toMatchObject({
    ...{ optionsOffered: ['plan'], optionsRefused: ['plan'], optionChosen: null },
  });
  const chosen: ConversationStep = { kind: 'option_chosen', option: 'plan' };
  expect(fold(IDENTIFIED, refused, chosen)).toMatchObject({
    ...{ optionsRefused: [], optionChosen: 'plan' },
  });
  const none: ConversationStep = { kind: 'no_option_fits', words: 'tidak ada penghasilan' };
  expect(fold(IDENTIFIED, chosen, none)).toMatchObject({ noneFits: true, optionChosen: null });
});

test('L1: tension has its peak, and is over once it is calm', () => {
  const steps: ConversationStep[] = [
    ...([2, 4, 3] as const).map((level) => ({ kind: 'tension', level }) as const),
    { kind: 'calmed' },
  ];
  expect(fold(...steps).tension).toEqual({
    ...{ since: new Date(START), level: 0, peak: 4, calmedAt: new Date(START + 30_000) },
  });
  expect(fold(...steps, { kind: 'tension', level: 5 }).tension).toMatchObject({
    ...{ level: 5, peak: 5, calmedAt: null },
  });
  expect(reason([], { kind: 'calmed' })).toBe('no tension was marked');
});

test('a step told again is the same step, whatever the order of its fields', () => {
  const steps = told([{ kind: 'tension', level: 3 }, { kind: 'calmed' }, IDENTIFIED]);
  expect(isRepeat(steps, { by: ['full_name'], kind: 'identity_confirmed' })).toBe(true);
  expect(isRepeat(steps, { kind: 'tension', level: 3 })).toBe(false);
  expect(isRepeat(steps, { kind: 'calmed' })).toBe(true);
  const complaint = { kind: 'complaint_made', words: 'terlalu sering ditelepon' } as const;
  const many = told([complaint, { ...complaint, words: 'nada bicara' }]);
  expect(isRepeat(many, complaint)).toBe(true);
});

test('L6: three minutes of debt talk without a way out nudge the agent, an offer does not', () => {
  const at = (ms: number) => new Date(START + ms);
  const talk = fold(IDENTIFIED);
  expect(needsNudge(talk, at(180_000), 3)).toBe(false);
  expect(needsNudge(talk, at(180_001), 3)).toBe(true);
  expect(needsNudge(fold(), at(900_000), 3)).toBe(false);
  const ways: ConversationStep[] = [
    { kind: 'option_offered', option: 'plan' },
    { kind: 'options_said', options: ['plan'] },
    { kind: 'no_option_fits', words: 'x' },
    { kind: 'closed' },
  ];
  for (const way of ways) expect(needsNudge(fold(IDENTIFIED, way), at(900_000), 3)).toBe(false);
});

test('what a client sends is checked before it is folded', () => {
  const bad = [
    { kind: 'cause_told', cause: 'lazy' },
    { kind: 'tension', level: 6 },
    { kind: 'amount_said', amountMinor: '1' },
    { kind: 'words_noted', hope: ' ' },
    { kind: 'identity_confirmed', by: [] },
  ];
  for (const step of bad) expect(conversationStep.safeParse(step).success).toBe(false);
  for (const step of WHOLE) expect(conversationStep.parse(step)).toEqual(step);
});
