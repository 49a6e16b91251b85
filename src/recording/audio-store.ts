import type { ByteRange } from './sealed-audio';

/** Where encrypted audio is kept, by name: a folder, or a bucket of an S3-compatible service. */
export interface AudioStore {
  /** Whole or not at all, and kept when this returns; what had the name before is replaced. */
  put(name: string, chunks: Iterable<Buffer>): Promise<void>;
  /** Bytes of it. @throws Error when it is gone, cut short, or the store is away */
  read(name: string, range: ByteRange): Promise<Buffer>;
  /** Gone, also when it was before. */
  remove(name: string): Promise<void>;
}

/**
 * What the audio of a recording is called there. Each try of storing has a name of its own: one that was
 * slow cannot write over what another has stored. @param tries null: before there were several
 */
export function audioName(recordingId: string, tries: number | null): string {
  // of a UUID that grows with time the last digits are random: no folder gets too large
  const name = tries === null ? recordingId : `${recordingId}.${tries}`;
  return `${recordingId.slice(-2)}/${name}.sealed`;
}
