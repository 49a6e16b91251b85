import { identityHeaders } from '../../../../sip/trunks/identity-headers';
import { DEFAULT_CLI_POLICY, type CliPolicy } from '../../../../src/domain/cli-policy';

const call = {
  host: 'sbc.example',
  username: null,
  callerId: '+622150000001',
  called: '+6281200000001',
  divertedFrom: null,
  identity: '',
};
const headers = (policy: Partial<CliPolicy>, more: Partial<typeof HANDED_ON> = {}) =>
  identityHeaders({ ...call, ...more, policy: { ...DEFAULT_CLI_POLICY, ...policy } });
const HANDED_ON = {
  divertedFrom: '+622150000002' as string | null,
  identity: '',
  username: '' as string | null,
};
const NUMBER = '<sip:+622150000001@sbc.example>';
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';

test.each<[Partial<CliPolicy>, string | null, Record<string, string>]>([
  [{}, null, { From: NUMBER, 'P-Asserted-Identity': NUMBER }],
  [{ header: 'from' }, null, { From: NUMBER }],
  [
    { header: 'asserted' },
    'santun',
    { From: '<sip:santun@sbc.example>', 'P-Asserted-Identity': NUMBER },
  ],
  [{ header: 'asserted' }, null, { From: ANONYMOUS, 'P-Asserted-Identity': NUMBER }],
  [{ privacy: 'id' }, 'santun', { From: ANONYMOUS, 'P-Asserted-Identity': NUMBER, Privacy: 'id' }],
  [
    { domain: 'id.carrier.example' },
    null,
    {
      From: '<sip:+622150000001@id.carrier.example>',
      'P-Asserted-Identity': '<sip:+622150000001@id.carrier.example>',
    },
  ],
  // the names of accounts are anybody's text
  [
    { header: 'asserted', domain: '[2001:db8::1]' },
    'a>;x=\r\nEvil: 1@b',
    {
      From: '<sip:a%3E;x=%0D%0AEvil%3A%201%40b@[2001:db8::1]>',
      'P-Asserted-Identity': '<sip:+622150000001@[2001:db8::1]>',
    },
  ],
])('%j, account %s', (policy, username, expected) => {
  expect(headers(policy, { divertedFrom: null, username })).toEqual(expected);
});

test('a talk that is handed on names the number of ours that it is held by', () => {
  const { divertedFrom } = HANDED_ON;
  expect(headers({}, { divertedFrom })).not.toHaveProperty('Diversion');
  expect(headers({ diversion: 'diversion' }, { divertedFrom }).Diversion).toBe(
    '<sip:+622150000002@sbc.example>;reason=deflection;counter=1',
  );
  expect(headers({ diversion: 'diversion', privacy: 'id' }, { divertedFrom }).Diversion).toBe(
    '<sip:+622150000002@sbc.example>;reason=deflection;counter=1;privacy=full',
  );
  expect(headers({ diversion: 'history_info' }, { divertedFrom })['History-Info']).toBe(
    '<sip:+622150000002@sbc.example?Reason=SIP%3Bcause%3D302>;index=1, ' +
      '<sip:+6281200000001@sbc.example>;index=1.1;mp=1',
  );
  expect(headers({ diversion: 'diversion' })).not.toHaveProperty('Diversion');
});

test('an Identity goes on as it came, unless it would break the message', () => {
  const identity = 'eyJ0.eyJh.c2ln;info=<https://cert.example/a.pem>;alg=ES256;ppt="shaken"';
  expect(headers({}, { identity })).toMatchObject({ Identity: identity });
  for (const broken of ['', 'a\r\nEvil: 1', 'é', 'x'.repeat(9_000)])
    expect(headers({}, { identity: broken })).not.toHaveProperty('Identity');
});
