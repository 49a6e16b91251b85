import { hearing, type Room } from '../../../../sip/calls/hearing';
import { SUPERVISION_MODES } from '../../../../src/domain/supervision';

const THIRDS: readonly Room['third'][] = ['none', 'private', 'joined'];
const ROOMS: readonly Room[] = THIRDS.flatMap((third) =>
  [null, ...SUPERVISION_MODES].map((supervisor) => ({ third, supervisor })),
);

test.each(ROOMS)('in %j nobody is heard by whom they must not be', (room) => {
  const heard = hearing(room);
  const { third, supervisor } = room;
  // never the coach's words, and never what the agent asks the other in private
  expect(heard.debtor.includes('supervisor')).toBe(supervisor === 'barge');
  expect(heard.third.includes('supervisor')).toBe(supervisor === 'barge' && third !== 'none');
  expect(heard.agent.includes('supervisor')).toBe(
    supervisor === 'barge' || supervisor === 'whisper',
  );
  expect(heard.debtor.includes('agent')).toBe(third !== 'private');
  expect(heard.debtor.includes('third')).toBe(third === 'joined');
  expect(heard.third.includes('debtor')).toBe(third === 'joined');
  for (const [seat, others] of Object.entries(heard)) expect(others).not.toContain(seat);
});

test('a supervisor hears all who are there, and nobody where there is none', () => {
  expect(hearing({ third: 'private', supervisor: 'listen' }).supervisor).toEqual([
    ...['agent', 'debtor', 'third'],
  ]);
  expect(hearing({ third: 'none', supervisor: 'barge' }).supervisor).toEqual(['agent', 'debtor']);
  expect(hearing({ third: 'joined', supervisor: null }).supervisor).toEqual([]);
});
