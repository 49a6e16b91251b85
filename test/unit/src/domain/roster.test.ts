import { rosterRefusal, shiftTimes, type LocalShift } from '../../../../src/domain/roster';
import { planRoster, type StatedShift } from '../../../../src/domain/roster-plan';
import { readRosterRow } from '../../../../src/domain/roster-row';

const at = (clock: string): Date => new Date(`2026-11-23T${clock}:00Z`);
const shift = { from: at('01:00'), to: at('10:00') };

describe('G11: who may work now', () => {
  const refusal = (clock: string, waivedUntil: Date | null = null, firstShift = shift) =>
    rosterRefusal({ firstShift, waivedUntil }, at(clock));

  it('is whoever is in a shift, from its beginning to before its end', () => {
    expect(refusal('00:59')).toEqual({ nextShift: shift });
    expect(refusal('01:00')).toBeNull();
    expect(refusal('09:59')).toBeNull();
    expect(rosterRefusal({ firstShift: null, waivedUntil: null }, at('10:00'))).toEqual({
      nextShift: null,
    });
  });

  it('is whom a supervisor lets, for so long', () => {
    expect(refusal('00:10', at('00:30'))).toBeNull();
    expect(refusal('00:30', at('00:30'))).toEqual({ nextShift: shift });
  });
});

describe('G11: the times of a shift', () => {
  const local: LocalShift = {
    ...{ date: '2026-11-23', from: '08:00', to: '17:00', timeZone: 'Asia/Jakarta' },
  };
  const times = (change: Partial<LocalShift> = {}) => shiftTimes({ ...local, ...change });

  it('are those of the wall clock of its zone, over midnight where they go back', () => {
    expect(times()).toEqual({ value: shift });
    expect(times({ timeZone: 'Asia/Jayapura', from: '08:00' })).toEqual({
      value: { from: new Date('2026-11-22T23:00Z'), to: at('08:00') },
    });
    expect(times({ from: '20:00', to: '04:00' })).toEqual({
      value: { from: at('13:00'), to: at('21:00') },
    });
    expect(times({ from: '16:00', to: '24:00' })).toEqual({
      value: { from: at('09:00'), to: at('17:00') },
    });
  });

  it('are as long as the night is when the clock is put back', () => {
    const night = { date: '2026-10-24', from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };
    expect(times(night)).toEqual({
      value: { from: new Date('2026-10-24T20:00Z'), to: new Date('2026-10-25T05:00Z') },
    });
  });

  it.each([
    [{ date: '2026-02-30' }, 'date', 'is not a date'],
    [{ from: '8am' }, 'from', 'is not a wall clock'],
    [{ to: '25:00' }, 'to', 'is not a wall clock'],
    [{ to: '08:00' }, 'to', 'makes a shift of 24 hours'],
    [{ from: '00:00', to: '16:30' }, 'to', 'makes a shift of 16.5 hours'],
    [
      { date: '2026-03-29', from: '02:30', to: '10:00', timeZone: 'Europe/Berlin' },
      ...(['from', 'is left out by the clock of the zone on that day'] as const),
    ],
  ])('%j are refused', (change, field, reason) => {
    expect(times(change)).toMatchObject({ problem: { field, reason } });
  });
});

describe('G11: a row of a roster', () => {
  it('names what is missing and what it does not take', () => {
    expect(readRosterRow({ agent: '', date: '2026-11-23', from: '', to: '17:00' })).toMatchObject({
      problems: [{ field: 'agent' }, { field: 'from' }, { field: 'time_zone' }],
    });
    const row = { agent: 'ayu', date: '2026-11-23', from: '08:00', to: '17:00', time_zone: 'WIT' };
    expect(readRosterRow({ ...row, time_zone: 'UTC+7' })).toMatchObject({
      problems: [{ field: 'time_zone', reason: 'not a time zone' }],
    });
    expect(readRosterRow(row)).toMatchObject({
      row: { agent: 'ayu', timeZone: 'Asia/Jayapura', pool: null, note: null },
    });
  });
});

describe('G11: stating shifts', () => {
  const of = (from: string, to: string, note: string | null = null): StatedShift => ({
    ...{ agentId: 'a', poolId: null, timeZone: 'Asia/Jakarta', note, from: at(from), to: at(to) },
  });
  const kept = [{ id: '1', ...of('01:00', '05:00') }];

  it('adds, changes, leaves alone and refuses, in turn', () => {
    const same = of('01:00', '05:00');
    const noted = of('01:00', '05:00', 'training');
    const after = of('05:00', '09:00');
    const over = of('08:59', '12:00');
    const plan = planRoster(kept, [same, noted, after, over, of('05:00', '09:00')]);
    expect(plan).toMatchObject({
      unchanged: [same, after],
      changed: [{ id: '1', to: noted }],
      added: [after],
    });
    expect(plan.refused).toMatchObject([{ shift: over, problem: { field: 'from' } }]);
  });

  it('keeps agents apart', () => {
    const other = { ...of('01:00', '05:00'), agentId: 'b' };
    expect(planRoster(kept, [other])).toMatchObject({ added: [other], refused: [] });
  });
});
