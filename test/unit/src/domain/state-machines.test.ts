import { AGENT_STATES, allowedAgentStates, moveAgent } from '../../../../src/domain/agent-state';
import { ATTEMPT_STATES, moveAttempt } from '../../../../src/domain/attempt-state';
import { commandCampaign, settledCampaign } from '../../../../src/domain/campaign-state';
import { TransitionError } from '../../../../src/domain/transition-error';

describe('state machines', () => {
  it('lets an agent leave every state but offline, and never skip the wrap-up', () => {
    for (const state of AGENT_STATES) {
      expect(allowedAgentStates(state).length > 0).toBe(state !== 'offline');
    }
    expect(moveAgent('in_call', 'wrap_up')).toBe('wrap_up');
    expect(() => moveAgent('in_call', 'ready')).toThrow(TransitionError);
  });

  it('ends an attempt from every state, once', () => {
    for (const state of ATTEMPT_STATES) {
      if (state === 'ended') expect(() => moveAttempt(state, 'ended')).toThrow(TransitionError);
      else expect(moveAttempt(state, 'ended')).toBe('ended');
    }
    expect(() => moveAttempt('reserved', 'ringing')).toThrow(/allowed: dialing, ended/);
  });

  it('names the commands that a campaign would take', () => {
    expect(commandCampaign('ready', 'start')).toBe('running');
    expect(() => commandCampaign('draft', 'start')).toThrow(/allowed: validate, edit, archive/);
    expect(commandCampaign('done', 'archive')).toBe('archived');
    expect(() => commandCampaign('running', 'archive')).toThrow(/allowed: pause, finish, edit/);
    expect(() => commandCampaign('archived', 'edit')).toThrow(TransitionError);
    expect(settledCampaign('draining')).toBe('done');
    expect(settledCampaign('running')).toBeNull();
  });
});
