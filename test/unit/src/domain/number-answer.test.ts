import { parseNumberAnswer } from '../../../../src/domain/number-answer';

const now = new Date('2026-11-22T10:00:00Z');
const parse = (answer: unknown) => parseNumberAnswer(JSON.stringify(answer), now);

describe('F8: the answer of a number look-up', () => {
  it('is read with what it leaves out as not known', () => {
    expect(parse({ status: 'valid' })).toEqual({
      ...{ status: 'valid', operator: null, ported: null, lastReassigned: null },
    });
    expect(
      parse({
        ...{ status: 'unreachable', operator: ' Telkomsel', ported: true, imsi: '510100000000000' },
        lastReassigned: '2026-08-01',
      }),
    ).toEqual({
      ...{ status: 'unreachable', operator: 'telkomsel', ported: true },
      // the day began in Jakarta
      lastReassigned: new Date('2026-07-31T17:00:00Z'),
    });
    expect(parse({ status: 'valid', lastReassigned: '2026-08-01T08:00:00+07:00' })).toMatchObject({
      lastReassigned: new Date('2026-08-01T01:00:00Z'),
    });
  });

  it.each([
    ['no status', { operator: 'xl' }],
    ['a status that nobody agreed on', { status: 'dead' }],
    ['a list', [{ status: 'valid' }]],
    ['an operator that is no name', { status: 'valid', operator: 7 }],
    ['a name of any length', { status: 'valid', operator: 'x'.repeat(41) }],
    ['a day that is none', { status: 'valid', lastReassigned: '2026-13-01' }],
    ['a day to come', { status: 'valid', lastReassigned: '2026-12-01' }],
    ['a word for yes', { status: 'valid', ported: 'no' }],
  ])('with %s is none', (_what, answer) => {
    expect(parse(answer)).toBeNull();
  });

  it('that is no JSON is none', () => {
    expect(parseNumberAnswer('<html>', now)).toBeNull();
  });
});
