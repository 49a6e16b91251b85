import { createHash } from 'node:crypto';
import type { Queryable } from '../db/database';
import { readLedgerStart } from '../db/detach-partitions';
import { readHeads } from '../db/ledger';
import {
  firstSeqBehind,
  firstSeqFrom,
  hashAt,
  listChains,
  readChainCodes,
  readEntries,
  readUnchained,
  type ExportedEntry,
} from '../db/ledger-export';
import { readRoots, type StoredRoot } from '../db/ledger-roots';
import { listSigningKeys } from '../db/signing-keys';
import {
  EXPORT_FORMAT,
  footerText,
  renderLine,
  tellsFinding,
  type EntryLine,
  type ExportLine,
  type FooterLine,
  type HeaderLine,
  type RootLine,
} from './export-format';
import { genesisHash } from './ledger-entry';
import { NamedBodies } from './named-bodies';
import type { Signer } from './sign';

export interface ExportOptions {
  /** UTC days `yyyy-mm-dd`, both included. */
  readonly from: string;
  readonly to: string;
  /** Null: every creditor's chain and the installation's. */
  readonly creditorId: string | null;
  /** With the whole input of each decision, for a replay. */
  readonly facts: boolean;
  readonly signer: Signer;
  readonly now: Date;
  /** Entries read at once. */
  readonly page?: number;
}

const PAGE = 1_000;
const DAY_MS = 86_400_000;

/** Where a chain's share of the export begins and ends. */
interface Range {
  readonly chain: string;
  readonly afterSeq: number;
  readonly afterHash: Buffer;
  readonly lastSeq: number;
  readonly roots: readonly StoredRoot[];
}

/**
 * The ledger of a range of days as lines of text, each with its end. What is chained while it runs
 * is left to the next export. Memory does not grow with the range.
 * @throws RangeError when it begins in months that were detached
 */
export async function* exportLedger(
  db: Queryable,
  options: ExportOptions,
): AsyncGenerator<string, void, undefined> {
  const digest = createHash('sha256');
  let findings = 0;
  const emit = (line: ExportLine): string => {
    const text = `${renderLine(line)}\n`;
    digest.update(text);
    if (tellsFinding(line)) findings += 1;
    return text;
  };
  const { from, to, signer } = options;
  const ranges = await readRanges(db, options);
  const keys = await listSigningKeys(db);
  const header = headerOf(options, ranges, keys);
  yield emit(header);
  const bodies = new NamedBodies(db);
  let entries = 0;
  const ends: FooterLine['chains'][number][] = [];
  for (const range of ranges) {
    let end = { lastSeq: range.afterSeq, lastHash: range.afterHash.toString('hex') };
    for await (const line of chainLines(db, range, options)) {
      if (line.type === 'entry') {
        for (const body of await bodies.before(line)) yield emit(body);
        entries += 1;
        end = { lastSeq: line.seq, lastHash: line.hash };
      }
      yield emit(line);
    }
    ends.push({ chain: range.chain, ...end, roots: range.roots.length });
  }
  const until = new Date(Date.parse(to) + DAY_MS);
  const span = { from: new Date(from), until, creditorId: options.creditorId };
  for await (const { kind, id } of readUnchained(db, span)) {
    yield emit({ type: 'unchained', kind, id });
  }
  const footer = {
    type: 'footer' as const,
    madeAt: options.now.toISOString(),
    entries,
    chains: ends,
    creditors: await readChainCodes(
      db,
      ends.map(({ chain }) => chain),
    ),
    header: createHash('sha256').update(renderLine(header)).digest('hex'),
    findings,
    sha256: digest.digest('hex'),
    keyId: signer.keyId,
  };
  const signature = signer.sign(footerText(footer)).toString('base64');
  yield `${renderLine({ ...footer, signature })}\n`;
}

function headerOf(
  { from, to, facts }: ExportOptions,
  ranges: readonly Range[],
  keys: Awaited<ReturnType<typeof listSigningKeys>>,
): HeaderLine {
  return {
    ...{ type: 'header', format: EXPORT_FORMAT, from, to, facts },
    chains: ranges.map(({ chain, afterSeq, afterHash }) => ({
      chain,
      afterSeq,
      afterHash: afterHash.toString('hex'),
    })),
    keys: keys.map(({ id, publicKey }) => ({ id, publicKey: publicKey.toString('base64') })),
  };
}

async function readRanges(db: Queryable, options: ExportOptions): Promise<Range[]> {
  const { from, to, creditorId } = options;
  const dayAfter = new Date(Date.parse(to) + DAY_MS).toISOString().slice(0, 10);
  const start = await readLedgerStart(db);
  if (start !== null && from < start) {
    throw new RangeError(
      `the ledger before ${start} was detached, and its exports are its proof: begin at ${start}`,
    );
  }
  const heads = await readHeads(db, await listChains(db, creditorId));
  const ranges: Range[] = [];
  for (const { chain, seq: head } of heads) {
    const among = { first: await firstSeqBehind(db, chain, start), last: head };
    const afterSeq = (await firstSeqFrom(db, chain, from, among)) - 1;
    const lastSeq = (await firstSeqFrom(db, chain, dayAfter, among)) - 1;
    // a chain whose entry before the range was deleted: its gap is found at the first entry
    const before = afterSeq === 0 ? null : await hashAt(db, chain, afterSeq);
    const roots = await readRoots(db, chain, { from, to });
    ranges.push({
      chain,
      afterSeq,
      afterHash: before ?? genesisHash(chain),
      lastSeq,
      // a day may have been closed since the heads were read
      roots: roots.filter((root) => root.lastSeq <= head),
    });
  }
  return ranges;
}

/** Entries of one chain, each root before those that it covers. */
async function* chainLines(
  db: Queryable,
  range: Range,
  options: ExportOptions,
): AsyncGenerator<RootLine | EntryLine, void, undefined> {
  const roots = [...range.roots];
  const limit = options.page ?? PAGE;
  let afterSeq = range.afterSeq;
  for (let more = true; more;) {
    const page = await readEntries(db, { ...range, afterSeq }, { limit, facts: options.facts });
    for (const entry of page) {
      for (let next = roots[0]; next && next.firstSeq <= entry.seq; next = roots[0]) {
        yield rootLine(next);
        roots.shift();
      }
      yield entryLine(range.chain, entry);
      afterSeq = entry.seq;
    }
    more = page.length === limit;
  }
  yield* roots.map(rootLine);
}

function rootLine(root: StoredRoot): RootLine {
  const { chain, day, firstSeq, lastSeq, flawed, keyId } = root;
  return {
    ...{ type: 'root', chain, day, firstSeq, lastSeq, flawed, keyId },
    root: root.root.toString('hex'),
    headHash: root.headHash.toString('hex'),
    signature: root.signature.toString('base64'),
  };
}

function entryLine(chain: string, entry: ExportedEntry): EntryLine {
  const differs = differingColumns(entry);
  return {
    ...{ type: 'entry', chain, seq: entry.seq, kind: entry.kind, record: entry.record },
    facts: entry.facts ?? undefined,
    differs: differs.length === 0 ? undefined : differs,
    keyId: entry.keyId ?? undefined,
    signature: entry.signature?.toString('base64'),
    hash: entry.hash.toString('hex'),
  };
}

/** Columns that do not say what the record says: queries read them, and only the record is signed. */
function differingColumns(entry: Pick<ExportedEntry, 'record' | 'columns'>): string[] {
  if (entry.record === null) return [];
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(entry.record) as Record<string, unknown>;
  } catch {
    return ['record'];
  }
  return Object.entries(entry.columns)
    .filter(([name, column]) => {
      const value = column instanceof Date ? column.toISOString() : column;
      return record[name] !== undefined && record[name] !== value;
    })
    .map(([name]) => name);
}
