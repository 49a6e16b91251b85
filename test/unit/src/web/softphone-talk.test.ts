import fc from 'fast-check';
import { AGENT_CASE_KINDS, CASE_RULES } from '../../../../src/domain/case-kind';
import { conversationStep } from '../../../../src/domain/conversation-step';
import { OPTION_KINDS } from '../../../../src/domain/option-kind';
import { AGENT_OUTCOME_CODES } from '../../../../src/domain/outcome-code';
import { checkOutcomeInput } from '../../../../src/domain/outcome-input';
import { NEEDS, OUTCOME_NEEDS } from '../../../../src/domain/outcome-needs';
import type { Guide, Offer } from '../../../../src/web/softphone/api-answers';
import { WORDS } from '../../../../src/web/softphone/dictionaries';
import {
  missingSteps,
  nextMissing,
  placeErrors,
} from '../../../../src/web/softphone/missing-steps';
import { parseWhole } from '../../../../src/web/softphone/promise-amount';
import {
  keysText,
  SHORTCUT_KEYS,
  SHORTCUT_NAMES,
  shortcutOf,
} from '../../../../src/web/softphone/shortcut-keys';
import { EMPTY_TALK, type TalkDraft } from '../../../../src/web/softphone/talk-draft';
import {
  agreementRequest,
  caseRequest,
  causeStep,
  endForAbuseRequest,
  identityStep,
  noneFitsStep,
  optionsRequest,
  outcomeOf,
  refusalRequest,
  wishStep,
  wordsStep,
} from '../../../../src/web/softphone/talk-requests';

describe('K7: what is asked of the option engine', () => {
  const told = { ...EMPTY_TALK, income: '5.000.000', fixedCost: 'Rp 3000000', otherDebts: '0' };

  test('is the cause with a month’s amounts, whole and in minor units', () => {
    expect(optionsRequest(told, 'illness', 'IDR')).toEqual({
      problems: null,
      body: {
        rootCause: 'illness',
        ability: { incomeMinor: '500000000', fixedCostMinor: '300000000', otherDebtsMinor: '0' },
      },
    });
    const dated = optionsRequest({ ...told, nextIncomeOn: '2026-12-01' }, 'illness', 'IDR');
    expect(dated).toMatchObject({ body: { ability: { nextIncomeOn: '2026-12-01' } } });
  });

  test('leaves out an ability that was not told, and marks one that is told in part', () => {
    expect(optionsRequest(EMPTY_TALK, 'forgot', 'IDR')).toEqual({
      ...{ problems: null, body: { rootCause: 'forgot' } },
    });
    expect(optionsRequest({ ...EMPTY_TALK, income: 'banyak' }, 'forgot', 'IDR')).toEqual({
      problems: { income: 'money', fixedCost: 'money', otherDebts: 'money' },
    });
    expect(optionsRequest({ ...told, otherDebts: '1.500,50' }, 'forgot', 'IDR')).toEqual({
      problems: { otherDebts: 'money' },
    });
  });

  test('a whole amount is read however it is grouped, and nothing else is', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), (whole) => {
        const plain = whole.toString();
        const grouped = plain.replace(/\B(?=(\d{3})+$)/g, '.');
        expect(parseWhole(plain, 'IDR')).toBe(whole * 100n);
        expect(parseWhole(grouped, 'IDR')).toBe(whole * 100n);
        expect(parseWhole(plain, 'JPY')).toBe(whole);
      }),
    );
    for (const text of ['', '-1', '1.5', '12.34', 'lima', '1,500.00'])
      expect(parseWhole(text, 'IDR')).toBeNull();
  });
});

const offer = (terms: Offer['terms']): Offer => ({
  ...{ offerId: 'a', rank: 1, kind: terms.kind, terms, said: { id: '', en: '' } },
  ...{ costMinor: null, strainPercent: null, approval: null, reasons: [] },
  keeping: { verdict: 'insufficient_data', said: { id: '', en: '' }, parts: [] },
});

describe('K8, K9, K10: the answer to an offer', () => {
  test('a deferment needs its reason, and evidence where the terms do', () => {
    const long = offer({ kind: 'deferment', needsEvidence: true });
    expect(agreementRequest(EMPTY_TALK, long)).toEqual({
      problems: { reason: 'needed', hasEvidence: 'needed' },
    });
    const draft = { ...EMPTY_TALK, reason: ' rawat \n inap ', hasEvidence: true };
    expect(agreementRequest(draft, long)).toEqual({
      ...{ problems: null, body: { offerId: 'a', reason: 'rawat inap', hasEvidence: true } },
    });
    const short = offer({ kind: 'deferment', needsEvidence: false });
    expect(agreementRequest({ ...EMPTY_TALK, reason: 'gaji' }, short).problems).toBeNull();
    expect(agreementRequest(EMPTY_TALK, offer({ kind: 'plan' }))).toEqual({
      ...{ problems: null, body: { offerId: 'a' } },
    });
  });

  test('a payment fills the promise, an agreement its outcome', () => {
    const day = { today: '2026-11-22', currency: 'IDR' };
    expect(outcomeOf(offer({ kind: 'pay_part', amountMinor: '5000000' }), day)).toEqual({
      ...{ code: 'RPC_PTP', amount: '50000', dueDate: '2026-11-22' },
    });
    expect(outcomeOf(offer({ kind: 'settlement' }), day)).toEqual({ code: 'RPC_SETTLE' });
    expect(outcomeOf(offer({ kind: 'reschedule' }), day)).toEqual({ code: 'RPC_DEFER' });
  });

  test('a no is told with why', () => {
    expect(refusalRequest(EMPTY_TALK).problems).toEqual({ refusal: 'needed' });
    expect(noneFitsStep({ ...EMPTY_TALK, refusal: ' ' }).problems).toEqual({ refusal: 'needed' });
    const draft = { ...EMPTY_TALK, refusal: 'belum  ada kerja' };
    expect(noneFitsStep(draft)).toMatchObject({ body: { words: 'belum ada kerja' } });
  });
});

describe('L4: what the customer says', () => {
  test('is sent as the steps that the server knows', () => {
    const draft: TalkDraft = {
      ...EMPTY_TALK,
      ...{ proofs: ['full_name'], hope: ' lunas ', causeWords: 'kios  sepi', refusal: 'berat' },
      ...{ wishDays: [7, 1], wishFrom: '18:00', wishTo: '00:00' },
    };
    const steps = [
      ...[identityStep(draft), causeStep(draft, 'other'), wishStep(draft), noneFitsStep(draft)],
    ].map((checked) => (checked.problems === null ? checked.body : checked.problems));
    for (const step of [...steps, wordsStep(draft)])
      expect(conversationStep.safeParse(step)).toMatchObject({ success: true });
    expect(steps[2]).toMatchObject({ days: [1, 7], from: '18:00', to: '24:00' });
    expect(wordsStep(draft)).toEqual({ kind: 'words_noted', hope: 'lunas' });
    expect(wordsStep(EMPTY_TALK)).toBeNull();
  });

  test('of the cause also which, in which words and until when', () => {
    const draft = { ...EMPTY_TALK, causeDetail: 'salary', causeEndsOn: '2026-12-01' };
    expect(causeStep(draft, 'salary_late')).toEqual({
      problems: null,
      body: {
        ...{ kind: 'cause_told', cause: 'salary_late', detail: 'salary', endsOn: '2026-12-01' },
      },
    });
  });

  test('and of abuse, why the call is ended', () => {
    expect(endForAbuseRequest(EMPTY_TALK).problems).toEqual({ abuseClaim: 'needed' });
    const draft: TalkDraft = { ...EMPTY_TALK, abuse: 'threat', abuseClaim: 'akan  datang' };
    expect(endForAbuseRequest(draft)).toMatchObject({
      body: { code: 'threat', claim: 'akan datang' },
    });
  });

  test('and not before it is whole', () => {
    expect(identityStep(EMPTY_TALK).problems).toEqual({ proofs: 'needed' });
    expect(causeStep(EMPTY_TALK, 'other').problems).toEqual({ causeWords: 'needed' });
    expect(causeStep(EMPTY_TALK, 'illness').problems).toBeNull();
    expect(wishStep({ ...EMPTY_TALK, wishDays: [] }).problems).toEqual({
      ...{ wishDays: 'needed', wishFrom: 'needed', wishTo: 'needed' },
    });
    expect(caseRequest(EMPTY_TALK).problems).toEqual({ caseKind: 'needed', claim: 'needed' });
  });

  test('a complaint is a step of the talk, anything else a case with its kind and type', () => {
    const draft = { ...EMPTY_TALK, claim: 'sudah  bayar' };
    expect(caseRequest({ ...draft, caseKind: 'complaint' })).toMatchObject({
      body: {
        path: '/v1/me/call/guide/steps',
        told: { kind: 'complaint_made', words: 'sudah bayar' },
      },
    });
    expect(caseRequest({ ...draft, caseKind: 'dispute', caseType: 'paid' })).toMatchObject({
      body: {
        path: '/v1/me/call/cases',
        told: { kind: 'dispute', type: 'paid', claim: 'sudah bayar' },
      },
    });
  });

  test('every case and each of its types has its word in both languages', () => {
    for (const { talk } of [WORDS.id, WORDS.en]) {
      for (const kind of AGENT_CASE_KINDS) {
        expect(talk.heard.kinds[kind]).toMatch(/\S/);
        for (const type of CASE_RULES[kind].types)
          expect(talk.heard.types[type as keyof typeof talk.heard.types]).toMatch(/\S/);
      }
      for (const kind of OPTION_KINDS) expect(talk.options.kinds[kind]).toMatch(/\S/);
    }
  });
});

/** A guide, as far as what is missing rests on it. */
const guide = (mode: Guide['mode'], outcomes?: object[]): Guide =>
  ({ mode, debt: outcomes === undefined ? null : { outcomes } }) as unknown as Guide;

describe('K17: what lacks', () => {
  test('is what the server says of the chosen outcome, each with its place on the page', () => {
    const told = [{ code: 'RPC_PLAN', missing: ['agreement', 'recap'], isRefused: true }];
    const missing = missingSteps(guide('required', told), 'RPC_PLAN');
    expect(missing).toMatchObject({
      isRefused: true,
      steps: [{ need: 'agreement' }, { need: 'recap', at: ['#recap', '#proofs input'] }],
    });
    expect(nextMissing(missing.steps, null)?.need).toBe('agreement');
    expect(nextMissing(missing.steps, 'agreement')?.need).toBe('recap');
    expect(nextMissing(missing.steps, 'recap')?.need).toBe('agreement');
    expect(nextMissing(missing.steps, 'ticks')?.need).toBe('agreement');
    expect(nextMissing([], null)).toBeNull();
  });

  test('is all of it while nobody is known, and nothing where no guide is', () => {
    for (const code of AGENT_OUTCOME_CODES) {
      const { steps, isRefused } = missingSteps(guide('required'), code);
      const { guided, protects } = OUTCOME_NEEDS[code];
      expect(steps.map(({ need }) => need)).toEqual(guided);
      expect(isRefused).toBe(guided.length > 0 && !protects);
      expect(missingSteps(guide('asked'), code).isRefused).toBe(false);
      expect(missingSteps(guide('off'), code).steps).toEqual([]);
    }
    expect(missingSteps(null, 'RPC_PTP').steps).toEqual([]);
    expect(missingSteps(guide('required'), '').steps).toEqual([]);
  });

  test('a refused outcome’s errors stand where something can be done about them', () => {
    const error = (field: string) => ({ field, reason: 'r', accepted: 'a' });
    for (const need of NEEDS)
      expect(placeErrors([error(`guide.${need}`)])).toEqual({
        ...{ needs: [need], problems: {}, rest: [] },
      });
    expect(
      placeErrors([error('promise.dueDate'), error('rootCause'), error('callbackAt')]).problems,
    ).toEqual({ dueDate: 'date', rootCause: 'needed', callbackAt: 'future' });
    const strange = [error('guide.of_tomorrow'), error('attemptId')];
    expect(placeErrors(strange)).toEqual({ needs: [], problems: {}, rest: strange });
  });

  test('a callback within the peace after a conflict is told until when', () => {
    const now = new Date('2026-11-23T03:00:00Z');
    const coolDownUntil = new Date('2026-11-25T03:00:00Z');
    const room = { horizonDays: 7, promisedMinor: 0n };
    const facts = { now, coolDownUntil, zones: ['Asia/Makassar'], amountDueMinor: 0n, room };
    const refused = (callbackAt: Date) =>
      placeErrors(
        checkOutcomeInput(
          { code: 'RPC_CALLBACK', rootCause: 'not_told', note: null, callbackAt, promise: null },
          facts,
        ),
      ).problems;
    expect(refused(new Date('2026-11-24T03:00:00Z'))).toEqual({
      callbackAt: 'peace:2026-11-25T03:00:00.000Z',
    });
    expect(refused(now)).toEqual({ callbackAt: 'future' });
    expect(refused(coolDownUntil)).toEqual({});
  });

  test('every need has its word in both languages', () => {
    for (const need of NEEDS) {
      expect(WORDS.id.talk.missing.needs[need]).toMatch(/\S/);
      expect(WORDS.en.talk.missing.needs[need]).toMatch(/\S/);
    }
  });
});

describe('the keyboard', () => {
  test('has one meaning for each key, and none of those that a browser has with Alt', () => {
    const codes = SHORTCUT_NAMES.map((name) => SHORTCUT_KEYS[name].code);
    expect(new Set(codes).size).toBe(codes.length);
    for (const code of codes) expect(code).not.toMatch(/^Key[DEF]$/);
    expect([keysText('ready'), keysText('missing')]).toEqual(['Alt+1', 'Alt+G']);
  });

  test('leads through the talk at the desk alone', () => {
    expect(['KeyG', 'KeyP', 'KeyW', 'KeyS'].map((code) => shortcutOf(code, 'desk'))).toEqual([
      ...['missing', 'options', 'heard', 'save'],
    ]);
    expect(shortcutOf('KeyG', 'check')).toBeNull();
    expect(shortcutOf('KeyL', 'check')).toBe('language');
    expect(shortcutOf('KeyL', 'sign_in')).toBeNull();
    expect(shortcutOf('KeyZ', 'desk')).toBeNull();
  });
});
