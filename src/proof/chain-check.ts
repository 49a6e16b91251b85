import { createHash } from 'node:crypto';
import type { EntryLine, FooterLine, HeaderLine, RootLine } from './export-format';
import type { KeyRing, SignatureCheck } from './key-ring';
import { entryHash, genesisHash, type EntryContent } from './ledger-entry';
import { rootText } from './ledger-root';
import { MerkleTree } from './merkle-tree';

/**
 * `full`: every signature. `roots`: where a signed root covers an entry, the root vouches for its
 * signature, which was checked when the entry was chained; the rest one by one.
 */
export type VerifyMode = 'full' | 'roots';

/** Tells what is wrong with an entry, a root, or the chain itself. */
export type Tell = (
  what: string,
  at?: { readonly seq?: number; readonly record?: string | null },
) => void;

/** Gaps kept to tell a displaced entry from a repeated one. */
const GAPS_KEPT = 1_000;

/** Follows one chain through a file, entry by entry; keeps a handful of hashes, whatever its length. */
export class ChainCheck {
  private nextSeq: number;
  /** What the next entry may follow: the hash that stands in the file, or the one it should have had. */
  private previous: readonly Buffer[];
  private lastHash: string;
  private readonly gaps: { from: number; to: number }[] = [];
  private covering: { line: RootLine; tree: MerkleTree; holds: boolean } | null = null;
  private coveredTo: number;
  private lastDay = '';
  private roots = 0;

  /** @param start where the chain stood before the file; null: the file does not say */
  constructor(
    private readonly chain: string,
    start: HeaderLine['chains'][number] | null,
    private readonly ring: KeyRing,
    private readonly mode: VerifyMode,
    private readonly tell: Tell,
  ) {
    this.nextSeq = (start?.afterSeq ?? 0) + 1;
    this.coveredTo = start?.afterSeq ?? 0;
    this.lastHash = start?.afterHash ?? '';
    this.previous = start === null ? [] : [Buffer.from(start.afterHash, 'hex')];
    if (start?.afterSeq === 0 && start.afterHash !== genesisHash(chain).toString('hex')) {
      tell('does not begin as this chain begins');
    }
  }

  root(line: RootLine): void {
    this.endRoot();
    this.roots += 1;
    const { firstSeq, lastSeq, day, flawed } = line;
    const tell = (what: string): void => {
      this.tell(`the root of ${day} ${what}`);
    };
    const root = Buffer.from(line.root, 'hex');
    const headHash = Buffer.from(line.headHash, 'hex');
    const signature = Buffer.from(line.signature, 'base64');
    const text = rootText({ chain: line.chain, day, firstSeq, lastSeq, root, headHash, flawed });
    const check = this.ring.check(line.keyId, text, signature);
    if (check === 'invalid') tell(`is not what ${line.keyId} signed`);
    if (check === 'unknown_key') tell(`is signed with ${line.keyId}, which is no trusted key`);
    if (day <= this.lastDay) tell(`stands behind that of ${this.lastDay}`);
    if (firstSeq !== this.coveredTo + 1) {
      tell(`begins with entry ${firstSeq}, and the roots before it end with ${this.coveredTo}`);
    }
    this.coveredTo = lastSeq;
    this.lastDay = day;
    this.covering = { line, tree: new MerkleTree(), holds: check === 'valid' };
  }

  entry(line: EntryLine): void {
    if (line.seq < this.nextSeq) {
      this.displaced(line);
      return;
    }
    if (line.seq > this.nextSeq) this.gap(line.seq);
    this.nextSeq = line.seq + 1;
    const hash = Buffer.from(line.hash, 'hex');
    this.content(line, hash);
    this.lastHash = line.hash;
    this.cover(line, hash);
  }

  /** At the end of the file. @param end what the footer says of the chain; null: nothing */
  finish(end: FooterLine['chains'][number] | null): void {
    this.endRoot();
    if (end === null) {
      this.tell('is not in the footer');
      return;
    }
    const lastSeq = this.nextSeq - 1;
    if (lastSeq < end.lastSeq) this.tell(`${places(lastSeq + 1, end.lastSeq)} missing at the end`);
    else if (lastSeq > end.lastSeq) {
      this.tell(`goes on to entry ${lastSeq}, and the footer ends it with ${end.lastSeq}`);
    } else if (this.lastHash !== end.lastHash) {
      this.tell('ends with another hash than the footer signs', { seq: lastSeq });
    }
    if (this.roots !== end.roots) {
      const open =
        this.coveredTo < lastSeq ? `: none covers ${run(this.coveredTo + 1, lastSeq)}` : '';
      this.tell(`has ${this.roots} roots here, and ${end.roots} in the footer${open}`);
    }
  }

  private displaced(line: EntryLine): void {
    const missed = this.gaps.some(({ from, to }) => from <= line.seq && line.seq <= to);
    const what = missed ? 'stands out of order, behind' : 'stands here once more, behind';
    this.tell(`${what} entry ${this.nextSeq - 1}`, line);
  }

  private gap(found: number): void {
    const from = this.nextSeq;
    const to = found - 1;
    if (this.gaps.length < GAPS_KEPT) this.gaps.push({ from, to });
    this.tell(`${places(from, to)} missing before entry ${found}`);
    this.previous = [];
  }

  /** Record, signature and link. */
  private content(line: EntryLine, hash: Buffer): void {
    const { record, seq, kind } = line;
    for (const column of line.differs ?? []) {
      this.tell(`its row in the database says something else in ${column}`, line);
    }
    if (record === null) {
      this.tell(`its ${kind} is gone from the database`, line);
      this.previous = [hash];
      return;
    }
    const signed =
      line.keyId === undefined || line.signature === undefined
        ? null
        : { keyId: line.keyId, signature: Buffer.from(line.signature, 'base64') };
    const content: EntryContent = { seq, kind, record, signed };
    const expected = this.previous.map((previous) => entryHash(previous, content));
    const linked = expected.length === 0 || expected.some((candidate) => candidate.equals(hash));
    const signature = this.signature(line, content, linked);
    if (signature !== null) this.tell(signature, line);
    if (!linked && signature === null) {
      this.tell('its hash does not follow from its record and the entry before it', line);
    }
    if (line.facts !== undefined) this.facts(line, record, line.facts);
    this.previous = linked ? [hash] : [hash, ...expected.slice(0, 1)];
  }

  /** What is wrong with the entry's own signature, or null. */
  private signature(line: EntryLine, content: EntryContent, linked: boolean): string | null {
    if (content.signed === null) return line.kind === 'decision' ? 'is not signed' : null;
    const { keyId, signature } = content.signed;
    const vouched = this.mode === 'roots' && linked && this.vouchedFor(line.seq);
    const check: SignatureCheck = vouched
      ? this.ring.vouched(keyId)
      : this.ring.check(keyId, content.record, signature);
    if (check === 'valid') return null;
    return check === 'invalid'
      ? `its record is not what ${keyId} signed`
      : `is signed with ${keyId}, which is no trusted key`;
  }

  private vouchedFor(seq: number): boolean {
    if (this.covering === null) return false;
    const { line, holds } = this.covering;
    return holds && line.flawed === 0 && line.firstSeq <= seq && seq <= line.lastSeq;
  }

  private facts(line: EntryLine, record: string, facts: string): void {
    const sha256 = createHash('sha256').update(facts).digest('hex');
    if (memberOf(record, 'factsSha256') === sha256) return;
    this.tell('its facts are not those that it was decided on', line);
  }

  private cover(line: EntryLine, hash: Buffer): void {
    if (this.covering === null) return;
    const { firstSeq, lastSeq } = this.covering.line;
    if (line.seq >= firstSeq && line.seq <= lastSeq) this.covering.tree.add(hash);
    if (line.seq >= lastSeq) this.endRoot();
  }

  private endRoot(): void {
    if (this.covering === null) return;
    const { line, tree } = this.covering;
    this.covering = null;
    const size = line.lastSeq - line.firstSeq + 1;
    const range = `the root of ${line.day} covers entries ${line.firstSeq} to ${line.lastSeq}`;
    if (tree.size !== size) this.tell(`${range}, and ${tree.size} of these ${size} follow it`);
    else if (tree.root().toString('hex') !== line.root || this.lastHash !== line.headHash) {
      this.tell(`${range}, and they are not those that it was made of`);
    }
  }
}

function places(from: number, to: number): string {
  return `${run(from, to)} ${from === to ? 'is' : 'are'}`;
}

function run(from: number, to: number): string {
  return from === to ? `entry ${from}` : `entries ${from} to ${to}`;
}

/** A text member of a record, or null. */
export function memberOf(record: string, member: string): string | null {
  try {
    const value = (JSON.parse(record) as Record<string, unknown> | null)?.[member];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
