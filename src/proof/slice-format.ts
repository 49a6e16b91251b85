import { z } from 'zod';
import { canonicalJson } from '../domain/canonical-json';
import { LEDGER_KINDS } from '../domain/ledger-kind';

/*
 * A slice of the ledger: chosen entries, each with the way from it to the signed root of its day,
 * and nothing of anybody else's. One JSON object a line, in its canonical form, as in a whole
 * export: a header; bodies of the rules that records name; roots and entries; a signed footer.
 */

export const SLICE_FORMAT = 'santun-ledger-slice-1';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const keyId = z.string().regex(/^[0-9a-f]{16}$/);
/** Decoded and spelled again it is the same text. */
const base64 = z.string().refine((text) => Buffer.from(text, 'base64').toString('base64') === text);
const place = z.number().int().min(0);
/** In the same folder, and nowhere else. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const header = z.strictObject({
  type: z.literal('header'),
  format: z.literal(SLICE_FORMAT),
  /** To be compared with what the verifier trusts: a file cannot vouch for its own keys. */
  keys: z.array(z.strictObject({ id: keyId, publicKey: base64 })),
});
/** A rule pack or calendar, by the hash that records name it by. */
const body = z.strictObject({ type: z.literal('body'), sha256: hash, body: z.string() });
const root = z.strictObject({
  type: z.literal('root'),
  chain: z.string(),
  day: z.iso.date(),
  firstSeq: place,
  lastSeq: place,
  root: hash,
  headHash: hash,
  flawed: place,
  keyId,
  signature: base64,
});
const entry = z.strictObject({
  type: z.literal('entry'),
  kind: z.enum(LEDGER_KINDS),
  record: z.string(),
  facts: z.string().optional(),
  /** The facts tell of other creditors' calls, and are not for whom this slice is. */
  withheld: z.literal(true).optional(),
  keyId: keyId.optional(),
  signature: base64.optional(),
  /** Null: signed, and not chained yet. */
  chained: z
    .strictObject({
      chain: z.string(),
      seq: place,
      previousHash: hash,
      hash,
      /** The day whose root covers it, and the way there; null: the day is not closed yet. */
      covered: z
        .strictObject({
          day: z.iso.date(),
          path: z.array(z.strictObject({ side: z.enum(['left', 'right']), hash })),
        })
        .nullable(),
    })
    .nullable(),
});
const footer = z.strictObject({
  type: z.literal('footer'),
  madeAt: z.iso.datetime(),
  entries: place,
  /** What was made with it and lies beside it; not in files of before they were signed. */
  files: z.array(z.strictObject({ name: fileName, sha256: hash })).optional(),
  /** Whom it tells of, without a name, and of whose dealings; creditor null: of all. Not in older files. */
  about: z
    .strictObject({
      debtorId: z.string(),
      creditor: z.strictObject({ chain: z.string(), code: z.string() }).nullable(),
    })
    .optional(),
  /** SHA-256 of every byte before this line. */
  sha256: hash,
  keyId,
  signature: base64,
});

const line = z.discriminatedUnion('type', [header, body, root, entry, footer]);
export type SliceLine = z.infer<typeof line>;
export type SliceRoot = z.infer<typeof root>;
export type SliceEntry = z.infer<typeof entry>;
export type SliceFooter = z.infer<typeof footer>;
export type SignedFile = NonNullable<SliceFooter['files']>[number];

/** A line without its end, as it stands in the file. */
export function renderSliceLine(one: SliceLine): string {
  return canonicalJson(one);
}

/** The text that the footer's signature is over. */
export function sliceFooterText({ signature: _over, ...rest }: SliceFooter): string {
  return canonicalJson(rest);
}

/** A line as it was meant, or null: it is not one, or not spelled as it must be. */
export function parseSliceLine(text: string): SliceLine | null {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success && renderSliceLine(parsed.data) === text ? parsed.data : null;
  } catch {
    return null;
  }
}
