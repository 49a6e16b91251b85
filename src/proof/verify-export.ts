import { createHash } from 'node:crypto';
import { ChainCheck, memberOf, type Tell, type VerifyMode } from './chain-check';
import {
  footerText,
  parseLine,
  tellsFinding,
  type EntryLine,
  type ExportLine,
  type FooterLine,
  type HeaderLine,
} from './export-format';
import { KeyRing, type KeyUse } from './key-ring';
import { rulesOfRecord } from './rules-of-record';
import type { SignedFile } from './slice-format';

export interface VerifyOptions {
  /** Raw public keys that alone are trusted; null: those of the file, which the report names. */
  readonly pinned: readonly Buffer[] | null;
  readonly mode: VerifyMode;
  /** The file must hold every day of it; UTC, both included. Null: whatever it holds. */
  readonly days: { readonly from: string; readonly to: string } | null;
  /** Problems told in words; the others are counted. */
  readonly problemLimit: number;
}

/** A chain and the code of the creditor whose it is. */
export interface ChainCode {
  readonly chain: string;
  readonly code: string;
}

export interface VerifyReport {
  readonly entries: number;
  /** The first of them, in words: where, which entry, what is wrong. */
  readonly problems: readonly string[];
  readonly problemCount: number;
  readonly days: { readonly from: string; readonly to: string } | null;
  readonly chains: readonly string[];
  /** Whose they are, where the file says it. */
  readonly creditors: readonly ChainCode[];
  /** Of a slice: the person it tells of. Null: it tells of no one person, or does not say of whom. */
  readonly debtorId: string | null;
  readonly keys: readonly KeyUse[];
  /** What lies beside a slice and is signed with it: for whoever can read them to compare. */
  readonly files: readonly SignedFile[];
  /** What is no problem, and the reader should know. */
  readonly notes: readonly string[];
}

/**
 * Checks an export line by line, with nothing but the file and the keys that are trusted. Goes on
 * after a problem, so that one report names them all.
 */
export class ExportVerifier {
  private readonly ring: KeyRing;
  private readonly digest = createHash('sha256');
  private readonly checks = new Map<string, ChainCheck>();
  private readonly problems: string[] = [];
  private problemCount = 0;
  private lineNumber = 0;
  private readable = 0;
  private entries = 0;
  private findings = 0;
  private readonly bodies = new Set<string>();
  private header: HeaderLine | null = null;
  private headerSha256 = '';
  private footer: FooterLine | null = null;

  constructor(private readonly options: VerifyOptions) {
    this.ring = new KeyRing(options.pinned);
  }

  /** @param bytes one line without its end */
  line(bytes: Buffer): void {
    this.lineNumber += 1;
    if (this.footer !== null) {
      this.tell('stands behind the footer');
      return;
    }
    if (this.lineNumber === 1) this.headerSha256 = sha256Hex(bytes);
    const line = parseLine(bytes.toString('utf8'));
    if (line?.type === 'footer') this.footer = line;
    else this.digest.update(bytes).update('\n');
    if (line === null) this.tell('is no line of an export, or not as it was written');
    else {
      this.readable += 1;
      this.take(line);
    }
  }

  /** @param whole the file ended with the end of a line */
  end(whole: boolean): VerifyReport {
    if (this.lineNumber > 0 && this.readable === 0) return this.foreign();
    if (this.lineNumber === 0) this.tellOf('the file', 'is empty');
    else if (this.footer === null) this.tellOf('the file', 'is cut off: it has no footer');
    else this.finish(this.footer);
    if (!whole && this.lineNumber > 0) this.tellOf('the file', 'does not end with a line end');
    return {
      entries: this.entries,
      problems: this.problems,
      problemCount: this.problemCount,
      days: this.header === null ? null : { from: this.header.from, to: this.header.to },
      chains: [...this.checks.keys()],
      keys: this.ring.used(),
      files: [],
      creditors: this.footer?.creditors ?? [],
      debtorId: null,
      notes: [],
    };
  }

  /** Not one line of it is ours: some other file was named, and its lines are no findings. */
  private foreign(): VerifyReport {
    const problems = ['the file: is no export of the ledger'];
    const none = { entries: 0, days: null, chains: [], creditors: [], debtorId: null, keys: [] };
    return { ...none, files: [], notes: [], problems, problemCount: 1 };
  }

  private take(line: ExportLine): void {
    if (this.lineNumber === 1 && line.type !== 'header') this.tell('is not a header');
    if (tellsFinding(line)) this.findings += 1;
    switch (line.type) {
      case 'header':
        this.begin(line);
        break;
      case 'root':
        this.checkOf(line.chain).root(line);
        break;
      case 'entry':
        this.entries += 1;
        this.checkOf(line.chain).entry(line);
        this.input(line);
        break;
      case 'unchained':
        this.tell(`${line.kind} ${line.id} is in no chain`);
        break;
      case 'body':
        this.bodies.add(line.sha256);
        if (sha256Hex(line.body) !== line.sha256) this.tell('is not the body that it is named');
        break;
      case 'footer':
        break;
    }
  }

  /** What a decision rests on is there when the header says so: with nothing less can it be replayed. */
  private input(line: EntryLine): void {
    const { record, facts } = line;
    if (this.header === null || record === null) return;
    const tell = (what: string): void => {
      this.tellOf(`line ${this.lineNumber}, ${place(line.chain, line)}`, what);
    };
    if (facts === undefined) {
      const named = line.kind === 'decision' && memberOf(record, 'factsSha256') !== null;
      if (this.header.facts && named) tell('its facts are missing');
      return;
    }
    if (!this.header.facts) tell('has its facts, and the header says that there are none');
    for (const { name, sha256 } of rulesOfRecord(record)) {
      if (this.bodies.has(sha256)) continue;
      this.bodies.add(sha256);
      tell(`rests on ${name}, and no body with sha256 ${sha256} stands before it`);
    }
  }

  private begin(line: HeaderLine): void {
    if (this.lineNumber !== 1) {
      this.tell('is a second header');
      return;
    }
    this.header = line;
    for (const { id, publicKey } of line.keys) {
      if (!this.ring.offer(id, Buffer.from(publicKey, 'base64'))) {
        this.tell(`names a key ${id}, and it is another`);
      }
    }
    for (const { chain } of line.chains) this.checkOf(chain);
    const { days } = this.options;
    if (days !== null && (line.from > days.from || line.to < days.to)) {
      this.tell(`holds ${line.from} to ${line.to}, not all of ${days.from} to ${days.to}`);
    }
  }

  private checkOf(chain: string): ChainCheck {
    const known = this.checks.get(chain);
    if (known !== undefined) return known;
    const start = this.header?.chains.find((named) => named.chain === chain) ?? null;
    const tell: Tell = (what, at) => {
      this.tellOf(`line ${this.lineNumber}, ${place(chain, at)}`, what);
    };
    if (start === null) tell('is not in the header');
    const check = new ChainCheck(chain, start, this.ring, this.options.mode, tell);
    this.checks.set(chain, check);
    return check;
  }

  private finish(footer: FooterLine): void {
    for (const [chain, check] of this.checks) {
      check.finish(footer.chains.find((named) => named.chain === chain) ?? null);
    }
    for (const { chain } of footer.chains) {
      if (!this.checks.has(chain)) this.tellOf(chain, 'is in the footer alone');
    }
    const signature = Buffer.from(footer.signature, 'base64');
    const check = this.ring.check(footer.keyId, footerText(footer), signature);
    if (check === 'invalid') this.tellOf('the footer', `is not what ${footer.keyId} signed`);
    if (check === 'unknown_key') {
      this.tellOf('the footer', `is signed with ${footer.keyId}, which is no trusted key`);
    }
    this.count(footer);
    // says less than the above, so alone when there is nothing else
    if (this.problemCount === 0 && footer.sha256 !== this.digest.digest('hex')) {
      this.tellOf('the file', 'is not the one that was signed, though each line holds');
    }
  }

  /** What the footer says of the rest of the file. */
  private count(footer: FooterLine): void {
    if (footer.header !== undefined && footer.header !== this.headerSha256) {
      this.tellOf('line 1', 'is not the header that was signed');
    }
    if (footer.findings !== undefined && footer.findings !== this.findings) {
      const told = `${this.findings} things wrong in the database, and ${footer.findings} in the footer`;
      this.tellOf('the file', `tells of ${told}`);
    }
    if (footer.entries !== this.entries) {
      this.tellOf('the file', `has ${this.entries} entries, and ${footer.entries} in the footer`);
    }
  }

  private tell(what: string): void {
    this.tellOf(`line ${this.lineNumber}`, what);
  }

  private tellOf(where: string, what: string): void {
    this.problemCount += 1;
    if (this.problems.length < this.options.problemLimit) this.problems.push(`${where}: ${what}`);
  }
}

/** `creditor:…, entry 12, decision 0190…` */
function place(chain: string, at: Parameters<Tell>[1]): string {
  const id = typeof at?.record === 'string' ? memberOf(at.record, 'id') : null;
  return [chain, at?.seq === undefined ? '' : `entry ${at.seq}`, id === null ? '' : `record ${id}`]
    .filter((part) => part !== '')
    .join(', ');
}

function sha256Hex(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}
