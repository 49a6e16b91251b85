import type { AudioStore } from './audio-store';
import { openChunk, partsOf, type ByteRange, type SealedAudio } from './sealed-audio';

/**
 * A range of the audio, chunk by chunk; nothing else is read or decrypted.
 * @throws Error when the stored file is gone or was changed
 */
export async function* readAudio(
  store: AudioStore,
  audio: SealedAudio,
  range: ByteRange,
): AsyncGenerator<Buffer> {
  for (const { index, stored, from, to } of partsOf(audio.bytes, range)) {
    const sealed = await store.read(audio.recordingId, (part) => part(stored));
    yield openChunk(audio, index, sealed).subarray(from, to);
  }
}
