import { expectedChance, learnGroups, type Groups, type Observation } from './group-model';
import { personLevel } from './moment-score';
import { rememberAttempt, type PersonModel } from './person-model';

export interface Models extends Groups {
  readonly person: PersonModel;
}

/** All models after one more dial: person, segment and portfolio learn from it together. */
export function observe({ person, ...groups }: Models, seen: Observation): Models {
  const { at, kind, number, bins } = seen;
  const expected = expectedChance(groups, at, bins);
  return {
    ...learnGroups(groups, seen, personLevel(person, at)),
    person: rememberAttempt(person, { at, kind, expected, number }),
  };
}
