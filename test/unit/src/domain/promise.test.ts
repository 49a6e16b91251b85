import {
  movePromise,
  PROMISE_STATES,
  promisePath,
  type PromiseState,
} from '../../../../src/domain/promise';
import { TransitionError } from '../../../../src/domain/transition-error';

// all that may happen, and by it all that may not
const CHANGES: Record<PromiseState, readonly PromiseState[]> = {
  proposed: ['approved', 'kept', 'cancelled', 'superseded'],
  approved: ['open', 'partially_kept', 'kept', 'broken', 'cancelled', 'superseded'],
  open: ['partially_kept', 'kept', 'broken', 'cancelled', 'superseded'],
  partially_kept: ['open', 'kept', 'broken', 'cancelled', 'superseded'],
  kept: ['proposed', 'open', 'partially_kept', 'broken', 'cancelled', 'superseded'],
  broken: ['open', 'partially_kept', 'kept'],
  cancelled: ['open', 'partially_kept', 'kept', 'broken'],
  superseded: ['kept'],
};

describe('K3: the states of a promise', () => {
  it.each(PROMISE_STATES)('K3: leads a promise from %s where it says, and nowhere else', (from) => {
    for (const to of PROMISE_STATES) {
      if (CHANGES[from].includes(to)) expect(movePromise(from, to)).toBe(to);
      else expect(() => movePromise(from, to)).toThrow(TransitionError);
    }
  });

  it('K3: tells of the second person’s yes before a proposed promise opens', () => {
    expect(promisePath('proposed', 'open')).toEqual(['approved', 'open']);
    expect(promisePath('proposed', 'kept')).toEqual(['kept']);
    expect(promisePath('open', 'open')).toEqual([]);
    expect(() => promisePath('superseded', 'open')).toThrow(TransitionError);
  });
});
