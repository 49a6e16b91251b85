import {
  allowedCallCommands,
  checkCallCommand,
  type CallStanding,
} from '../../../../src/domain/call-command';
import { TransitionError } from '../../../../src/domain/transition-error';

const standing = (of: Partial<CallStanding>): CallStanding => ({
  attempt: 'connected',
  session: 'in_call',
  transfer: null,
  isOwner: true,
  ...of,
});
const allowed = (of: Partial<CallStanding>) => allowedCallCommands(standing(of));

describe('call commands', () => {
  it('has nothing to hang up before anything was sent, or after the end', () => {
    expect(allowed({ attempt: 'reserved', session: 'reserved' })).toEqual([]);
    expect(allowed({ attempt: 'ended', session: 'wrap_up' })).toEqual([]);
  });

  it('lets an unanswered call be cancelled only', () => {
    for (const attempt of ['dialing', 'ringing', 'answered'] as const) {
      expect(allowed({ attempt, session: 'ringing' })).toEqual(['hang_up']);
    }
  });

  it('resumes only what is held', () => {
    expect(() => {
      checkCallCommand('resume', standing({}));
    }).toThrow(TransitionError);
    checkCallCommand('resume', standing({ session: 'hold' }));
    expect(() => {
      checkCallCommand('hold', standing({ session: 'hold' }));
    }).toThrow(/allowed: hang_up, resume, mute, unmute/);
  });

  it('completes a transfer only once the other has answered, and cancels it before', () => {
    for (const transfer of ['requested', 'reaching'] as const) {
      expect(allowed({ transfer })).toContain('cancel_transfer');
      expect(allowed({ transfer })).not.toContain('complete_transfer');
    }
    expect(allowed({ session: 'hold', transfer: 'consulting' })).toEqual([
      'hang_up',
      'join_all',
      'complete_transfer',
      'cancel_transfer',
    ]);
  });

  it('lets who is asked to take the call over decline, and who handed it on do nothing', () => {
    expect(allowed({ isOwner: false, transfer: 'consulting' })).toEqual(['hang_up']);
    expect(allowed({ isOwner: false })).toEqual([]);
    expect(allowed({ session: 'wrap_up' })).toEqual([]);
  });
});
