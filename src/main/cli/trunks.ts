import type { Command } from 'commander';
import { HostAddresses } from '../../../sip/screen/host-addresses';
import { listTrunkHosts } from '../../db/sip-peers';
import { InputError } from './input-error';
import { nftSets } from './nft-sets';
import { print } from './say';
import { withPreparedDatabase } from './with-database';

export function register(program: Command): void {
  program
    .command('trunks')
    .description('what the network needs to know of the trunks')
    .command('allow-list')
    .description('addresses of the enabled trunks, for the packet filter before drachtio-server')
    .option('--nft', 'as sets of nftables: santun trunks allow-list --nft | nft -f -')
    .action(printAllowList);
}

/** Prints all or nothing: a list that misses a carrier would cut it off. */
async function printAllowList({ nft = false }: { nft?: boolean }): Promise<void> {
  await withPreparedDatabase(async (db) => {
    const known = new HostAddresses();
    const hosts = await listTrunkHosts(db);
    const found = await Promise.all(hosts.map((host) => known.of(host)));
    const unknown = hosts.filter((_, index) => found[index]?.length === 0);
    if (unknown.length > 0)
      throw new InputError(
        `no address is known for ${unknown.join(', ')}`,
        'Correct the host of the trunk, or disable it; then ask again.',
      );
    const addresses = [...new Set(found.flat())].sort();
    print(nft ? nftSets(addresses) : addresses.join('\n'));
  });
}
