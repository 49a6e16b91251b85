import { contactKindOf } from '../../../../dialer/best-time/contact-kind';
import { explainMoment, hourCounts } from '../../../../dialer/best-time/explain-moment';
import { showCells } from '../../../../dialer/best-time/heat-map';
import { observedPayday } from '../../../../dialer/best-time/payday';
import type { PastAttempt } from '../../../../dialer/best-time/person-model';
import { uplift } from '../../../../dialer/best-time/uplift';
import type { PeopleSums } from '../../../../src/domain/people-sums';
import { at, HOURS, NEW_MODELS, person, taughtPortfolio } from './arbitraries';

const dialed = (day: number, hour: number, kind: PastAttempt['kind']): PastAttempt => ({
  at: at(day, hour, 20),
  kind,
  expected: 0.1,
  number: 0,
});

describe('the reasons in words', () => {
  const model = {
    attempts: [
      dialed(-12, 10, 'right_party'),
      dialed(-11, 10, 'nobody'),
      dialed(-10, 16, 'nobody'),
      dialed(-9, 10, 'right_party'),
      dialed(-8, 17, 'nobody'),
      dialed(-6, 10, 'right_party'),
      dialed(-4, 15, 'nobody'),
      dialed(-3, 10, 'nobody'),
    ],
  };
  const payday = observedPayday(['2026-07-25', '2026-08-25', '2026-09-25', '2026-10-26']);

  it('say the usual hour, the payday and what was in vain, in both languages', () => {
    const known = { ...person(NEW_MODELS), model, payday };
    expect(explainMoment(taughtPortfolio(), known, { basis: 'model', hours: HOURS })).toEqual({
      id: 'biasanya menjawab 10–11 (3 dari 5), gajian tanggal 25 (terlihat 4×), bukan sore',
      en: 'usually answers 10–11 (3 of 5), payday 25th (seen 4×), not afternoons',
    });
    expect(hourCounts(known)).toContainEqual({ hour: 10, dials: 5, contacts: 3 });
  });

  it('are the segment when nothing is known of the person', () => {
    const groups = taughtPortfolio((hour) => (hour === 18 ? 0.4 : 0.05));
    const known = { basis: 'model', hours: HOURS } as const;
    expect(explainMoment(groups, person(NEW_MODELS), known).en).toBe(
      'no habit seen yet; the segment answers most at 18–19',
    );
  });

  it.each([
    ['objection', 'neutral order: the person objects to profiling (UU PDP)'],
    ['control', 'control group: a random lawful hour'],
    ['no_data', 'not enough data: neutral order'],
  ] as const)('say that the order is neutral: %s', (basis, words) => {
    const said = explainMoment(
      NEW_MODELS,
      { ...person(NEW_MODELS), model },
      { basis, hours: HOURS },
    );
    expect(said.en).toBe(words);
  });
});

describe('what a dial teaches', () => {
  it.each([
    ['connected', 'RPC_PTP', 'right_party'],
    ['connected', 'WRONG_NUMBER', 'somebody'],
    ['no_answer', 'NO_ANSWER', 'nobody'],
    ['unreachable', 'UNREACHABLE', 'nobody'],
    ['network_failure', 'UNREACHABLE', null],
    ['invalid', 'INVALID', null],
    ['unknown', 'UNKNOWN', null],
  ] as const)('%s, %s: %s', (result, code, kind) => {
    expect(contactKindOf(result, code)).toBe(kind);
  });
});

describe('uplift', () => {
  /** People of ten dials each, the same contacts each but for some. */
  const arm = (people: number, contacts: number, spread: number): PeopleSums => {
    const each = Array.from(
      { length: people },
      (_, i) => contacts + (i % 2 === 0 ? spread : -spread),
    );
    const sum = (of: (one: number) => number): number =>
      each.reduce((all, one) => all + of(one), 0);
    return {
      people,
      dials: people * 10,
      contacts: sum((one) => one),
      dialsSquared: people * 100,
      contactsSquared: sum((one) => one * one),
      dialsContacts: sum((one) => one * 10),
    };
  };

  it('is the difference a thousand dials, with an interval that counts people', () => {
    const seen = uplift(arm(400, 1.2, 0.5), arm(100, 0.9, 0.5));
    expect(seen.model.per1000).toBeCloseTo(120);
    expect(seen.control.per1000).toBeCloseTo(90);
    expect(seen.per1000).toBeCloseTo(30);
    // standard errors 0.05 / 20 and 0.05 / 10
    const margin = 1.96 * 1000 * Math.sqrt(0.0025 ** 2 + 0.005 ** 2);
    expect(seen.low).toBeCloseTo(30 - margin, 0);
    expect(seen.high).toBeCloseTo(30 + margin, 0);
    expect(seen.verdict).toBe('positive');
  });

  it('is negative when all of the interval is, and undecided before', () => {
    expect(uplift(arm(400, 0.6, 0.5), arm(100, 0.9, 0.5)).verdict).toBe('negative');
    expect(uplift(arm(400, 0.89, 0.5), arm(100, 0.9, 0.5)).verdict).toBe('undecided');
  });

  it('says nothing of few people', () => {
    expect(uplift(arm(400, 0.6, 0), arm(10, 0.9, 0)).verdict).toBe('not_enough_data');
    const none = {
      people: 0,
      dials: 0,
      contacts: 0,
      dialsSquared: 0,
      contactsSquared: 0,
      dialsContacts: 0,
    };
    expect(uplift(arm(400, 0.6, 0), none)).toMatchObject({
      per1000: null,
      verdict: 'not_enough_data',
      control: { per1000: null },
    });
  });
});

describe('the heat map', () => {
  it('hides what fewer than thirty dials say', () => {
    const cell = { weekday: 1, hour: 10, answered: 9, rightParty: 6, promisesKept: 2 };
    const [few, many] = showCells([
      { ...cell, dials: 29 },
      { ...cell, dials: 30 },
    ]);
    expect(few).toMatchObject({ hidden: true, dials: null, rightParty: null });
    expect(many).toMatchObject({ hidden: false, dials: 30, rightPartyPer1000: 200 });
  });
});
