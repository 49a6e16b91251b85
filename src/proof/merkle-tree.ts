import { createHash } from 'node:crypto';

/*
 * The tree of RFC 6962, 2.1: leaves and nodes are hashed with different first bytes, so that no
 * node can pass for a leaf; a tree of n leaves splits at the largest power of two below n.
 */

export function leafHash(leaf: Buffer): Buffer {
  return createHash('sha256').update(LEAF).update(leaf).digest();
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** Root of a tree whose leaves come one after the other; keeps one hash a level. */
export class MerkleRoot {
  /** Roots of full subtrees, largest first: one for each bit that is set in `size`. */
  private readonly subtrees: Buffer[] = [];
  private leaves = 0;

  get size(): number {
    return this.leaves;
  }

  add(leaf: Buffer): void {
    let subtree = leafHash(leaf);
    for (let bits = this.leaves; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      subtree = nodeHash(this.subtrees.pop() as Buffer, subtree);
    }
    this.subtrees.push(subtree);
    this.leaves += 1;
  }

  /** Of no leaves: the hash of nothing (RFC 6962, 2.1). */
  root(): Buffer {
    const [...rest] = this.subtrees;
    let root = rest.pop();
    if (root === undefined) return createHash('sha256').digest();
    for (let left = rest.pop(); left !== undefined; left = rest.pop()) root = nodeHash(left, root);
    return root;
  }
}

/** One step from a leaf to the root: the sibling, and on which side of the path it stands. */
export interface MerkleStep {
  readonly side: 'left' | 'right';
  readonly hash: Buffer;
}

/**
 * The audit path of RFC 6962, 2.1.1, from the leaf up.
 * @throws RangeError when there is no leaf `index`
 */
export function merklePath(leaves: readonly Buffer[], index: number): MerkleStep[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`);
  let level = leaves.map(leafHash);
  let at = index;
  const path: MerkleStep[] = [];
  while (level.length > 1) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    // the last of an odd number goes up as it is
    if (sibling !== undefined) path.push({ side: at % 2 === 0 ? 'right' : 'left', hash: sibling });
    level = parents(level);
    at = Math.floor(at / 2);
  }
  return path;
}

function parents(level: readonly Buffer[]): Buffer[] {
  const above: Buffer[] = [];
  for (let i = 0; i < level.length; i += 2) {
    const left = level[i] as Buffer;
    const right = level[i + 1];
    above.push(right === undefined ? left : nodeHash(left, right));
  }
  return above;
}

/** The root that a leaf and its path lead to. */
export function rootOfPath(leaf: Buffer, path: readonly MerkleStep[]): Buffer {
  return path.reduce(
    (hash, step) => (step.side === 'left' ? nodeHash(step.hash, hash) : nodeHash(hash, step.hash)),
    leafHash(leaf),
  );
}
