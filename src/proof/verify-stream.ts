import { parseSliceLine } from './slice-format';
import { ExportVerifier, type VerifyOptions, type VerifyReport } from './verify-export';
import { SliceVerifier } from './verify-slice';

/** Longer than any line of an export; a file without line ends would fill the memory. */
const LINE_LIMIT_BYTES = 64 * 1_024 * 1_024;
const LINE_END = 0x0a;

/** Verifies an export, or a slice of the ledger, as it is read; keeps no more than a line of it. */
export async function verifyStream(
  chunks: AsyncIterable<Buffer | string>,
  options: VerifyOptions,
): Promise<VerifyReport> {
  let verifier: ExportVerifier | SliceVerifier | undefined;
  const take = (line: Buffer): void => {
    verifier ??= verifierFor(line, options);
    verifier.line(line);
  };
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    let from = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
      const rest = bytes.subarray(from, end);
      take(begun.length === 0 ? rest : Buffer.concat([...begun, rest]));
      begun = [];
      begunBytes = 0;
      from = end + 1;
    }
    if (from < bytes.length) begun.push(bytes.subarray(from));
    begunBytes += bytes.length - from;
    if (begunBytes > LINE_LIMIT_BYTES) break;
  }
  if (begun.length > 0) take(Buffer.concat(begun));
  return (verifier ?? new ExportVerifier(options)).end(begun.length === 0);
}

/** The first line says what the file is. */
function verifierFor(first: Buffer, options: VerifyOptions): ExportVerifier | SliceVerifier {
  const isSlice = parseSliceLine(first.toString('utf8'))?.type === 'header';
  return isSlice ? new SliceVerifier(options) : new ExportVerifier(options);
}
