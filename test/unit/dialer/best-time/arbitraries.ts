import fc from 'fast-check';
import { CONTACT_KINDS } from '../../../../dialer/best-time/contact-kind';
import { NEW_GROUP } from '../../../../dialer/best-time/group-model';
import { binsAt, type Person } from '../../../../dialer/best-time/moment-score';
import { observe, type Models } from '../../../../dialer/best-time/observe';
import { NEW_PERSON } from '../../../../dialer/best-time/person-model';
import { DAY_MINUTES, HOUR_MINUTES } from '../../../../dialer/best-time/wall-minute';

/** Monday 2026-11-23 00:00 on the wall clock. */
export const MONDAY = 20_780 * DAY_MINUTES;
export const HOURS = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19];

export const at = (day: number, hour: number, minute = 0): number =>
  MONDAY + day * DAY_MINUTES + hour * HOUR_MINUTES + minute;

/** Lawful hours of so many days, Sundays left out. */
export const slots = (days: number, from = MONDAY): number[] =>
  Array.from({ length: days }, (_, day) => day)
    .filter((day) => day % 7 !== 6)
    .flatMap((day) => HOURS.map((hour) => at(day, hour)))
    .filter((slot) => slot >= from);

export const person = (models: Pick<Models, 'person'>, over: Partial<Person> = {}): Person => ({
  model: models.person,
  payday: null,
  preferred: [],
  number: null,
  ...over,
});

export const NEW_MODELS: Models = { portfolio: NEW_GROUP, segment: NEW_GROUP, person: NEW_PERSON };

/** Dials in the weeks before `MONDAY`, in order. */
export const dials = fc
  .array(
    fc.record({
      back: fc.integer({ min: 1, max: 200 * DAY_MINUTES }),
      kind: fc.constantFrom(...CONTACT_KINDS),
      number: fc.integer({ min: 0, max: 255 }),
    }),
    { maxLength: 90 },
  )
  .map((list) => list.sort((a, b) => b.back - a.back));

/** What comes of learning all of them for one person. */
export function learnAll(list: readonly Dial[], models = NEW_MODELS): Models {
  return list.reduce((known, { back, kind, number }) => {
    const then = MONDAY - back;
    return observe(known, { at: then, kind, number, bins: binsAt(person(known), then) });
  }, models);
}
export type Dial = Parameters<Parameters<typeof dials.map>[0]>[0][number];

/** A portfolio that has seen enough: everybody dialed each hour, one in ten reached. */
export function taughtPortfolio(likes: (hour: number) => number = () => 0.1): Models {
  let models = NEW_MODELS;
  const owed = new Map<number, number>();
  for (let day = -28; day < 0; day++) {
    for (const hour of HOURS) {
      for (let dial = 0; dial < 4; dial++) {
        const due = (owed.get(hour) ?? 0) + likes(hour);
        owed.set(hour, due >= 1 ? due - 1 : due);
        const then = at(day, hour);
        const learnt = observe(
          { ...models, person: NEW_PERSON },
          {
            at: then,
            kind: due >= 1 ? 'right_party' : 'nobody',
            number: 0,
            bins: binsAt(person({ person: NEW_PERSON }), then),
          },
        );
        models = { ...learnt, person: NEW_PERSON };
      }
    }
  }
  return models;
}
