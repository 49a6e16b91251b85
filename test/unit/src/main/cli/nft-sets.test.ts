import { nftSets } from '../../../../../src/main/cli/nft-sets';

test('each family has its set, emptied before it is filled', () => {
  expect(nftSets(['192.0.2.1', '198.51.100.7', '2001:db8::1']).split('\n')).toEqual([
    'add table inet santun',
    'add set inet santun carriers4 { type ipv4_addr; }',
    'flush set inet santun carriers4',
    'add element inet santun carriers4 { 192.0.2.1, 198.51.100.7 }',
    'add set inet santun carriers6 { type ipv6_addr; }',
    'flush set inet santun carriers6',
    'add element inet santun carriers6 { 2001:db8::1 }',
  ]);
});

test('without trunks the sets are empty: nobody is let in', () => {
  expect(nftSets([])).not.toContain('add element');
});
