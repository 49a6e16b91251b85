import { isAlias, isMap, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { FieldProblem } from '../field-problem';
import { accountFilter, type AccountFilter } from './account-filter';
import { campaignDocument, type CampaignDocument } from './campaign-document';
import { crossCheck } from './cross-check';
import { describeDocumentIssues, type Finding } from './describe-issues';
import { fieldText } from './field-text';

/** What is wrong with a document, where it stands, and what would be accepted. */
export interface DocumentProblem {
  /** `callingHours[0].from`; `$` is the whole document. */
  readonly field: string;
  readonly reason: string;
  readonly accepted: string;
  /** From 1; null: the document did not come as text. */
  readonly line: number | null;
  readonly column: number | null;
}

/** Says where a finding stands. */
export type PlaceFinding = (finding: Finding) => DocumentProblem;

export type ParsedDocument =
  | {
      readonly document: CampaignDocument;
      readonly problems: readonly [];
      /** For what is found later, when names are looked up. */
      readonly place: PlaceFinding;
    }
  | { readonly document: null; readonly problems: readonly DocumentProblem[] };

/** Collections within collections: far more than a document has, far less than a stack bears. */
const MAX_DEPTH = 20;
export const MAX_DOCUMENT_CHARACTERS = 200_000;

/** Reads YAML or JSON, which is YAML too. */
export function parseCampaignDocument(text: string): ParsedDocument {
  if (text.length > MAX_DOCUMENT_CHARACTERS) {
    return refuse([at(null, '$', 'is too long', `at most ${MAX_DOCUMENT_CHARACTERS} characters`)]);
  }
  if (isTooDeepText(text)) return refuse([at(null, '$', ...TOO_DEEP)]);
  if (text.trim() === '') return refuse([at(null, '$', 'is empty', 'fields with their values')]);
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // a warning is a tag that nobody resolves: its value would be another than the author's
  const faults = [...yaml.errors, ...yaml.warnings];
  if (faults.length > 0) {
    return refuse(
      faults.map(({ message, pos }) =>
        at(lines.linePos(pos[0]), '$', `cannot be read: ${message}`, 'YAML 1.2 or JSON'),
      ),
    );
  }
  const place: PlaceFinding = (finding) => {
    const offset = offsetOf(yaml, finding);
    return { ...described(finding), ...position(offset === null ? null : lines.linePos(offset)) };
  };
  let value: unknown;
  try {
    value = yaml.toJS({ maxAliasCount: 100 });
  } catch {
    return refuse([at(null, '$', 'its aliases make it too large', 'fewer aliases')]);
  }
  return check(value, place);
}

/** The same of a document that came as a JSON value. */
export function parseDocumentValue(value: unknown): ParsedDocument {
  return check(value, (finding) => ({ ...described(finding), line: null, column: null }));
}

/** A filter that came by itself, as a field `filter`. */
export function parseAccountFilter(
  value: unknown,
):
  | { readonly filter: AccountFilter; readonly problems: readonly [] }
  | { readonly filter: null; readonly problems: readonly FieldProblem[] } {
  const problem = (finding: Finding): FieldProblem => {
    const { field, reason, accepted } = described(finding);
    return { field: field.replace(/^accounts/, 'filter'), reason, accepted };
  };
  if (isTooDeep(value)) {
    const [reason, accepted] = TOO_DEEP;
    return { filter: null, problems: [{ field: 'filter', reason, accepted }] };
  }
  const parsed = accountFilter.safeParse(value);
  if (parsed.success) return { filter: parsed.data, problems: [] };
  const issues = parsed.error.issues.map((issue) => {
    return { ...issue, path: ['accounts', ...issue.path] };
  });
  return {
    filter: null,
    problems: describeDocumentIssues({ accounts: value }, issues).map(problem),
  };
}

function check(value: unknown, place: PlaceFinding): ParsedDocument {
  if (isTooDeep(value)) return refuse([at(null, '$', ...TOO_DEEP)]);
  const parsed = campaignDocument.safeParse(value);
  const findings = parsed.success
    ? crossCheck(parsed.data)
    : describeDocumentIssues(value, parsed.error.issues);
  if (parsed.success && findings.length === 0)
    return { document: parsed.data, problems: [], place };
  return refuse(findings.map(place));
}

const TOO_DEEP = ['is nested too deeply', `at most ${MAX_DEPTH} levels`] as const;

function refuse(problems: readonly DocumentProblem[]): ParsedDocument {
  return { document: null, problems };
}

function described({ path, reason, accepted }: Finding) {
  return { field: fieldText(path), reason, accepted };
}

type LinePosition = { readonly line: number; readonly col: number } | null;

const position = (pos: LinePosition) => ({ line: pos?.line ?? null, column: pos?.col ?? null });

function at(pos: LinePosition, field: string, reason: string, accepted: string): DocumentProblem {
  return { field, reason, accepted, ...position(pos) };
}

/**
 * Where the named value stands, or its key when the key is what is wrong; of what is missing the
 * collection that should have it.
 */
function offsetOf(yaml: Document, { path, isKey = false }: Finding): number | null {
  let node: Node | null = yaml.contents;
  let offset = startOf(node);
  for (const [index, key] of path.entries()) {
    const found = step(isAlias(node) ? (node.resolve(yaml) ?? null) : node, key);
    if (found === null) return offset;
    const isKeyAsked = isKey && index === path.length - 1;
    offset = startOf(isKeyAsked ? found.key : found.value) ?? startOf(found.key) ?? offset;
    node = found.value;
  }
  return offset;
}

function startOf(node: Node | null): number | null {
  return node?.range?.[0] ?? null;
}

function step(
  node: Node | null,
  key: PropertyKey,
): { readonly key: Node | null; readonly value: Node | null } | null {
  if (isSeq<Node>(node) && typeof key === 'number') {
    const item = node.items[key];
    return item === undefined ? null : { key: null, value: item };
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find((one) => String(one.key) === String(key));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}

/** Before the parser recurses: brackets alone; indentation of block style is bounded by the length. */
function isTooDeepText(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > 10 * MAX_DEPTH) return true;
  }
  return /^ {400}/m.test(text) || /(?:[-?] ){100}/.test(text);
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one): unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return false;
}
