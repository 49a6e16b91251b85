import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { MerkleTree, merklePath, rootOfPath } from '../../../../src/proof/merkle-tree';

const hash = (byte: number, ...parts: Buffer[]): Buffer =>
  createHash('sha256')
    .update(Buffer.from([byte]))
    .update(Buffer.concat(parts))
    .digest();

/** The definition of RFC 6962, 2.1, word by word. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return hash(0, first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hash(1, rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

function rootOf(leaves: readonly Buffer[]): Buffer {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root();
}

const leaves = fc.array(
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  { maxLength: 70 },
);

describe('the Merkle tree', () => {
  // the leaves and roots of Certificate Transparency's own tests
  const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
  const ROOTS = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  ];

  it.each(ROOTS.map((root, size) => ({ size, root })))(
    'of $size leaves has the known root',
    ({ size, root }) => {
      const input = LEAVES.slice(0, size).map((hex) => Buffer.from(hex, 'hex'));
      expect(rootOf(input).toString('hex')).toBe(root);
    },
  );

  it('is the one of the definition', () => {
    fc.assert(
      fc.property(leaves, (input) => {
        expect(rootOf(input)).toEqual(rootByDefinition(input));
      }),
    );
  });

  it('leads from every leaf to the root, and from no other leaf', () => {
    fc.assert(
      fc.property(leaves, (input) => {
        const root = rootOf(input);
        input.forEach((leaf, index) => {
          const path = merklePath(input, index);
          expect(rootOfPath(leaf, path)).toEqual(root);
          expect(rootOfPath(Buffer.concat([leaf, Buffer.from('!')]), path)).not.toEqual(root);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('has no path for what it does not hold', () => {
    expect(() => merklePath([Buffer.alloc(1)], 1)).toThrow(RangeError);
  });
});
