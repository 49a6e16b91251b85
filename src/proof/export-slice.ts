import { createHash } from 'node:crypto';
import type { Queryable } from '../db/database';
import { readHashes, readRoots, type StoredRoot } from '../db/ledger-roots';
import { listSlicedPlaces, readSliced, type SlicedRow } from '../db/ledger-slice';
import { listSigningKeys } from '../db/signing-keys';
import { chainOf, genesisHash } from './ledger-entry';
import { merklePath } from './merkle-tree';
import { NamedBodies } from './named-bodies';
import type { Signer } from './sign';
import {
  renderSliceLine,
  SLICE_FORMAT,
  sliceFooterText,
  type SignedFile,
  type SliceEntry,
  type SliceLine,
} from './slice-format';

/** Entries read at once: facts of a person who was called often are long. */
const PAGE = 200;

/** The leaves of one closed day of a chain. */
interface ClosedDay {
  readonly root: StoredRoot;
  readonly leaves: readonly Buffer[];
}

export interface SliceRequest {
  readonly ids: readonly string[];
  /**
   * Facts that tell of calls of other creditors are left out, for they cannot be shortened: their hash is
   * signed. Null: for whoever may see all of it.
   */
  readonly creditor: { readonly id: string; readonly code: string } | null;
  readonly debtorId: string;
  /** What was made with it: the footer signs for these too. */
  readonly files: readonly SignedFile[];
  readonly signer: Signer;
  readonly now: Date;
}

/**
 * These decisions and changes as lines of text, each with its end: records, facts, the rules that
 * they name, signatures, and the way from each to the signed root of its day. Of other entries only
 * hashes are in it.
 */
export async function* exportSlice(
  db: Queryable,
  asked: SliceRequest,
): AsyncGenerator<string, void, undefined> {
  const digest = createHash('sha256');
  const emit = (line: SliceLine): string => {
    const text = `${renderSliceLine(line)}\n`;
    digest.update(text);
    return text;
  };
  const keys = await listSigningKeys(db);
  yield emit({
    type: 'header',
    format: SLICE_FORMAT,
    keys: keys.map(({ id, publicKey }) => ({ id, publicKey: publicKey.toString('base64') })),
  });
  let entries = 0;
  for await (const line of sliceLines(db, asked)) {
    if (line.type === 'entry') entries += 1;
    yield emit(line);
  }
  const { signer, now, files, debtorId, creditor } = asked;
  const footer = {
    type: 'footer' as const,
    madeAt: now.toISOString(),
    entries,
    files: [...files],
    about: {
      debtorId,
      creditor: creditor && { chain: chainOf(creditor.id), code: creditor.code },
    },
    sha256: digest.digest('hex'),
    keyId: signer.keyId,
  };
  const signature = signer.sign(sliceFooterText({ ...footer, signature: '' })).toString('base64');
  yield `${renderSliceLine({ ...footer, signature })}\n`;
}

/** Each root and each body once, before the first entry that needs it. */
async function* sliceLines(
  db: Queryable,
  { ids, creditor }: SliceRequest,
): AsyncGenerator<SliceLine> {
  const places = await listSlicedPlaces(db, ids);
  const bodies = new NamedBodies(db);
  let dayName = '';
  let closed: ClosedDay | null = null;
  for (let from = 0; from < places.length; from += PAGE) {
    const page = places.slice(from, from + PAGE).map(({ id }) => id);
    for (const row of await readSliced(db, page)) {
      const name = `${row.chain ?? ''} ${row.day ?? ''}`;
      if (dayName !== name) {
        dayName = name;
        closed = await readClosedDay(db, row);
        if (closed !== null) yield rootLine(closed.root);
      }
      const withheld = creditor !== null && tellsOfOthers(row.facts, creditor.id);
      const shown = withheld ? { ...row, facts: null } : row;
      yield* await bodies.before(shown);
      yield entryLine(shown, closed, withheld);
    }
  }
}

async function readClosedDay(db: Queryable, { chain, day }: SlicedRow): Promise<ClosedDay | null> {
  if (chain === null || day === null) return null;
  const [root] = await readRoots(db, chain, { from: day, to: day });
  if (root === undefined) return null;
  const { firstSeq, lastSeq } = root;
  const hashes = await readHashes(db, { chain, day }, firstSeq, lastSeq - firstSeq + 1);
  return { root, leaves: hashes.map(({ hash }) => hash) };
}

function rootLine(stored: StoredRoot): SliceLine {
  const { chain, day, firstSeq, lastSeq, flawed, keyId } = stored;
  return {
    ...{ type: 'root', chain, day, firstSeq, lastSeq, flawed, keyId },
    root: stored.root.toString('hex'),
    headHash: stored.headHash.toString('hex'),
    signature: stored.signature.toString('base64'),
  };
}

/** Do these facts tell of a contact of a creditor beside this one? */
function tellsOfOthers(facts: string | null, creditorId: string): boolean {
  if (facts === null) return false;
  try {
    // facts of before version 2 have no ledger in them
    const { events = [] } = JSON.parse(facts) as { events?: { creditor?: string }[] };
    return events.some(({ creditor }) => creditor !== undefined && creditor !== creditorId);
  } catch {
    // somebody changed them: nobody knows what they tell
    return true;
  }
}

function entryLine(row: SlicedRow, closed: ClosedDay | null, withheld: boolean): SliceEntry {
  const { kind, record, facts, keyId, signature } = row;
  return {
    ...{ type: 'entry', kind, record },
    ...(facts === null ? {} : { facts }),
    ...(withheld ? { withheld } : {}),
    ...(keyId === null ? {} : { keyId }),
    ...(signature === null ? {} : { signature: signature.toString('base64') }),
    chained: placeOf(row, closed),
  };
}

function placeOf(row: SlicedRow, closed: ClosedDay | null): SliceEntry['chained'] {
  const { chain, seq, hash, previousHash } = row;
  if (chain === null || seq === null || hash === null) return null;
  const path =
    closed === null
      ? null
      : merklePath(closed.leaves, seq - closed.root.firstSeq).map((step) => ({
          side: step.side,
          hash: step.hash.toString('hex'),
        }));
  return {
    chain,
    seq,
    previousHash: (previousHash ?? genesisHash(chain)).toString('hex'),
    hash: hash.toString('hex'),
    covered: closed === null || path === null ? null : { day: closed.root.day, path },
  };
}
