import {
  switchThatStops,
  trunksLeftOpen,
  type StandingSwitch,
} from '../../../../src/domain/kill-switch';

const all: StandingSwitch = { id: '1', scope: 'all', scopeId: null };
const creditor: StandingSwitch = { id: '2', scope: 'creditor', scopeId: 'K' };
const campaign: StandingSwitch = { id: '3', scope: 'campaign', scopeId: 'C' };
const trunk: StandingSwitch = { id: '4', scope: 'trunk', scopeId: 'T1' };

test.each([
  [[], null],
  [[trunk], null],
  [[trunk, campaign], campaign],
  [[campaign, creditor], creditor],
  [[campaign, creditor, all], all],
])('the widest switch is the one that stops the call: %#', (switches, expected) => {
  expect(switchThatStops(switches)).toBe(expected);
});

test('a trunk switch takes that trunk away and leaves the others in their order', () => {
  expect(trunksLeftOpen([trunk], ['T2', 'T1', 'T3'])).toEqual(['T2', 'T3']);
  expect(trunksLeftOpen([trunk], ['T1'])).toEqual([]);
  expect(trunksLeftOpen([all, creditor, campaign], ['T1'])).toEqual(['T1']);
});
