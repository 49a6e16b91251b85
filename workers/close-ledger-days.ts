import type { Database } from '../src/db/database';
import { lockLedger, readHeads } from '../src/db/ledger';
import { insertRoot, readHashes, readOpenDays, type OpenDay } from '../src/db/ledger-roots';
import { utcDay } from '../src/proof/append-entries';
import { rootText, type LedgerRoot } from '../src/proof/ledger-root';
import { MerkleTree } from '../src/proof/merkle-tree';
import type { Signer } from '../src/proof/sign';

/** After midnight UTC, for what was decided before and is not chained yet. */
const SETTLING_MS = 120_000;
const PAGE = 5_000;

/** The first UTC day that may still grow, `yyyy-mm-dd`. */
export function openDayAt(now: Date): string {
  return utcDay(new Date(now.getTime() - SETTLING_MS));
}

/**
 * Signs the root of every day before `today`, of every chain, oldest first. To be called when nothing of
 * them waits to be chained: what comes later goes into the next day. A second call changes nothing.
 * @returns the roots that were made
 */
export async function closeLedgerDays(
  db: Database,
  options: { readonly signer: Signer; readonly today: string; readonly page?: number },
): Promise<LedgerRoot[]> {
  const made: LedgerRoot[] = [];
  for (let open = await readOpenDays(db, options.today); open.length > 0;) {
    const madeBefore = made.length;
    for (const day of open) {
      const root = await rootOfDay(db, day, options.page ?? PAGE);
      if (await keepRoot(db, root, options.signer)) made.push(root);
    }
    // another process is at it
    if (made.length === madeBefore) break;
    open = await readOpenDays(db, options.today);
  }
  return made;
}

/** Reads the day's hashes page by page: its length does not matter. */
async function rootOfDay(db: Database, open: OpenDay, page: number): Promise<LedgerRoot> {
  const { chain, day, firstSeq } = open;
  const tree = new MerkleTree();
  let flawed = 0;
  let lastSeq = firstSeq - 1;
  let headHash: Buffer = Buffer.alloc(0);
  for (let more = true; more;) {
    const hashes = await readHashes(db, open, lastSeq + 1, page);
    const within = hashes.filter((entry) => entry.day === day);
    for (const entry of within) {
      tree.add(entry.hash);
      if (entry.signatureValid === false) flawed += 1;
      ({ seq: lastSeq, hash: headHash } = entry);
    }
    more = within.length === page;
  }
  return { chain, day, firstSeq, lastSeq, root: tree.root(), headHash, flawed };
}

/** False when the chain has grown since in that day, or another process holds the ledger. */
async function keepRoot(db: Database, root: LedgerRoot, signer: Signer): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await lockLedger(tx))) return false;
    const [head] = await readHeads(tx, [root.chain]);
    const closedSince = head?.closedDay !== null && (head?.closedDay ?? '') >= root.day;
    const [next] = await readHashes(tx, root, root.lastSeq + 1, 1);
    if (closedSince || next?.day === root.day) return false;
    const signature = signer.sign(rootText(root));
    await insertRoot(tx, { ...root, signature, keyId: signer.keyId });
    return true;
  });
}
