import { canonicalJson } from '../domain/canonical-json';
import { LEDGER_KINDS, type LedgerKind } from '../domain/ledger-kind';

/*
 * The ledger as a file: one JSON object a line, each in its canonical form, so that a line has one
 * spelling and every byte of it counts. A header; then chain by chain, root by root, the root
 * before its entries, and with facts the rules that they name; a footer, signed over everything before it. Hashes are lower-case hex,
 * signatures and keys base64.
 */

export const EXPORT_FORMAT = 'santun-ledger-1';

export interface HeaderLine {
  readonly type: 'header';
  readonly format: typeof EXPORT_FORMAT;
  /** UTC days, both included. */
  readonly from: string;
  readonly to: string;
  readonly facts: boolean;
  /** Where each chain stood before the range; `afterSeq` 0: at its beginning. */
  readonly chains: readonly {
    readonly chain: string;
    readonly afterSeq: number;
    readonly afterHash: string;
  }[];
  /** To be compared with what the verifier trusts: a file cannot vouch for its own keys. */
  readonly keys: readonly { readonly id: string; readonly publicKey: string }[];
}

/** Stands before the entries that it covers. */
export interface RootLine {
  readonly type: 'root';
  readonly chain: string;
  readonly day: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly root: string;
  readonly headHash: string;
  readonly flawed: number;
  readonly keyId: string;
  readonly signature: string;
}

export interface EntryLine {
  readonly type: 'entry';
  readonly chain: string;
  readonly seq: number;
  readonly kind: LedgerKind;
  /** Null: the row is gone from the database. */
  readonly record: string | null;
  readonly facts?: string | undefined;
  /** Columns of the row that do not say what the record says. */
  readonly differs?: readonly string[] | undefined;
  readonly keyId?: string | undefined;
  readonly signature?: string | undefined;
  readonly hash: string;
}

/** A rule pack or calendar, before the first entry whose record names it; in exports with facts. */
export interface BodyLine {
  readonly type: 'body';
  readonly sha256: string;
  /** Canonical JSON, as hashed. */
  readonly body: string;
}

/** A row of the range that is in no chain although its time has passed. */
export interface UnchainedLine {
  readonly type: 'unchained';
  readonly kind: LedgerKind;
  readonly id: string;
}

export interface FooterLine {
  readonly type: 'footer';
  readonly madeAt: string;
  readonly entries: number;
  readonly chains: readonly {
    readonly chain: string;
    readonly lastSeq: number;
    readonly lastHash: string;
    readonly roots: number;
  }[];
  /** Whose the chains are, by the creditors' codes; not in files of before it was told. */
  readonly creditors?: readonly { readonly chain: string; readonly code: string }[] | undefined;
  /** SHA-256 of the header's bytes without its end; not in files of before it was told. */
  readonly header?: string | undefined;
  /** Lines that tell of something wrong in the database; not in files of before it was told. */
  readonly findings?: number | undefined;
  /** SHA-256 of every byte before this line. */
  readonly sha256: string;
  readonly keyId: string;
  readonly signature: string;
}

export type ExportLine = HeaderLine | RootLine | BodyLine | EntryLine | UnchainedLine | FooterLine;

/** A line without its end, as it stands in the file. */
export function renderLine(line: ExportLine): string {
  return line.type === 'entry' ? renderEntry(line) : canonicalJson(line);
}

/** The canonical form of an entry, of which there are millions: nothing to sort, nothing to search. */
function renderEntry(line: EntryLine): string {
  const { differs, facts, keyId, signature } = line;
  return [
    `{"chain":${JSON.stringify(line.chain)}`,
    differs === undefined ? '' : `,"differs":${JSON.stringify(differs)}`,
    facts === undefined ? '' : `,"facts":${JSON.stringify(facts)}`,
    `,"hash":${JSON.stringify(line.hash)}`,
    keyId === undefined ? '' : `,"keyId":${JSON.stringify(keyId)}`,
    `,"kind":${JSON.stringify(line.kind)},"record":${JSON.stringify(line.record)},"seq":${line.seq}`,
    signature === undefined ? '' : `,"signature":${JSON.stringify(signature)}`,
    ',"type":"entry"}',
  ].join('');
}

/** The text that the footer's signature is over. */
export function footerText(footer: Omit<FooterLine, 'signature'>): string {
  const { type, madeAt, entries, chains, creditors, header, findings, sha256, keyId } = footer;
  return canonicalJson({
    type,
    madeAt,
    entries,
    chains,
    creditors,
    header,
    findings,
    sha256,
    keyId,
  });
}

/** Does the line itself say that something is wrong in the database? Removed, it would say no more. */
export function tellsFinding(line: ExportLine): boolean {
  if (line.type === 'unchained') return true;
  return line.type === 'entry' && (line.record === null || line.differs !== undefined);
}

/** A line as it was meant, or null: it is not one, or not spelled as it must be. */
export function parseLine(text: string): ExportLine | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(parsed)) return null;
  const shape = SHAPES[parsed.type as ExportLine['type']] as Shape | undefined;
  if (shape === undefined || !fits(parsed, shape)) return null;
  const line = parsed as unknown as ExportLine;
  try {
    return renderLine(line) === text ? line : null;
  } catch {
    return null;
  }
}

type Check = (value: unknown) => boolean;
type Shape = Readonly<Record<string, Check>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text: Check = (value) => typeof value === 'string';
const place: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const matching =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const hash = matching(/^[0-9a-f]{64}$/);
const keyId = matching(/^[0-9a-f]{16}$/);
const day = matching(/^\d{4}-\d\d-\d\d$/);
/** The one spelling of `bytes` bytes in base64: unused bits of the last digit are zero. */
const base64 =
  (bytes: number): Check =>
  (value) =>
    typeof value === 'string' &&
    value.length === Math.ceil(bytes / 3) * 4 &&
    Buffer.from(value, 'base64').toString('base64') === value;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const objectOf =
  (shape: Shape): Check =>
  (value) =>
    isObject(value) && fits(value, shape);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

function fits(value: Record<string, unknown>, shape: Shape): boolean {
  for (const key in value) if (!(key in shape)) return false;
  for (const key in shape) if (!shape[key]?.(value[key])) return false;
  return true;
}

const kind = oneOf(...LEDGER_KINDS);
const SIGNATURE_BYTES = 64;
const KEY_BYTES = 32;

const SHAPES: Readonly<Record<ExportLine['type'], Shape>> = {
  header: {
    type: text,
    format: oneOf(EXPORT_FORMAT),
    from: day,
    to: day,
    facts: oneOf(true, false),
    chains: listOf(objectOf({ chain: text, afterSeq: place, afterHash: hash })),
    keys: listOf(objectOf({ id: keyId, publicKey: base64(KEY_BYTES) })),
  },
  root: {
    type: text,
    chain: text,
    day,
    firstSeq: place,
    lastSeq: place,
    root: hash,
    headHash: hash,
    flawed: place,
    keyId,
    signature: base64(SIGNATURE_BYTES),
  },
  entry: {
    type: text,
    chain: text,
    seq: place,
    kind,
    record: (value) => value === null || text(value),
    facts: optional(text),
    differs: optional(listOf(text)),
    keyId: optional(keyId),
    signature: optional(base64(SIGNATURE_BYTES)),
    hash,
  },
  body: { type: text, sha256: hash, body: text },
  unchained: { type: text, kind, id: text },
  footer: {
    type: text,
    madeAt: text,
    entries: place,
    chains: listOf(objectOf({ chain: text, lastSeq: place, lastHash: hash, roots: place })),
    creditors: optional(listOf(objectOf({ chain: text, code: text }))),
    header: optional(hash),
    findings: optional(place),
    sha256: hash,
    keyId,
    signature: base64(SIGNATURE_BYTES),
  },
};
