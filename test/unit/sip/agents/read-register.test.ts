import { userOf } from '../../../../sip/gateway/user-of';
import { hostPortOf, readRegister } from '../../../../sip/agents/read-register';
import { probeVerdict, softphoneTarget } from '../../../../sip/agents/softphone-target';

test.each([
  ['<sip:a@192.0.2.1:5060;transport=udp>;expires=60', '', 'sip:a@192.0.2.1:5060;transport=udp', 60],
  [
    '"A, <b>" <sip:a@x.invalid;transport=ws>;+sip.instance="<urn:uuid:1>";expires=90',
    '300',
    'sip:a@x.invalid;transport=ws',
    90,
  ],
  ['<sip:a@192.0.2.1>', '120', 'sip:a@192.0.2.1', 120],
  ['sip:a@192.0.2.1;expires=45', '', 'sip:a@192.0.2.1', 45],
  ['<sip:a@192.0.2.1>', '', 'sip:a@192.0.2.1', 300],
])('%s (Expires: %s) binds', (contact, expires, contactUri, expiresSeconds) => {
  expect(readRegister(contact, expires)).toEqual({ kind: 'bind', contactUri, expiresSeconds });
});

test('no time left, or the star: unbind', () => {
  expect(readRegister('<sip:a@x>;expires=0', '60')).toEqual({
    kind: 'unbind',
    contactUri: 'sip:a@x',
  });
  expect(readRegister('<sip:a@x>', '0')).toEqual({ kind: 'unbind', contactUri: 'sip:a@x' });
  expect(readRegister('*', '0')).toEqual({ kind: 'unbind', contactUri: null });
});

test('no Contact asks what stands', () => {
  expect(readRegister('', '')).toEqual({ kind: 'query' });
});

test.each([
  ['*', ''],
  ['*', '60'],
  ['<tel:+62215000>', ''],
  ['<sip:a@x>;expires=soon', ''],
  ['<sip:a@x>', '-1'],
  ['<sip:a b@x>', ''],
  ['nonsense', ''],
])('%s (Expires: %s) is malformed', (contact, expires) => {
  expect(readRegister(contact, expires)).toEqual({ kind: 'malformed' });
});

test('the user of a To header', () => {
  expect(userOf('"Agen" <sip:agen-1@santun>;tag=x')).toBe('agen-1');
  expect(userOf('sip:agen-1@santun')).toBe('agen-1');
  expect(userOf('<sip:santun>')).toBe('');
});

test('UDP and TCP go to where the REGISTER came from, WebSocket by its Contact', () => {
  const at = { contactUri: 'sip:a@10.0.0.9:5060', sourceAddress: '192.0.2.1', sourcePort: 4444 };
  expect(softphoneTarget({ ...at, transport: 'udp' }).proxy).toBe(
    'sip:192.0.2.1:4444;transport=udp',
  );
  expect(softphoneTarget({ ...at, sourceAddress: '2001:db8::1', transport: 'tcp' }).proxy).toBe(
    'sip:[2001:db8::1]:4444;transport=tcp',
  );
  expect(softphoneTarget({ ...at, transport: 'ws' })).toEqual({ uri: at.contactUri });
});

test.each([
  [200, 'there'],
  [486, 'there'],
  [501, 'there'],
  [0, 'silent'],
  [404, 'gone'],
  [408, 'gone'],
  [430, 'gone'],
  [503, 'gone'],
])('OPTIONS answered %d: %s', (status, verdict) => {
  expect(probeVerdict(status)).toBe(verdict);
});

test.each([
  ['sip:a@192.0.2.1:5070;transport=ws', '192.0.2.1', 5070],
  ['sip:SBC.example', 'SBC.example', 5060],
  ['sips:+62812@sbc.example;transport=tcp', 'sbc.example', 5061],
  ['sip:a:b@[2001:db8::1]:5080', '[2001:db8::1]', 5080],
])('%s points to %s, port %d', (uri, host, port) => {
  expect(hostPortOf(uri)).toEqual({ host, port });
});
