import { canonicalJson } from '../domain/canonical-json';

/** What is signed once a UTC day for a chain: everything that it holds from `firstSeq` to `lastSeq`. */
export interface LedgerRoot {
  readonly chain: string;
  /** `yyyy-mm-dd`, UTC. */
  readonly day: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Merkle root over the entries' hashes. */
  readonly root: Buffer;
  /** Hash of the last entry. */
  readonly headHash: Buffer;
  /** Entries whose own signature did not hold when they were chained; else all of them were checked. */
  readonly flawed: number;
}

/** The text that a root's signature is over. */
export function rootText(root: LedgerRoot): string {
  return canonicalJson({
    kind: 'ledger_root',
    chain: root.chain,
    day: root.day,
    firstSeq: root.firstSeq,
    lastSeq: root.lastSeq,
    root: root.root.toString('hex'),
    headHash: root.headHash.toString('hex'),
    flawed: root.flawed,
  });
}
