import {
  isAllowedAddress,
  isPublicAddress,
  outboundUrlFault,
} from '../../../../src/domain/outbound-address';

describe('A13: where requests that others chose the address of may go', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.8.8.8', 'loopback'],
    ['::1', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['fd00:ec2::254', 'unique local, metadata of a cloud'],
    ['169.254.169.254', 'link-local, metadata of clouds'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with its zone'],
    ['fec0::1', 'site-local'],
    ['100.64.0.1', 'CGNAT'],
    ['100.100.100.200', 'CGNAT, metadata of a cloud'],
    ['192.0.0.192', 'reserved, metadata of a cloud'],
    ['168.63.129.16', 'metadata of a cloud'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'this network'],
    ['::', 'unspecified'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['198.18.0.1', 'benchmarking'],
    ['192.0.2.1', 'documentation'],
    ['2001:db8::1', 'documentation'],
    ['::ffff:127.0.0.1', 'loopback, mapped'],
    ['::ffff:7f00:1', 'loopback, mapped, in hex'],
    ['::ffff:a9fe:a9fe', 'metadata, mapped'],
    ['::7f00:1', 'loopback, IPv4-compatible'],
    ['::ffff:0:7f00:1', 'loopback, translated'],
    ['64:ff9b::7f00:1', 'loopback by NAT64'],
    ['2002:7f00:1::', 'loopback by 6to4'],
    ['2001::1', 'Teredo'],
    ['localhost', 'no address at all'],
    ['', 'nothing'],
  ])('A13: not to %s (%s)', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'A13: to %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it('A13: to networks that the installation opens, and no further', () => {
    expect(isAllowedAddress('127.0.0.1', ['127.0.0.0/8'])).toBe(true);
    expect(isAllowedAddress('::ffff:127.0.0.1', ['127.0.0.0/8'])).toBe(true);
    expect(isAllowedAddress('10.0.0.1', ['127.0.0.0/8', '::1/128'])).toBe(false);
    expect(isAllowedAddress('127.0.0.1', [])).toBe(false);
    expect(isAllowedAddress('nowhere', ['0.0.0.0/0'])).toBe(false);
  });

  it('A13: never with a password, a fragment, or another scheme', () => {
    expect(outboundUrlFault('https://example.com/hooks?of=us')).toBeNull();
    expect(outboundUrlFault('https://me:secret@example.com/')).toContain('password');
    expect(outboundUrlFault('https://example.com/#here')).toContain('fragment');
    expect(outboundUrlFault('ftp://example.com/')).toBe('is not https');
    expect(outboundUrlFault('example.com')).toBe('is not an address');
  });
});
