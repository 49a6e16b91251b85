import {
  AGENT_STATES,
  allowedAgentStates,
  moveAgent,
  type AgentState,
} from '../../../../src/domain/agent-state';
import { ATTEMPT_STATES, moveAttempt } from '../../../../src/domain/attempt-state';
import { commandCampaign, settledCampaign } from '../../../../src/domain/campaign-state';
import { TransitionError } from '../../../../src/domain/transition-error';

const catchOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('state machines', () => {
  it('lets an agent leave every state but offline, and never skip the wrap-up', () => {
    for (const state of AGENT_STATES) {
      expect(allowedAgentStates(state).length > 0).toBe(state !== 'offline');
    }
    expect(moveAgent('in_call', 'wrap_up')).toBe('wrap_up');
    expect(() => moveAgent('in_call', 'ready')).toThrow(TransitionError);
  });

  // all that may happen, and by it all that may not
  const AGENT_CHANGES: Record<AgentState, readonly AgentState[]> = {
    connecting: ['ready', 'paused', 'lost', 'offline'],
    ready: ['previewing', 'reserved', 'paused', 'connecting', 'lost', 'offline'],
    previewing: ['reserved', 'ready', 'paused', 'connecting', 'lost', 'offline'],
    reserved: ['ringing', 'in_call', 'ready', 'paused', 'wrap_up', 'connecting', 'lost', 'offline'],
    ringing: ['in_call', 'ready', 'paused', 'wrap_up', 'connecting', 'lost', 'offline'],
    in_call: ['hold', 'wrap_up', 'lost'],
    hold: ['in_call', 'wrap_up', 'lost'],
    wrap_up: ['ready', 'paused', 'connecting', 'lost', 'offline'],
    paused: ['ready', 'connecting', 'lost', 'offline'],
    lost: ['connecting', 'offline'],
    offline: [],
  };
  it.each(AGENT_STATES)('takes an agent from %s where it says, and nowhere else', (from) => {
    for (const to of AGENT_STATES) {
      if (AGENT_CHANGES[from].includes(to)) {
        expect(moveAgent(from, to)).toBe(to);
        continue;
      }
      const error = catchOf(() => moveAgent(from, to));
      expect(error).toBeInstanceOf(TransitionError);
      expect(error).toMatchObject({ from, event: to, allowed: AGENT_CHANGES[from] });
    }
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
