import { optionsSignalOf, trunkSignalOf } from '../../../../sip/outcome/trunk-signal';

test.each([200, 403, 404, 405, 481, 483, 486, 500, 501, 603])(
  'OPTIONS answered %d: it is there',
  (status) => {
    expect(optionsSignalOf(status).kind).toBe('heard');
  },
);

test.each([0, 408, 502, 503, 504])('OPTIONS answered %d: a miss', (status) => {
  expect(optionsSignalOf(status).kind).toBe('missed');
});

test.each([
  [{ kind: 'answered' }, 'heard'],
  [{ kind: 'ring_timeout' }, 'heard'],
  [{ kind: 'refused', status: 486 }, 'heard'],
  [{ kind: 'refused', status: 404 }, 'heard'],
  [{ kind: 'refused', status: 503 }, 'failed'],
  [{ kind: 'refused', status: 403 }, 'failed'],
  [{ kind: 'no_first_response' }, 'missed'],
  // ended by us, or never out: nothing was learnt
  [{ kind: 'withdrawn', reason: 'agent_lost' }, undefined],
  [{ kind: 'no_ringing' }, undefined],
  [{ kind: 'not_sent' }, undefined],
  [{ kind: 'signalling_lost' }, undefined],
] as const)('a call that ended as %j: %s', (end, kind) => {
  expect(trunkSignalOf(end)?.kind).toBe(kind);
});
