import { trunkOfRequest, type TrunkSource } from '../../../../sip/inbound/trunk-of-request';

const trunk = (id: string, more: Partial<TrunkSource> = {}): TrunkSource => ({
  ...{ id, addresses: ['192.0.2.1'], port: 5060, transport: 'udp' },
  ...more,
});
const from = (address: string, port = 5060, transport = 'udp') => ({ address, port, transport });

describe('which trunk a request is from', () => {
  const trunks = [
    trunk('udp'),
    trunk('second-port', { port: 5070 }),
    trunk('tcp', { transport: 'tcp' }),
    trunk('v6', { addresses: ['2001:db8::1', '2001:DB8::2'] }),
    trunk('proved', { addresses: [], username: 'santun' }),
  ];
  test.each([
    ['its address and port', from('192.0.2.1'), 'udp'],
    ['the other port of the address', from('192.0.2.1', 5070), 'second-port'],
    ['a port that nobody has', from('192.0.2.1', 40_000), null],
    ['a connection from any port', from('192.0.2.1', 40_000, 'tcp'), 'tcp'],
    ['a transport that it does not have', from('192.0.2.1', 5060, 'ws'), null],
    ['a mapped address', from('::ffff:192.0.2.1'), 'udp'],
    ['any of its addresses, in any case', from('2001:db8::2'), 'v6'],
    ['a stranger', from('198.51.100.9'), null],
    ['a user that was proved', { ...from('198.51.100.9'), digestUser: 'santun' }, 'proved'],
    ['a user that it does not have', { ...from('198.51.100.9'), digestUser: 'x' }, null],
  ])('%s', (_what, source, id) => {
    expect(trunkOfRequest(trunks, source)?.id ?? null).toBe(id);
  });
});
