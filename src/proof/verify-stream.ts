import { ExportVerifier, type VerifyOptions, type VerifyReport } from './verify-export';

/** Longer than any line of an export; a file without line ends would fill the memory. */
const LINE_LIMIT_BYTES = 64 * 1_024 * 1_024;
const LINE_END = 0x0a;

/** Verifies an export as it is read; keeps no more than a line of it. */
export async function verifyStream(
  chunks: AsyncIterable<Buffer | string>,
  options: VerifyOptions,
): Promise<VerifyReport> {
  const verifier = new ExportVerifier(options);
  /** The beginning of a line whose end has not come yet. */
  let begun: Buffer[] = [];
  let begunBytes = 0;
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
    let from = 0;
    for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
      const rest = bytes.subarray(from, end);
      verifier.line(begun.length === 0 ? rest : Buffer.concat([...begun, rest]));
      begun = [];
      begunBytes = 0;
      from = end + 1;
    }
    if (from < bytes.length) begun.push(bytes.subarray(from));
    begunBytes += bytes.length - from;
    if (begunBytes > LINE_LIMIT_BYTES) break;
  }
  if (begun.length > 0) verifier.line(Buffer.concat(begun));
  return verifier.end(begun.length === 0);
}
