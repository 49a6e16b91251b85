import { canonicalJson } from '../../../src/domain/canonical-json';
import { HOLD_KINDS } from '../../../src/domain/hold-kind';
import { startApi, type Api } from '../../support/http-api';

describe('the kinds of hold that a rule names', () => {
  let api: Api;
  let manager: string;
  beforeAll(async () => {
    api = await startApi();
    manager = await api.key('manager');
  });
  afterAll(() => api.close());

  const PACK = { jurisdiction: 'ID', effectiveFrom: '2026-01-01' };
  const held = (on: readonly string[]) => ({
    ...PACK,
    rules: [{ id: 'bank-k.held', kind: 'hold', force: 'policy', cite: 'kebijakan', on }],
  });
  const propose = (pack: object) =>
    api.call(manager, 'POST /v1/rule-packs/BANK.K/versions', { body: { pack, reason: 'uji' } });

  it('are those that there are: another is refused, and told which there are', async () => {
    const refused = await propose(held(['cease', 'disputed']));
    expect(refused.json()).toMatchObject({
      status: 400,
      errors: [
        {
          field: 'pack.rules[0].on[1]',
          reason: '"disputed" is no kind of hold: it would never stop a call',
          accepted: ['*', ...HOLD_KINDS, 'debt_adviser'].join(', '),
        },
      ],
    });
    expect((await propose(held(['cease', 'dispute', 'debt_adviser']))).statusCode).toBe(201);
    expect((await propose(held(['*']))).statusCode).toBe(201);
  });

  it('are read as they were in a version that is kept', async () => {
    const pack = { id: 'BANK.O', version: 1, ...held(['disputed']) };
    await api.database.db.query(
      `insert into rule_pack_version (pack_id, version, body, sha256, change_reason, proposed_by)
       values ('BANK.O', 1, $1::text, sha256(convert_to($1::text, 'UTF8')), 'uji', 'key:0')`,
      [canonicalJson(pack)],
    );
    const read = await api.call(manager, 'GET /v1/rule-packs/BANK.O/versions/1');
    expect(read.json()).toMatchObject({ pack });
  });
});
