import { createHash } from 'node:crypto';
import type { Queryable } from '../db/database';
import { readHashes, readRoots, type StoredRoot } from '../db/ledger-roots';
import type { ChainedDecisionRow, LedgerPlace } from '../db/read/chained-decisions';
import { memberOf } from './chain-check';
import { entryHash, genesisHash } from './ledger-entry';
import { rootText } from './ledger-root';
import { MerkleTree, rootOfPath, type MerkleStep } from './merkle-tree';
import { publicKeyOf, verifySignature } from './sign';

/** The signed root of the day, and the way to it. */
export interface Inclusion {
  readonly root: StoredRoot;
  /** What the root's signature is over. */
  readonly text: string;
  readonly path: readonly MerkleStep[];
}

export interface DecisionProof {
  readonly decision: ChainedDecisionRow;
  readonly factsSha256: string;
  /** Null: the day is not closed yet. */
  readonly inclusion: Inclusion | null;
  /** What was checked just now; null: there is nothing to check yet. */
  readonly checks: {
    readonly signature: boolean;
    readonly facts: boolean;
    readonly hash: boolean | null;
    readonly inclusion: boolean | null;
  };
}

const PAGE = 5_000;

/** Gathers what proves a decision, and checks it. The day's other entries are read page by page. */
export async function proveDecision(
  db: Queryable,
  decision: ChainedDecisionRow,
): Promise<DecisionProof> {
  const { record, facts, signature, publicKey, place } = decision;
  const factsSha256 = createHash('sha256').update(facts).digest('hex');
  const inclusion = place === null ? null : await findInclusion(db, place);
  return {
    ...{ decision, factsSha256, inclusion },
    checks: {
      signature:
        publicKey !== null &&
        signature !== null &&
        verifySignature(publicKeyOf(publicKey), record, signature),
      facts: memberOf(record, 'factsSha256') === factsSha256,
      hash: place && hashHolds(decision, place),
      inclusion: place && inclusion && inclusionHolds(place, inclusion),
    },
  };
}

async function findInclusion(db: Queryable, place: LedgerPlace): Promise<Inclusion | null> {
  const { chain, day, seq } = place;
  const [root] = await readRoots(db, chain, { from: day, to: day });
  if (root === undefined || seq < root.firstSeq || seq > root.lastSeq) return null;
  const tree = new MerkleTree(seq - root.firstSeq);
  for (let from = root.firstSeq; from <= root.lastSeq;) {
    const limit = Math.min(PAGE, root.lastSeq - from + 1);
    const page = await readHashes(db, place, from, limit);
    for (const { hash } of page) tree.add(hash);
    if (page.length < limit) break;
    from += limit;
  }
  return { root, text: rootText(root), path: tree.path() };
}

function hashHolds(decision: ChainedDecisionRow, place: LedgerPlace): boolean {
  const { record, keyId, signature } = decision;
  const previous = place.seq === 1 ? genesisHash(place.chain) : place.previousHash;
  if (previous === null) return false;
  const signed = keyId === null || signature === null ? null : { keyId, signature };
  const content = { seq: place.seq, kind: 'decision' as const, record, signed };
  return entryHash(previous, content).equals(place.hash);
}

/** The path leads to the root. Its signature is for whoever holds the public key to check. */
function inclusionHolds(place: LedgerPlace, { root, path }: Inclusion): boolean {
  return rootOfPath(place.hash, path).equals(root.root);
}
