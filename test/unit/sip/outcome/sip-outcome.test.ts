import { outcomeOfLegEnd } from '../../../../sip/outcome/sip-outcome';

// features E2; RFC 3261 section 21; the brief's own rows
test.each([
  [302, 'unreachable', 'redirected'],
  [300, 'unreachable', 'redirected'],
  [400, 'network_failure', 'refused_request'],
  [401, 'network_failure', 'trunk_refused'],
  [402, 'network_failure', 'trunk_refused'],
  [403, 'network_failure', 'trunk_refused'],
  [404, 'invalid', 'no_such_number'],
  [407, 'network_failure', 'trunk_refused'],
  [408, 'unreachable', 'timeout_in_network'],
  [410, 'invalid', 'number_gone'],
  [480, 'unreachable', 'temporarily_unavailable'],
  [484, 'invalid', 'number_incomplete'],
  [485, 'invalid', 'number_ambiguous'],
  [486, 'busy', 'busy_here'],
  [487, 'no_answer', 'ended_by_network'],
  [488, 'network_failure', 'media_refused'],
  [499, 'network_failure', 'refused_request'],
  [500, 'network_failure', 'server_failure'],
  [503, 'network_failure', 'server_failure'],
  [504, 'network_failure', 'server_failure'],
  [600, 'busy', 'busy_everywhere'],
  [603, 'rejected', 'declined'],
  [604, 'invalid', 'no_such_number'],
  [606, 'network_failure', 'media_refused'],
  [607, 'rejected', 'unwanted'],
  [608, 'rejected', 'blocked_by_analytics'],
  [699, 'unreachable', 'global_failure'],
])('E2: %d means %s (%s)', (status, result, reason) => {
  expect(outcomeOfLegEnd({ kind: 'refused', status })).toEqual({ result, reason });
});

test.each([
  [{ kind: 'no_first_response' }, 'network_failure', 'no_first_response'],
  [{ kind: 'no_ringing' }, 'unreachable', 'no_ringing'],
  [{ kind: 'ring_timeout' }, 'no_answer', 'ring_timeout'],
  [{ kind: 'withdrawn', reason: 'agent_lost' }, 'cancelled', 'agent_lost'],
  [{ kind: 'withdrawn', reason: 'shutdown' }, 'cancelled', 'shutdown'],
  [{ kind: 'answered_alone', reason: 'agent_leg_failed' }, 'abandoned', 'agent_leg_failed'],
  [{ kind: 'not_sent' }, 'network_failure', 'not_sent'],
  [{ kind: 'signalling_lost' }, 'unknown', 'signalling_lost'],
] as const)('E2: %j means %s (%s)', (end, result, reason) => {
  expect(outcomeOfLegEnd(end)).toEqual({ result, reason });
});

// what is said before a code that may mean anything is more to the point
test.each([
  [480, 'inactive', 'unreachable', 'announced_inactive'],
  [480, 'busy', 'busy', 'announced_busy'],
  [487, 'unreachable', 'unreachable', 'announced_unreachable'],
  [503, 'invalid', 'invalid', 'announced_invalid'],
  [408, 'busy', 'busy', 'announced_busy'],
  [480, 'other', 'unreachable', 'temporarily_unavailable'],
  // these leave no doubt
  [486, 'inactive', 'busy', 'busy_here'],
  [404, 'busy', 'invalid', 'no_such_number'],
  [603, 'inactive', 'rejected', 'declined'],
  [403, 'inactive', 'network_failure', 'trunk_refused'],
] as const)('E2: %d after an announcement that says %s: %s (%s)', (...row) => {
  const [status, announced, result, reason] = row;
  expect(outcomeOfLegEnd({ kind: 'refused', status, announced })).toEqual({ result, reason });
});

test('E2: an announcement that never ends, until we give up', () => {
  expect(outcomeOfLegEnd({ kind: 'ring_timeout', announced: 'inactive' })).toEqual({
    ...{ result: 'unreachable', reason: 'announced_inactive' },
  });
});
