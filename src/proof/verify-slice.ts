import { createHash } from 'node:crypto';
import { memberOf } from './chain-check';
import { KeyRing, type SignatureCheck } from './key-ring';
import { entryHash } from './ledger-entry';
import { rootText } from './ledger-root';
import { rootOfPath } from './merkle-tree';
import {
  parseSliceLine,
  sliceFooterText,
  type SliceEntry,
  type SliceFooter,
  type SliceLine,
  type SliceRoot,
} from './slice-format';
import type { VerifyOptions, VerifyReport } from './verify-export';

const FILES_UNSIGNED = 'made by an earlier release: what lies beside it is not signed with it';

/**
 * Checks a slice line by line: every signature, every record against its entry's hash, every entry
 * against the signed root of its day. That nothing was left out of a slice cannot be seen in it; of
 * what is in it, no byte can have been changed.
 */
export class SliceVerifier {
  private readonly ring: KeyRing;
  private readonly digest = createHash('sha256');
  private readonly roots = new Map<string, SliceRoot>();
  private readonly chains = new Set<string>();
  private readonly problems: string[] = [];
  private readonly counts = { entries: 0, problems: 0, unchained: 0, uncovered: 0, withheld: 0 };
  private lineNumber = 0;
  private footer: SliceFooter | null = null;

  constructor(private readonly options: Pick<VerifyOptions, 'pinned' | 'problemLimit'>) {
    this.ring = new KeyRing(options.pinned);
  }

  /** @param bytes one line without its end */
  line(bytes: Buffer): void {
    this.lineNumber += 1;
    const line = parseSliceLine(bytes.toString('utf8'));
    if (this.footer !== null) this.tell('stands behind the footer');
    else if (line?.type === 'footer') this.footer = line;
    else this.digest.update(bytes).update('\n');
    if (line === null) this.tell('is no line of a slice, or not as it was written');
    else this.take(line);
  }

  /** @param whole the file ended with the end of a line */
  end(whole: boolean): VerifyReport {
    if (this.footer === null) this.tellOf('the file', 'is cut off: it has no footer');
    else this.finish(this.footer);
    if (!whole) this.tellOf('the file', 'does not end with a line end');
    const about = this.footer?.about;
    const { entries, problems, unchained, uncovered, withheld } = this.counts;
    const note = (count: number, what: string): string[] =>
      count === 0 ? [] : [`${count} of them ${what}`];
    return {
      entries,
      problems: this.problems,
      problemCount: problems,
      days: null,
      chains: [...this.chains],
      keys: this.ring.used(),
      files: this.footer?.files ?? [],
      creditors: about?.creditor ? [about.creditor] : [],
      debtorId: about?.debtorId ?? null,
      notes: [
        ...note(unchained, 'signed, and not chained yet when the slice was made'),
        ...note(uncovered, 'chained, and of a day that no root had closed yet'),
        ...note(withheld, "without their facts, which tell of other creditors' calls"),
        ...(this.footer === null || this.footer.files !== undefined ? [] : [FILES_UNSIGNED]),
      ],
    };
  }

  private take(line: SliceLine): void {
    if ((this.lineNumber === 1) !== (line.type === 'header')) this.tell('is not where it belongs');
    switch (line.type) {
      case 'header':
        for (const { id, publicKey } of line.keys) {
          const known = this.ring.offer(id, Buffer.from(publicKey, 'base64'));
          if (!known) this.tell(`names a key ${id}, and it is another`);
        }
        break;
      case 'body':
        if (sha256Hex(line.body) !== line.sha256) this.tell('is not the body that it is named');
        break;
      case 'root':
        this.root(line);
        break;
      case 'entry':
        this.entry(line);
        break;
      case 'footer':
        break;
    }
  }

  private root(line: SliceRoot): void {
    const { chain, day } = line;
    const text = rootText({
      ...line,
      root: Buffer.from(line.root, 'hex'),
      headHash: Buffer.from(line.headHash, 'hex'),
    });
    const check = this.ring.check(line.keyId, text, Buffer.from(line.signature, 'base64'));
    if (check === 'valid') this.roots.set(`${chain} ${day}`, line);
    else this.tell(`the root of ${day} ${fault(check, line.keyId)}`);
  }

  private entry(line: SliceEntry): void {
    this.counts.entries += 1;
    const { kind, record, facts, keyId, signature, chained } = line;
    const what = `${kind} ${memberOf(record, 'id') ?? ''}`;
    const signed =
      keyId === undefined || signature === undefined
        ? null
        : { keyId, signature: Buffer.from(signature, 'base64') };
    if (signed !== null) {
      const check = this.ring.check(signed.keyId, record, signed.signature);
      if (check !== 'valid') this.tell(`${what} ${fault(check, signed.keyId)}`);
    } else if (kind === 'decision') this.tell(`${what} is not signed`);
    if (line.withheld === true) this.counts.withheld += 1;
    if (facts !== undefined && sha256Hex(facts) !== memberOf(record, 'factsSha256')) {
      this.tell(`${what} has other facts than those that it was decided on`);
    }
    if (chained === null) {
      this.counts.unchained += 1;
      return;
    }
    this.chains.add(chained.chain);
    const previous = Buffer.from(chained.previousHash, 'hex');
    const hash = entryHash(previous, { seq: chained.seq, kind, record, signed });
    if (hash.toString('hex') !== chained.hash) {
      this.tell(`${what} does not follow from its record and the entry before it`);
    }
    this.cover(chained, hash, what);
  }

  private cover(
    { chain, seq, covered }: NonNullable<SliceEntry['chained']>,
    hash: Buffer,
    what: string,
  ): void {
    if (covered === null) {
      this.counts.uncovered += 1;
      return;
    }
    const root = this.roots.get(`${chain} ${covered.day}`);
    if (root === undefined) {
      this.tell(`${what} names a root of ${covered.day} that is not before it`);
      return;
    }
    const path = covered.path.map(({ side, hash: at }) => ({ side, hash: Buffer.from(at, 'hex') }));
    const leads = rootOfPath(hash, path).toString('hex') === root.root;
    if (!leads || seq < root.firstSeq || seq > root.lastSeq) {
      this.tell(`${what} is not among those that the root of ${covered.day} was made of`);
    }
  }

  private finish(footer: SliceFooter): void {
    const { keyId } = footer;
    const signature = Buffer.from(footer.signature, 'base64');
    const check = this.ring.check(keyId, sliceFooterText(footer), signature);
    if (check !== 'valid') this.tellOf('the footer', fault(check, keyId));
    const { entries } = this.counts;
    if (footer.entries !== entries) {
      this.tellOf('the file', `has ${entries} entries, and ${footer.entries} in the footer`);
    }
    if (this.counts.problems === 0 && footer.sha256 !== this.digest.digest('hex')) {
      this.tellOf('the file', 'is not the one that was signed, though each line holds');
    }
  }

  private tell(what: string): void {
    this.tellOf(`line ${this.lineNumber}`, what);
  }

  private tellOf(where: string, what: string): void {
    this.counts.problems += 1;
    if (this.problems.length < this.options.problemLimit) this.problems.push(`${where}: ${what}`);
  }
}

function fault(check: Exclude<SignatureCheck, 'valid'>, keyId: string): string {
  return check === 'invalid'
    ? `is not what ${keyId} signed`
    : `is signed with ${keyId}, which is no trusted key`;
}

function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
