import { hash } from 'node:crypto';

/*
 * The tree of RFC 6962, 2.1: leaves and nodes are hashed with different first bytes, so that no
 * node can pass for a leaf; a tree of n leaves splits at the largest power of two below n.
 */

function leafHash(leaf: Buffer): Buffer {
  return hash('sha256', Buffer.concat([LEAF, leaf]), 'buffer');
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');
}

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** One step from a leaf to the root: the sibling, and on which side of the path it stands. */
export interface MerkleStep {
  readonly side: 'left' | 'right';
  readonly hash: Buffer;
}

interface Subtree {
  readonly hash: Buffer;
  /** The leaf whose path is wanted is below it. */
  readonly onPath: boolean;
}

/** A tree whose leaves come one after the other; keeps one hash a level, and one leaf's path. */
export class MerkleTree {
  /** Full subtrees, largest first: one for each bit that is set in `size`. */
  private readonly subtrees: Subtree[] = [];
  private readonly steps: MerkleStep[] = [];
  private leaves = 0;

  /** @param target index of the leaf whose path is wanted; null: none */
  constructor(private readonly target: number | null = null) {}

  get size(): number {
    return this.leaves;
  }

  add(leaf: Buffer): void {
    let subtree: Subtree = { hash: leafHash(leaf), onPath: this.leaves === this.target };
    for (let bits = this.leaves; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      subtree = joined(this.subtrees.pop() as Subtree, subtree, this.steps);
    }
    this.subtrees.push(subtree);
    this.leaves += 1;
  }

  /** Of no leaves: the hash of nothing (RFC 6962, 2.1). */
  root(): Buffer {
    return this.whole([])?.hash ?? hash('sha256', '', 'buffer');
  }

  /**
   * The audit path of the wanted leaf, from it up (RFC 6962, 2.1.1).
   * @throws RangeError when the tree does not hold it
   */
  path(): MerkleStep[] {
    const steps = [...this.steps];
    if (this.whole(steps)?.onPath !== true) throw new RangeError(`no leaf ${this.target}`);
    return steps;
  }

  private whole(steps: MerkleStep[]): Subtree | undefined {
    const rest = [...this.subtrees];
    let right = rest.pop();
    for (let left = rest.pop(); left && right; left = rest.pop()) {
      right = joined(left, right, steps);
    }
    return right;
  }
}

function joined(left: Subtree, right: Subtree, steps: MerkleStep[]): Subtree {
  if (left.onPath) steps.push({ side: 'right', hash: right.hash });
  if (right.onPath) steps.push({ side: 'left', hash: left.hash });
  return { hash: nodeHash(left.hash, right.hash), onPath: left.onPath || right.onPath };
}

/** The audit path of one of these leaves. @throws RangeError when there is no leaf `index` */
export function merklePath(leaves: readonly Buffer[], index: number): MerkleStep[] {
  const tree = new MerkleTree(index);
  for (const leaf of leaves) tree.add(leaf);
  return tree.path();
}

/** The root that a leaf and its path lead to. */
export function rootOfPath(leaf: Buffer, path: readonly MerkleStep[]): Buffer {
  return path.reduce(
    (hash, step) => (step.side === 'left' ? nodeHash(step.hash, hash) : nodeHash(hash, step.hash)),
    leafHash(leaf),
  );
}
