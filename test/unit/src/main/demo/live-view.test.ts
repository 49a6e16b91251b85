import type { LiveEvent } from '../../../../../src/main/demo/api-client';
import { applyEvent, emptyFloor, type FloorState } from '../../../../../src/main/demo/floor-state';
import { renderLine, renderView } from '../../../../../src/main/demo/live-view';

const event = (type: string, fields: Record<string, unknown>): LiveEvent => ({
  type,
  at: '2026-11-21T10:00:00.000Z',
  agentId: null,
  ...fields,
});

const EVENTS = [
  event('agent.state_changed', { agentId: 'a1', from: 'ready', to: 'in_call' }),
  event('agent.state_changed', { agentId: 'a2', from: 'connecting', to: 'ready' }),
  event('agent.state_changed', { agentId: 'somebody else', to: 'ready' }),
  event('attempt.reserved', { attemptId: 't1' }),
  event('attempt.reserved', { attemptId: 't2' }),
  event('attempt.reserved', { attemptId: 't3' }),
  event('attempt.state_changed', { attemptId: 't1', to: 'dialing' }),
  event('attempt.state_changed', { attemptId: 't2', to: 'ringing' }),
  event('attempt.ended', { attemptId: 't3', to: 'ended', result: 'busy' }),
  event('attempt.refused', { deniedBy: 'demo.attempts-a-day' }),
  event('outcome.recorded', { code: 'RPC_PTP' }),
  event('outcome.recorded', { code: 'RPC_PTP' }),
  event('outcome.recorded', { code: 'RPC_REFUSE' }),
  event('promise.made', { amountMinor: '150000000', currency: 'IDR' }),
  event('promise.made', { amountMinor: '50000050', currency: 'IDR' }),
  event('import.finished', { anything: 1 }),
];

function floor(): FloorState {
  const agents = [
    { id: 'a1', name: 'agent-1' },
    { id: 'a2', name: 'agent-2' },
  ];
  return EVENTS.reduce(applyEvent, emptyFloor(agents));
}

const view = { phase: 'dialing', elapsedSeconds: 65.9, limitSeconds: 120 };

describe('the live view', () => {
  it('counts what the events tell', () => {
    expect(renderView({ floor: floor(), ...view })).toEqual([
      'Santun demonstration · dialing · 1:05 of 2:00',
      'rules: DEMO.OPEN (always open, for demonstration only)',
      '',
      'agents    agent-1 in_call   agent-2 ready',
      'calls     0 reserved, 1 dialing, 1 ringing, 0 answered, 0 connected',
      'attempts  3 made; ended: 1 busy',
      'outcomes  2 RPC_PTP, 1 RPC_REFUSE',
      'promises  2, together Rp2.000.000,50',
      'refusals  1 demo.attempts-a-day',
    ]);
  });

  it('says none where there is none', () => {
    const lines = renderView({ floor: emptyFloor([]), ...view });
    expect(lines.slice(-3)).toEqual(['outcomes  none', 'promises  none', 'refusals  none']);
  });

  it('fits in one line without escape codes', () => {
    const line = renderLine({ floor: floor(), ...view });
    expect(line).toBe(
      '1:05 dialing | agents: 1 in_call, 1 ready | ' +
        'calls: 0 reserved, 1 dialing, 1 ringing, 0 answered, 0 connected | attempts: 3 | ' +
        'outcomes: 2 RPC_PTP, 1 RPC_REFUSE | promises: 2, together Rp2.000.000,50 | ' +
        'refusals: 1 demo.attempts-a-day',
    );

    expect(line).not.toMatch(/[\u0000-\u001f]/);
  });

  it('leaves the state that it was given as it was', () => {
    const before = floor();
    const copy = structuredClone(before);
    EVENTS.reduce(applyEvent, before);
    expect(before).toEqual(copy);
  });
});
