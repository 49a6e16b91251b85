import fc from 'fast-check';
import {
  dialsInVain,
  isEcho,
  NEW_PERSON,
  packPerson,
  PERSON_BYTES,
  recentAttempts,
  rememberAttempt,
  REMEMBERED_ATTEMPTS,
  unpackPerson,
  type PastAttempt,
} from '../../../../dialer/best-time/person-model';
import { at, dials, learnAll } from './arbitraries';

const vain = (when: number, number = 0): PastAttempt => ({
  at: when,
  kind: 'nobody',
  expected: 0.1,
  number,
});

describe('what is remembered of a person', () => {
  it('is bounded, and the same after packing', () => {
    fc.assert(
      fc.property(dials, (list) => {
        const { person } = learnAll(list);
        const bytes = packPerson(person);
        expect(person.attempts.length).toBe(Math.min(list.length, REMEMBERED_ATTEMPTS));
        expect(bytes.length).toBeLessThanOrEqual(PERSON_BYTES);
        expect(unpackPerson(bytes)).toEqual(person);
      }),
    );
    expect(PERSON_BYTES).toBe(514);
  });

  it('does not depend on the order in which dials become known', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(minutes, fc.infiniteStream(fc.nat()), (list, keys) => {
        const shuffled = list
          .map((minute) => ({ minute, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const inOrder = [...list].sort((a, b) => a - b);
        const remember = (all: readonly number[]) =>
          all.reduce((person, minute) => rememberAttempt(person, vain(minute)), NEW_PERSON);
        expect(remember(shuffled.map(({ minute }) => minute))).toEqual(remember(inOrder));
      }),
    );
  });

  it('refuses bytes that are no packed model', () => {
    const bytes = packPerson({ attempts: [vain(at(0, 9))] });
    expect(() => unpackPerson(bytes.slice(1))).toThrow('not a packed model');
    expect(() => unpackPerson(Uint8Array.of(9, 0))).toThrow('not a packed model');
    expect(() => unpackPerson(new Uint8Array(0))).toThrow('not a packed model');
  });

  it('counts attempts of seven days and of the day on the wall clock', () => {
    const person = {
      attempts: [vain(at(0, 9)), vain(at(0, 10)), vain(at(6, 19)), vain(at(7, 8))],
    };
    expect(recentAttempts(person, at(7, 9))).toEqual({ week: 3, today: 1 });
    expect(recentAttempts(person, at(6, 20))).toEqual({ week: 3, today: 1 });
  });

  it('counts dials of a number since it brought the person', () => {
    const person = {
      attempts: [
        vain(at(0, 9), 1),
        { ...vain(at(0, 12), 1), kind: 'right_party' as const },
        vain(at(0, 15), 1),
        vain(at(0, 18), 2),
      ],
    };
    expect(dialsInVain(person, 1, at(1, 9))).toBe(1);
    expect(dialsInVain(person, 2, at(1, 9))).toBe(1);
    expect(dialsInVain(person, null, at(1, 9))).toBe(2);
    expect(dialsInVain(person, 1, at(0, 12))).toBe(1);
  });

  it('knows an hour that was in vain, within an hour and three days', () => {
    const person = { attempts: [vain(at(0, 10))] };
    expect(isEcho(person, at(1, 11))).toBe(true);
    expect(isEcho(person, at(1, 11, 1))).toBe(false);
    expect(isEcho(person, at(3, 10))).toBe(true);
    expect(isEcho(person, at(3, 10, 1))).toBe(false);
  });
});
