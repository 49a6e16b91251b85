import { createCipheriv, createDecipheriv } from 'node:crypto';

/**
 * How audio is encrypted: in chunks, so that any part of it can be played without the rest.
 *
 *     stored file = chunk 0 || chunk 1 || … ; chunk = ciphertext || tag(16)
 *
 * Each chunk but the last holds `CHUNK_BYTES` of the audio. AES-256-GCM under a data key that is used
 * for this audio alone, so the number of the chunk is a nonce (96 bits, big endian; NIST SP 800-38D,
 * 8.2.1). The recording's id, the length of the audio and the number of the chunk are associated
 * data: chunks of another recording, in another order, or left out do not open.
 */
export const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;

/** What is encrypted, and with what. */
export interface SealedAudio {
  readonly recordingId: string;
  /** 32 bytes, never used for anything else. */
  readonly dataKey: Buffer;
  /** Of the audio. */
  readonly bytes: number;
}

/** Bytes `from` to `to`, both included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The stored file's bytes of one chunk. */
export function sealChunk(audio: SealedAudio, index: number, plain: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-gcm', audio.dataKey, nonceOf(index));
  cipher.setAAD(associated(audio, index));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when anything of it was changed, or the key is another one */
export function openChunk(audio: SealedAudio, index: number, stored: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', audio.dataKey, nonceOf(index), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated(audio, index));
  decipher.setAuthTag(stored.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(stored.subarray(0, -TAG_BYTES)), decipher.final()]);
}

function nonceOf(index: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 8);
  return nonce;
}

function associated({ recordingId, bytes }: SealedAudio, index: number): Buffer {
  return Buffer.from(`santun recording ${recordingId} ${bytes} ${index}`);
}

/** The chunks of the audio, in order. */
export function* chunksOf(audio: Buffer): Generator<Buffer> {
  for (let at = 0; at < audio.length; at += CHUNK_BYTES) yield audio.subarray(at, at + CHUNK_BYTES);
}

/** What a range of the audio needs of the stored file. */
export interface ChunkPart {
  readonly index: number;
  /** Of the stored file. */
  readonly stored: ByteRange;
  /** Of the opened chunk: `from` included, `to` not. */
  readonly from: number;
  readonly to: number;
}

/** The chunks that a range lies in. @throws RangeError when it does not lie in the audio */
export function* partsOf(bytes: number, range: ByteRange): Generator<ChunkPart> {
  const { from, to } = range;
  if (from < 0 || to < from || to >= bytes)
    throw new RangeError(`bytes ${from} to ${to} of ${bytes}`);
  const last = Math.floor(to / CHUNK_BYTES);
  for (let index = Math.floor(from / CHUNK_BYTES); index <= last; index += 1) {
    const start = index * CHUNK_BYTES;
    const length = Math.min(CHUNK_BYTES, bytes - start);
    const at = index * (CHUNK_BYTES + TAG_BYTES);
    yield {
      index,
      stored: { from: at, to: at + length + TAG_BYTES - 1 },
      from: Math.max(from - start, 0),
      to: Math.min(to - start + 1, length),
    };
  }
}
