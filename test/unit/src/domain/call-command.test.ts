import { allowedCallCommands, checkCallCommand } from '../../../../src/domain/call-command';
import { TransitionError } from '../../../../src/domain/transition-error';

describe('call commands', () => {
  it('has nothing to hang up before anything was sent, or after the end', () => {
    expect(allowedCallCommands('reserved', 'reserved')).toEqual([]);
    expect(allowedCallCommands('ended', 'wrap_up')).toEqual([]);
  });

  it('lets an unanswered call be cancelled only', () => {
    for (const state of ['dialing', 'ringing', 'answered'] as const) {
      expect(allowedCallCommands(state, 'ringing')).toEqual(['hang_up']);
    }
  });

  it('resumes only what is held', () => {
    expect(() => {
      checkCallCommand('resume', 'connected', 'in_call');
    }).toThrow(TransitionError);
    checkCallCommand('resume', 'connected', 'hold');
    expect(() => {
      checkCallCommand('hold', 'connected', 'hold');
    }).toThrow(/allowed: hang_up, resume, mute, unmute/);
  });
});
