import { PROBLEMS } from '../../../../src/http/problem';
import { problemOfError } from '../../../../src/http/problem-of-error';

const failure = (fields: object): Error => Object.assign(new Error('inside'), fields);

describe('problemOfError', () => {
  it('gives every code a fitting status', () => {
    for (const [code, { status, title }] of Object.entries(PROBLEMS)) {
      expect(code).toMatch(/^[a-z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title.length).toBeGreaterThan(5);
    }
  });

  it('names the field of a violated constraint that it knows', () => {
    const taken = failure({ code: '23505', constraint: 'trunk_name_key' });
    expect(problemOfError(taken)).toMatchObject({
      code: 'already_exists',
      extension: { field: 'name' },
    });
    const unknown = failure({ code: '23503', constraint: 'campaign_creditor_id_fkey' });
    expect(problemOfError(unknown)).toMatchObject({ code: 'unknown_reference' });
    const other = failure({ code: '23505', constraint: 'one_open_promise' });
    expect(problemOfError(other).code).toBe('internal_error');
  });

  it('asks to try again when a part is away, and tells nothing of what went wrong inside', () => {
    for (const code of ['ECONNREFUSED', '57P01', '57P03', '08006', '40P01', '53300']) {
      expect(problemOfError(failure({ code })).code).toBe('unavailable');
    }
    for (const thrown of [new TypeError('inside'), failure({ code: '42P01' }), 'inside', null]) {
      const problem = problemOfError(thrown);
      expect(problem.code).toBe('internal_error');
      expect(JSON.stringify([problem.detail, problem.extension])).not.toContain('inside');
    }
  });

  it('does not repeat what Fastify says of a request that it refused', () => {
    const refused = failure({ code: 'FST_ERR_SOMETHING', statusCode: 418 });
    expect(problemOfError(refused)).toMatchObject({
      code: 'invalid_request',
      detail: 'The request is not accepted.',
    });
    expect(problemOfError(failure({ code: 'FST_ERR_X', statusCode: 500 })).code).toBe(
      'internal_error',
    );
  });
});
