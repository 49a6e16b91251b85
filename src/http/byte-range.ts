import type { ByteRange } from '../recording/sealed-audio';

/**
 * What a `Range` header asks for (RFC 9110, 14.1.2) of so many bytes. `whole`: there is none, or one
 * that is ignored: of another unit, malformed, or several at once.
 */
export function readByteRange(
  header: string | undefined,
  bytes: number,
): ByteRange | 'whole' | 'unsatisfiable' {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (first === '') return last === '' ? 'whole' : lastBytes(Number(last), bytes);
  const from = Number(first);
  const to = last === '' ? Infinity : Number(last);
  if (to < from) return 'whole';
  return from >= bytes ? 'unsatisfiable' : { from, to: Math.min(to, bytes - 1) };
}

function lastBytes(length: number, bytes: number): ByteRange | 'unsatisfiable' {
  return length === 0 ? 'unsatisfiable' : { from: Math.max(bytes - length, 0), to: bytes - 1 };
}
