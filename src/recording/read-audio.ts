import type { AudioStore } from './audio-store';
import {
  openChunk,
  partsOf,
  type ByteRange,
  type ChunkPart,
  type SealedAudio,
} from './sealed-audio';

/** Chunks that are read at once, 1 MiB: each read of a bucket is a request. */
const CHUNKS_AT_ONCE = 16;

/**
 * A range of the audio; nothing but the chunks that it lies in is read or decrypted.
 * @param name of the audio in the store
 * @throws Error when what is stored is gone or was changed
 */
export async function* readAudio(
  store: AudioStore,
  name: string,
  audio: SealedAudio,
  range: ByteRange,
): AsyncGenerator<Buffer> {
  const parts = [...partsOf(audio.bytes, range)];
  for (let at = 0; at < parts.length; at += CHUNKS_AT_ONCE)
    yield* readParts(store, name, audio, parts.slice(at, at + CHUNKS_AT_ONCE));
}

async function* readParts(
  store: AudioStore,
  name: string,
  audio: SealedAudio,
  parts: readonly ChunkPart[],
): AsyncGenerator<Buffer> {
  const first = parts[0]?.stored.from ?? 0;
  const last = parts.at(-1)?.stored.to ?? 0;
  const sealed = await store.read(name, { from: first, to: last });
  for (const { index, stored, from, to } of parts) {
    const chunk = sealed.subarray(stored.from - first, stored.to - first + 1);
    yield openChunk(audio, index, chunk).subarray(from, to);
  }
}
