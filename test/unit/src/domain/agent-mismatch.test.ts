import {
  compareAgents,
  standing,
  type WrittenSession,
} from '../../../../src/domain/agent-mismatch';

const session = (part: Partial<WrittenSession>): WrittenSession => ({
  ...{ sessionId: 's', agentId: 'a', state: 'ready', attemptId: null, attemptState: null },
  ...{ direction: null, isOurs: true },
  ...part,
});
const inCall = session({
  ...{ state: 'in_call', attemptId: 't', attemptState: 'connected', direction: 'out' },
});
const talk = { attemptId: 't', agentId: 'a', isTalking: true };

test.each<[string, WrittenSession[], (typeof talk)[], string[], string[]]>([
  ['an agent in the talk that is written', [inCall], [talk], ['t'], []],
  ['a talk on hold', [{ ...inCall, state: 'hold' }], [talk], ['t'], []],
  ['nobody in a call', [session({}), session({ state: 'paused' })], [], [], []],
  ['a wrap-up after its call', [{ ...inCall, state: 'wrap_up' }], [], [], []],
  ['a talk that nobody has', [inCall], [], [], ['call_gone']],
  ['a call of another process', [{ ...inCall, isOurs: false }], [], [], []],
  [
    'an attempt that waits for its doorbell',
    [{ ...inCall, state: 'reserved', attemptState: 'reserved' }],
    [],
    [],
    [],
  ],
  [
    'one that was claimed, and nobody has it',
    [{ ...inCall, state: 'reserved', attemptState: 'dialing' }],
    [],
    [],
    ['call_gone'],
  ],
  [
    'one that is about to be dialed',
    [{ ...inCall, state: 'reserved', attemptState: 'dialing' }],
    [],
    ['t'],
    [],
  ],
  [
    'an offer of a call that came in',
    [{ ...inCall, state: 'ringing', attemptState: 'ringing', direction: 'in' }],
    [],
    [],
    [],
  ],
  [
    'an agent held for an attempt that is over',
    [{ ...inCall, state: 'ringing', attemptState: 'ended' }],
    [],
    [],
    ['call_gone'],
  ],
  ['a talk of which the session knows nothing', [session({})], [talk], ['t'], ['session_gone']],
  ['a talk of an agent who is signed out', [], [talk], ['t'], ['session_gone']],
  ['a call that rings', [session({})], [{ ...talk, isTalking: false }], ['t'], []],
])('%s', (_what, sessions, dialogs, living, kinds) => {
  const found = compareAgents(sessions, dialogs, new Set(living));
  expect(found.map(({ kind }) => kind)).toEqual(kinds);
});

test('what stands was there before, of the same agent and call', () => {
  const found = compareAgents([inCall], [], new Set());
  const other = compareAgents([{ ...inCall, attemptId: 'u' }], [], new Set());
  expect(standing(found, found)).toEqual(found);
  expect(standing(found, other)).toEqual([]);
});
