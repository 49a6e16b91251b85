import {
  CALLBACK_STATES,
  callbackPhase,
  moveCallback,
  retryCallbackAt,
} from '../../../../src/domain/callback';
import { TransitionError } from '../../../../src/domain/transition-error';

const AT = new Date('2026-11-24T03:00:00Z');
const after = (minutes: number): Date => new Date(AT.getTime() + minutes * 60_000);

describe('a callback', () => {
  it('waits for the agent who agreed it, then for the team, and is missed after ten minutes', () => {
    expect(callbackPhase(AT, after(-1), true)).toBe('early');
    expect(callbackPhase(AT, AT, true)).toBe('own');
    expect(callbackPhase(AT, after(4.99), true)).toBe('own');
    expect(callbackPhase(AT, after(5), true)).toBe('team');
    expect(callbackPhase(AT, after(9.99), true)).toBe('team');
    expect(callbackPhase(AT, after(10), true)).toBe('over');
    // nobody waits for an agent who has left
    expect(callbackPhase(AT, AT, false)).toBe('team');
  });

  it('is tried again when the rules allow it, if that is in time', () => {
    expect(retryCallbackAt(AT, AT, after(3))).toEqual(after(3));
    expect(retryCallbackAt(AT, AT, after(10))).toBeNull();
    expect(retryCallbackAt(AT, after(2), null)).toEqual(after(3));
    expect(retryCallbackAt(AT, after(9.5), null)).toBeNull();
  });

  it('that was missed can only be made up for, or moved', () => {
    const from = (state: 'missed' | 'done' | 'moved') =>
      CALLBACK_STATES.filter((to) => {
        try {
          return moveCallback(state, to) === to;
        } catch (error) {
          expect(error).toBeInstanceOf(TransitionError);
          return false;
        }
      });
    expect(from('missed')).toEqual(['done', 'moved']);
    expect(from('done')).toEqual([]);
    expect(from('moved')).toEqual([]);
  });
});
