import { z } from 'zod';
import { describeIssues, type ValidationIssue } from '../../../../src/domain/describe-issue';
import { displayName, e164, givenInstant, id, isoDate } from '../../../../src/http/schemas';

/** As the type provider hands zod's findings on. */
function issuesOf(schema: z.ZodType, value: unknown): ValidationIssue[] {
  return (schema.safeParse(value).error?.issues ?? []).map(
    ({ code, path, message, ...params }) => ({
      keyword: code,
      instancePath: `/${path.join('/')}`,
      message,
      params: params,
    }),
  );
}
const described = (schema: z.ZodType, value: unknown) => describeIssues(issuesOf(schema, value));

describe('describeIssues', () => {
  it('says what is missing, and what belongs there', () => {
    expect(
      described(z.strictObject({ a: z.string(), b: z.object({ c: z.int() }) }), { b: {} }),
    ).toEqual([
      { field: 'a', reason: 'is missing', accepted: 'string' },
      { field: 'b.c', reason: 'is missing', accepted: 'number' },
    ]);
  });

  it('names each unknown field by its path', () => {
    const schema = z.strictObject({ inner: z.strictObject({}) });
    expect(described(schema, { inner: { x: 1 }, y: 2, z: 3 }).map(({ field }) => field)).toEqual([
      'inner.x',
      'y',
      'z',
    ]);
  });

  it('says what a key of a free record has to be', () => {
    const days = z.record(z.iso.date(), z.string());
    expect(described(days, { '2026-02-30': 'x' })).toEqual([
      { field: '2026-02-30', reason: 'has the wrong form', accepted: 'a date, 2026-12-01' },
    ]);
  });

  it('tells a day that no calendar has from a wrong form', () => {
    const reason = (schema: z.ZodType, value: string) => described(schema, value)[0]?.reason;
    expect(reason(givenInstant, '2026-02-30T09:30:00+07:00')).toBe('there is no such day');
    expect(reason(isoDate, '2026-02-29')).toBe('there is no such day');
    expect(reason(isoDate, '2026-2-28')).toBe('has the wrong form');
    expect(reason(givenInstant, '2026-02-28T25:30:00Z')).toBe('has the wrong form');
    expect(described(givenInstant, '2024-02-29T09:30:00Z')).toEqual([]);
  });

  it('says of a missing id, day or instant what belongs there', () => {
    const schema = z.strictObject({ id, on: isoDate, at: givenInstant });
    expect(described(schema, {})).toEqual([
      { field: 'id', reason: 'is missing', accepted: 'a UUID' },
      { field: 'on', reason: 'is missing', accepted: 'a date, 2026-12-01' },
      {
        ...{ field: 'at', reason: 'is missing' },
        accepted: 'an instant with its offset, 2026-12-01T09:30:00+07:00 or …Z',
      },
    ]);
  });

  it('gives limits with their unit', () => {
    expect(described(z.string().min(3), 'a')[0]?.accepted).toBe('at least 3 characters');
    expect(described(z.array(z.string()).max(1), ['a', 'b'])[0]?.accepted).toBe('at most 1 items');
    expect(described(z.number().max(5), 6)[0]?.accepted).toBe('at most 5');
  });

  it('gives forms by example and never repeats a value', () => {
    const value = '0812-PRIVATE';
    const problems = [
      ...described(e164, value),
      ...described(displayName, ` ${value}`),
      ...described(z.uuid(), value),
      ...described(z.iso.date(), value),
      ...described(z.iso.datetime({ offset: true }), value),
      ...described(z.enum(['a', 'b']), value),
    ];
    expect(problems.map(({ accepted }) => accepted)).toEqual([
      'an E.164 number, +6281200001234',
      '1 to 120 characters without spaces at the ends',
      'a UUID',
      'a date, 2026-12-01',
      'an instant with its offset, 2026-12-01T09:30:00+07:00 or …Z',
      'a, b',
    ]);
    expect(JSON.stringify(problems)).not.toContain('PRIVATE');
  });
});
